package io.jenkins.plugins.amideploy.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * What is released and by whom, options first, then Git.
 *
 * @param build id of the owner
 * @param commit commit of the application
 * @param appVersion version as people call it
 */
record Release(String build, String commit, String appVersion) {
    private static final String UNKNOWN = "unknown";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    static Release of(ReleaseOptions options, Path directory, Instant now, Map<String, String> environment) {
        Git git = new Git(directory);
        String user = environment.getOrDefault("USER", environment.getOrDefault("LOGNAME", UNKNOWN));
        String build = options.build != null
                ? options.build
                : "cli-" + user.replaceAll("[^A-Za-z0-9_.-]", "") + "-" + TIME.format(now);
        String commit = options.commit != null ? options.commit : git.commit().orElse(UNKNOWN);
        String version = options.appVersion != null
                ? options.appVersion
                : git.description().orElse(UNKNOWN);
        return new Release(build, commit, version);
    }
}
