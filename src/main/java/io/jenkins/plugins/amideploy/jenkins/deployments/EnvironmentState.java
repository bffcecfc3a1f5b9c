package io.jenkins.plugins.amideploy.jenkins.deployments;

import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How an environment stood when {@link RecordsReader} looked. Plain values.
 *
 * @param home where its records are
 * @param job name of the job in the folder that deployed it last; empty where none of this folder did
 * @param history its releases; without any where {@code problem} says why they could not be read
 * @param run the run that works on it, unless that is known to be dead
 * @param problem one line, empty where everything could be read
 */
public record EnvironmentState(Home home, String name, String job, History history, Optional<Run> run, String problem) {
    /**
     * Where records are and how they are reached; environments that have it in common are read together.
     *
     * @param app application
     * @param bucket the state bucket
     */
    public record Home(String app, String bucket, AwsAccess access) {
        public Home {
            Objects.requireNonNull(app, "app");
            Objects.requireNonNull(bucket, "bucket");
            Objects.requireNonNull(access, "access");
        }
    }

    public EnvironmentState {
        Objects.requireNonNull(home, "home");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(history, "history");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(problem, "problem");
    }

    static EnvironmentState unread(Home home, String name, String job, String problem) {
        return new EnvironmentState(home, name, job, new History(name, List.of()), Optional.empty(), problem);
    }

    public boolean isRead() {
        return problem.isEmpty();
    }

    /** Whether a release without an end is that of the run that works on the environment. */
    boolean isLive(Release release) {
        return release.end().isEmpty()
                && run.filter(at -> at.release() == release.number()).isPresent();
    }

    /** Whether an image of the other can be deployed here: it is looked up in this one's bucket, region and account. */
    boolean isBeside(EnvironmentState other) {
        return !name.equals(other.name)
                && home.app().equals(other.home.app())
                && home.bucket().equals(other.home.bucket())
                && home.access().ownRegion().equals(other.home.access().ownRegion());
    }

    /** Whether it runs another image than the other, which is worth a promotion. */
    boolean isBehind(EnvironmentState other) {
        String image = other.history().current().map(Release::imageId).orElse("");
        return !image.isEmpty()
                && history.current()
                        .filter(runs -> runs.imageId().equals(image))
                        .isEmpty();
    }
}
