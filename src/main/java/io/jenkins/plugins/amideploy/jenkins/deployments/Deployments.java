package io.jenkins.plugins.amideploy.jenkins.deployments;

import io.jenkins.plugins.amideploy.engine.release.History;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The environments of a folder's applications, at one moment; from {@link Records}.
 *
 * @param environments sorted by application and name
 * @param problems a line for each thing that keeps environments from being known
 * @param readAt when it was read
 */
public record Deployments(List<EnvironmentState> environments, List<String> problems, Instant readAt) {
    public Deployments {
        environments = List.copyOf(environments);
        problems = List.copyOf(problems);
        Objects.requireNonNull(readAt, "readAt");
    }

    public Optional<EnvironmentState> environment(String app, String name) {
        return environments.stream()
                .filter(each -> each.home().app().equals(app) && each.name().equals(name))
                .findFirst();
    }

    /** For a folder of one application, as most are: the first of that name. */
    public Optional<EnvironmentState> environment(String name) {
        return environments.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** Its releases, for whoever offers them; empty where they are not known just now. */
    public Optional<History> history(String environment) {
        return environment(environment).filter(EnvironmentState::isRead).map(EnvironmentState::history);
    }

    /** Names of all environments, each once. */
    public List<String> names() {
        return environments.stream().map(EnvironmentState::name).distinct().toList();
    }
}
