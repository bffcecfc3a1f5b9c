package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * What is released and by whom: options first; then what was found in the application as it was baked, or what the stack has.
 *
 * @param build id of the owner
 * @param commit commit of the application; empty: the one that the image carries
 * @param appVersion version as people call it; empty: the one that the image carries
 */
record Release(String build, Optional<String> commit, Optional<String> appVersion) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    /** Bytes that tell two runs of one user in one second apart. */
    private static final int RANDOM_BYTES = 2;

    static Release of(ReleaseOptions options, Instant now, Map<String, String> environment) {
        return new Release(
                options.build != null ? options.build : build(now, environment),
                Optional.ofNullable(options.commit),
                Optional.ofNullable(options.appVersion));
    }

    private static String build(Instant now, Map<String, String> environment) {
        String user = environment.getOrDefault("USER", environment.getOrDefault("LOGNAME", "unknown"));
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return "cli-" + user.replaceAll("[^A-Za-z0-9_.-]", "") + "-" + TIME.format(now) + "-"
                + HexFormat.of().formatHex(random);
    }

    /** The release of an image that was baked, or found, of the application as it is. */
    Release of(Baked baked) {
        return new Release(build, Optional.of(baked.commit()), Optional.of(baked.appVersion()));
    }

    /** The release of a stack that keeps its image. */
    Release keeping(StackOutputs stack) {
        return new Release(build, commit.or(() -> said(stack.commit())), appVersion.or(() -> said(stack.appVersion())));
    }

    private static Optional<String> said(String output) {
        return output.isEmpty() ? Optional.empty() : Optional.of(output);
    }
}
