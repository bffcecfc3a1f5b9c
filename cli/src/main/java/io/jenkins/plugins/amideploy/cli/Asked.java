package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What was asked to be released, and by whom: options first; then what was found in the application as it was baked, or what the stack has.
 *
 * @param build id of the owner
 * @param commit commit of the application; empty: the one that the image carries
 * @param appVersion version as people call it; empty: the one that the image carries
 */
record Asked(String build, Optional<String> commit, Optional<String> appVersion) {
    private static final Pattern VALUE = Pattern.compile("[^\\p{Cntrl}]{1,256}");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    /** Bytes that tell two runs of one user in one second apart. */
    private static final int RANDOM_BYTES = 2;

    /** @throws CommandFailure when one is nothing that a tag could say */
    static Asked of(ReleaseOptions options, Instant now, Map<String, String> environment) {
        check("--build", options.build);
        check("--commit", options.commit);
        check("--app-version", options.appVersion);
        return new Asked(
                options.build != null ? options.build : build(now, environment),
                Optional.ofNullable(options.commit),
                Optional.ofNullable(options.appVersion));
    }

    private static void check(String option, String value) {
        if (value != null && !VALUE.matcher(value).matches()) {
            throw CommandFailure.badInput(option + " has " + value.length()
                    + " characters: it becomes the value of a tag, 1 to 256 characters on one line");
        }
    }

    private static String build(Instant now, Map<String, String> environment) {
        String user = environment.getOrDefault("USER", environment.getOrDefault("LOGNAME", "unknown"));
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return "cli-" + user.replaceAll("[^A-Za-z0-9_.-]", "") + "-" + TIME.format(now) + "-"
                + HexFormat.of().formatHex(random);
    }

    /** What is known of an image that was baked, or found, of the application as it is. */
    Asked of(Baked baked) {
        return new Asked(build, Optional.of(baked.commit()), Optional.of(baked.appVersion()));
    }

    /** The same for a stack that keeps its image. */
    Asked keeping(StackOutputs stack) {
        return new Asked(build, commit.or(() -> said(stack.commit())), appVersion.or(() -> said(stack.appVersion())));
    }

    /** The same for an image that a release has run. */
    Asked orOf(Release release) {
        return new Asked(
                build,
                commit.or(() -> said(release.facts().text(Name.COMMIT))),
                appVersion.or(() -> said(release.facts().text(Name.APP_VERSION))));
    }

    private static Optional<String> said(String output) {
        return output.isEmpty() ? Optional.empty() : Optional.of(output);
    }
}
