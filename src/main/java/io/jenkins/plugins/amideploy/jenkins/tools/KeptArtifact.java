package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.Job;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import jenkins.util.VirtualFile;
import org.springframework.security.core.Authentication;

/**
 * The newest of the files of one path that builds keep: of the same job, and of those beside it in its folder, which stand for one application. Looked at are as
 * many builds of each as a person would. For {@link KeptState}.
 *
 * @param build its name, for people
 * @param file the file
 */
record KeptArtifact(String build, VirtualFile file) {
    /** Builds of each job: the state of the last apply is wanted, and older ones are refused by their serial anyway. */
    private static final int BUILDS = 10;

    /** Heeds what the build's user may read, if Jenkins knows one. */
    static Optional<KeptArtifact> newest(Run<?, ?> build, String path) throws IOException {
        List<Run<?, ?>> builds = new ArrayList<>();
        Authentication who =
                build.getParent() instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
        ItemGroup<?> folder = build.getParent().getParent();
        for (Item item : folder.getItems()) {
            if (item instanceof Job<?, ?> job && job.getACL().hasPermission2(who, Item.READ)) {
                job.getBuilds().limit(BUILDS).forEach(builds::add);
            }
        }
        builds.sort(Comparator.comparing((Run<?, ?> each) -> each.getStartTimeInMillis())
                .reversed());
        for (Run<?, ?> each : builds) {
            VirtualFile file = each.getArtifactManager().root().child(path);
            if (file.isFile()) {
                return Optional.of(new KeptArtifact(each.getFullDisplayName(), file));
            }
        }
        return Optional.empty();
    }
}
