package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Packer's manifest: the place where a bake's result is read, as log texts change between versions. */
final class Manifest {
    private Manifest() {}

    /**
     * The image of the manifest's last run.
     *
     * @param root the parsed manifest
     * @param name the name that the run was to give
     * @return empty when the last run made no image
     */
    static Optional<Image> image(Json root, String name) {
        String lastRun = root.get("last_run_uuid").text();
        List<Json> builds = root.get("builds").list().stream()
                .filter(build -> build.get("packer_run_uuid").text().equals(lastRun))
                .toList();
        return builds.isEmpty() ? Optional.empty() : artifact(builds.get(builds.size() - 1), name);
    }

    /** An amazon-ebs artifact's id is {@code region:ami}, several separated by commas (packer-plugin-amazon artifact.go). */
    private static Optional<Image> artifact(Json build, String name) {
        String[] id = build.get("artifact_id").text().split(",")[0].split(":", 2);
        if (id.length < 2 || !id[1].startsWith("ami-")) {
            return Optional.empty();
        }
        String source = build.get("custom_data").get("base_image").text();
        return Optional.of(new Image(id[1], name, id[0], List.of(), source, Map.of()));
    }
}
