package io.jenkins.plugins.amideploy.engine.image;

import java.util.List;
import java.util.Objects;

/**
 * Where an application has its files, as image.yml says it: {@link ImageSettings} carries it to the front doors and the survey.
 *
 * @param directory of the application, relative to image.yml
 * @param exclude patterns of paths below it that are not the application's
 * @param tasks file of the application's own Ansible tasks, relative to image.yml; empty for none
 */
public record ApplicationFiles(String directory, List<String> exclude, String tasks) {
    /** All that lies beside image.yml. */
    static final ApplicationFiles DEFAULTS = new ApplicationFiles(".", List.of(), "");

    public ApplicationFiles {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(tasks, "tasks");
        exclude = List.copyOf(exclude);
    }

    /** The last part of the tasks' path; the others are where they lie. */
    String tasksName() {
        return tasks.substring(tasks.lastIndexOf('/') + 1);
    }
}
