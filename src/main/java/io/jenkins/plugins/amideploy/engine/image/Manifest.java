package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.List;
import java.util.Optional;

/** Packer's manifest: the place where a bake's result is read, as log texts change between versions. */
final class Manifest {
    private Manifest() {}

    /**
     * Id of the image of the manifest's last run.
     *
     * @param root the parsed manifest
     * @return empty when the last run made no image
     */
    static Optional<String> amiId(Json root) {
        String lastRun = root.get("last_run_uuid").text();
        List<Json> builds = root.get("builds").list().stream()
                .filter(build -> build.get("packer_run_uuid").text().equals(lastRun))
                .toList();
        return builds.isEmpty() ? Optional.empty() : artifact(builds.get(builds.size() - 1));
    }

    /** An amazon-ebs artifact's id is {@code region:ami}, several separated by commas (packer-plugin-amazon artifact.go). */
    private static Optional<String> artifact(Json build) {
        String[] id = build.get("artifact_id").text().split(",")[0].split(":", 2);
        return id.length < 2 || !id[1].startsWith("ami-") ? Optional.empty() : Optional.of(id[1]);
    }
}
