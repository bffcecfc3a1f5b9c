package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.rollout.RefreshRequest;
import io.jenkins.plugins.amideploy.engine.rollout.ScaleInProtectedInstances;
import io.jenkins.plugins.amideploy.engine.rollout.StandbyInstances;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy}, {@code rollback} and {@code rollout} ask of a refresh. Tools and AWS are fakes. */
@Timeout(30)
class RolloutOptionsTest {
    @TempDir
    private Path directory;

    private RecordedWorld recorded;

    @BeforeEach
    void setUp() throws IOException {
        recorded = new RecordedWorld(directory);
        recorded.edition("ami-1");
        recorded.deploy();
        recorded.edition("ami-2");
    }

    private RefreshRequest asked(String... options) {
        assertThat(recorded.deploy(options)).as(recorded.said()).isZero();
        return recorded.world.stack.asked;
    }

    @Test
    void withoutOptions_instancesAreWaitedForAsByAws() {
        RefreshRequest asked = asked();
        assertThat(asked.standbyInstances()).isEqualTo(StandbyInstances.WAIT);
        assertThat(asked.scaleInProtectedInstances()).isEqualTo(ScaleInProtectedInstances.WAIT);
        assertThat(asked.alarmNames()).isEmpty();
    }

    @Test
    void instancesThatWouldBeWaitedFor_areTreatedAsTheCallerSays() {
        RefreshRequest asked = asked("--standby-instances", "Terminate", "--scale-in-protected-instances=refresh");
        assertThat(asked.standbyInstances()).isEqualTo(StandbyInstances.TERMINATE);
        assertThat(asked.scaleInProtectedInstances()).isEqualTo(ScaleInProtectedInstances.REFRESH);
    }

    @Test
    void alarms_areThoseThatAreNamed() {
        assertThat(asked("--alarm", "errors", "--alarm", "latency").alarmNames())
                .containsExactly("errors", "latency");
    }

    @Test
    void alarmsThatAreToBeIgnored_areNotPassedOn() {
        assertThat(asked("--alarm", "errors", "--ignore-alarms").alarmNames()).isEmpty();
    }

    @Test
    void wordThatAwsDoesNotHave_isRefusedWithThoseThatItHas() {
        assertThat(recorded.deploy("--standby-instances", "Refresh")).isEqualTo(2);
        assertThat(recorded.world.errors())
                .singleElement()
                .asString()
                .contains("--standby-instances", "Terminate, Ignore, Wait");
    }

    @Test
    void await_startsNothingAndTakesNoSuchOption() {
        assertThat(recorded.run("await", "--ignore-alarms")).isEqualTo(2);
    }
}
