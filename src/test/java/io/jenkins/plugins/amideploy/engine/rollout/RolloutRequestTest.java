package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.WANTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What of the caller's choices goes into StartInstanceRefresh. */
class RolloutRequestTest {
    private static RolloutRequest request(boolean ignoreAlarms) {
        return new RolloutRequest(
                WANTED,
                POLICY,
                30,
                List.of("web-5xx", "web-latency"),
                true,
                Duration.ofMinutes(20),
                StandbyInstances.TERMINATE,
                ScaleInProtectedInstances.REFRESH,
                ignoreAlarms,
                List.of());
    }

    @Test
    void refresh_takesTheChoices() {
        RefreshRequest refresh = request(false).refresh();
        assertThat(refresh.standbyInstances()).isEqualTo(StandbyInstances.TERMINATE);
        assertThat(refresh.scaleInProtectedInstances()).isEqualTo(ScaleInProtectedInstances.REFRESH);
        assertThat(refresh.alarmNames()).containsExactly("web-5xx", "web-latency");
    }

    @Test
    void refresh_leavesAlarmsOutThatAreRed() {
        assertThat(request(false).refreshWithout(Set.of("web-5xx")).alarmNames())
                .containsExactly("web-latency");
    }

    @Test
    void refresh_ignoringAlarms_hasNone() {
        assertThat(request(true).refresh().alarmNames()).isEmpty();
    }

    @Test
    void words_areTheOnesOfTheApi() {
        assertThat(StandbyInstances.of("terminate")).isEqualTo(StandbyInstances.TERMINATE);
        assertThat(ScaleInProtectedInstances.of("Refresh")).isEqualTo(ScaleInProtectedInstances.REFRESH);
        assertThatThrownBy(() -> StandbyInstances.of("Refresh"))
                .hasMessage("standbyInstances is \"Refresh\", not one of Terminate, Ignore, Wait");
        assertThatThrownBy(() -> ScaleInProtectedInstances.of("Terminate"))
                .hasMessage("scaleInProtectedInstances is \"Terminate\", not one of Refresh, Ignore, Wait");
    }
}
