package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SilenceWatchTest {
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private Instant now = START;
    private final List<Instant> asked = new ArrayList<>();
    private AwsFailure answer;
    private final PackerOutput output = new PackerOutput(
            "bake",
            new Lookout(Reach.none(), CredentialCheck.by(() -> {
                asked.add(now);
                if (answer != null) {
                    throw answer;
                }
            })),
            () -> now);

    private static AwsFailure failure(AwsFailure.Kind kind) {
        Diagnosis why = Diagnosis.of(
                kind.general(), "the AWS credentials have expired", List.of("sts: ExpiredToken"), "get new ones");
        return new AwsFailure(kind, "sts:GetCallerIdentity", "ExpiredToken", why, null);
    }

    private List<Long> seconds() {
        return asked.stream()
                .map(at -> at.getEpochSecond() - START.getEpochSecond())
                .toList();
    }

    @Test
    void whilePackerSpeaks_nobodyIsAsked() {
        for (int second = 0; second < 100; second += 10) {
            now = START.plusSeconds(second);
            output.accept("1700000000,,ui,message,    app.amazon-ebs.app: ok");
            assertThat(output.hopeless()).isEmpty();
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void whileItIsSilent_onceInAWhile() {
        for (int second = 0; second <= 90; second++) {
            now = START.plusSeconds(second);
            assertThat(output.hopeless()).isEmpty();
        }
        assertThat(seconds()).containsExactly(20L, 50L, 80L);
    }

    @Test
    void credentialsThatHaveExpired_endTheBakeByTheirName() {
        answer = failure(AwsFailure.Kind.EXPIRED_CREDENTIALS);
        now = START.plusSeconds(20);
        assertThat(output.hopeless().orElseThrow().lines())
                .containsExactly(
                        "CREDENTIALS_EXPIRED: the AWS credentials have expired",
                        "  sts: ExpiredToken",
                        "  packer was silent when it was asked: it says nothing of this and tries its calls again and again",
                        "  what the bake had made could not be taken away with them",
                        "  do: get new ones");
        assertThat(output.remark()).contains(new Progress("bake", "the AWS credentials have expired"));
        assertThat(output.remark()).isEmpty();
    }

    /** Packer may bear what passes, and what is denied to the question need not be denied to it. */
    @ParameterizedTest
    @EnumSource(value = AwsFailure.Kind.class, names = "EXPIRED_CREDENTIALS", mode = EnumSource.Mode.EXCLUDE)
    void anyOtherAnswer_isPackersToBear(AwsFailure.Kind kind) {
        answer = failure(kind);
        now = START.plusSeconds(20);
        assertThat(output.hopeless()).isEmpty();
    }
}
