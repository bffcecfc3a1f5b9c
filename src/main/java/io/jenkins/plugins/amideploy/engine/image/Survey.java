package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What {@code ansible/survey.py} found: every file that determines the content of a layer, and which commit of the
 * application it is. The first thing that a bake looks at.
 *
 * @param ansibleCore version of the ansible-core that configures
 * @param base path within the recipes to digest: what makes the base layer
 * @param application path within the recipes to digest: what makes the application layer out of it
 * @param files path within the application's directory to digest: what reaches the machine
 * @param tasks path to digest of the application's own tasks and of what lies beside them; empty where it has none
 * @param start the command that starts the application
 * @param isLocked whether its requirements name one version of everything
 * @param commit last commit that touched any of them, with {@code -dirty} where they differ from it; empty without Git
 * @param version what people call that commit; empty without Git
 * @param notes remarks for people, a line each
 */
public record Survey(
        String ansibleCore,
        Map<String, String> base,
        Map<String, String> application,
        Map<String, String> files,
        Map<String, String> tasks,
        String start,
        boolean isLocked,
        String commit,
        String version,
        List<String> notes) {
    private static final long FORMAT = 2;

    public Survey {
        Objects.requireNonNull(ansibleCore, "ansibleCore");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(commit, "commit");
        Objects.requireNonNull(version, "version");
        base = Map.copyOf(base);
        application = Map.copyOf(application);
        files = Map.copyOf(files);
        tasks = Map.copyOf(tasks);
        notes = List.copyOf(notes);
    }

    /** @throws IllegalArgumentException when the document is not one that a fingerprint can be taken of */
    static Survey of(Json document) {
        if (document.get("format").number() != FORMAT) {
            throw new IllegalArgumentException("ansible/survey.py printed no document of format " + FORMAT
                    + ": take recipes and program of the same version");
        }
        Survey survey = new Survey(
                document.get("ansible_core").text(),
                digests(document.get("layers").get("base")),
                digests(document.get("layers").get("application")),
                digests(document.get("application")),
                digests(document.get("tasks")),
                document.get("start").text(),
                document.get("locked").isTrue(),
                document.get("commit").text(),
                document.get("version").text(),
                document.get("notes").list().stream().map(Json::text).toList());
        if (survey.ansibleCore.isEmpty()
                || survey.base.isEmpty()
                || survey.application.isEmpty()
                || survey.files.isEmpty()) {
            throw new IllegalArgumentException("ansible/survey.py found "
                    + (survey.ansibleCore.isEmpty() ? "no version of ansible-core" : "a layer without files")
                    + ": run it by hand to see what it lacks");
        }
        return survey;
    }

    private static Map<String, String> digests(Json object) {
        Map<String, String> digests = new TreeMap<>();
        object.names().forEach(name -> digests.put(name, object.get(name).text()));
        return digests;
    }
}
