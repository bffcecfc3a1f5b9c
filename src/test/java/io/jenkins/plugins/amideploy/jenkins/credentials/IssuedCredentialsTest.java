package io.jenkins.plugins.amideploy.jenkins.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

class IssuedCredentialsTest {
    private static final Instant ISSUED = Instant.parse("2026-01-01T10:00:00Z");

    @Test
    void isDue_keysThatDoNotExpire_never() {
        assertThat(credentials(null).isDue(ISSUED, ISSUED.plus(Duration.ofDays(300))))
                .isFalse();
    }

    @Test
    void isDue_hourlySession_twentyMinutesBeforeItsEnd() {
        IssuedCredentials session = credentials(Duration.ofHours(1));
        assertThat(session.isDue(ISSUED, ISSUED.plus(Duration.ofMinutes(39)))).isFalse();
        assertThat(session.isDue(ISSUED, ISSUED.plus(Duration.ofMinutes(40)))).isTrue();
    }

    @Test
    void isDue_shortSession_afterHalfOfIt() {
        IssuedCredentials session = credentials(Duration.ofMinutes(15));
        assertThat(session.isDue(ISSUED, ISSUED.plus(Duration.ofMinutes(7)))).isFalse();
        assertThat(session.isDue(ISSUED, ISSUED.plus(Duration.ofMinutes(8)))).isTrue();
    }

    @Test
    void toString_showsNoKey() {
        assertThat(credentials(null)).hasToString("IssuedCredentials[expiresAt=never]");
    }

    private static IssuedCredentials credentials(Duration lifetime) {
        return new IssuedCredentials(
                AwsBasicCredentials.create("AKIA", "secret"),
                Optional.ofNullable(lifetime).map(ISSUED::plus));
    }
}
