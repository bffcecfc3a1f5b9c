package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Asks, while Packer says nothing, whether its credentials still count: with expired ones it tries its calls again and again and says nothing of them.
 * {@link PackerOutput} tells it of every line.
 */
final class SilenceWatch {
    /** Between two lines of a bake that goes on there are some seconds; a package or a boot takes longer, and one question does no harm. */
    private static final Duration SILENT = Duration.ofSeconds(20);

    /** Between two questions. */
    private static final Duration BETWEEN = Duration.ofSeconds(30);

    private final CredentialCheck credentials;
    private final InstantSource clock;
    private Instant due;

    SilenceWatch(CredentialCheck credentials, InstantSource clock) {
        this.credentials = credentials;
        this.clock = clock;
        heard();
    }

    /** The tool said something. */
    void heard() {
        due = clock.instant().plus(SILENT);
    }

    /** Why waiting longer is of no use, if it is of none. */
    Optional<Diagnosis> hopeless() {
        Instant now = clock.instant();
        if (now.isBefore(due)) {
            return Optional.empty();
        }
        due = now.plus(BETWEEN);
        return credentials.lost().map(why -> why.withEvidence(
                        List.of(
                                "packer was silent when it was asked: it says nothing of this and tries its calls again and again"))
                .withAftermath("what the bake had made could not be taken away with them"));
    }
}
