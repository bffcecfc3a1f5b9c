package io.jenkins.plugins.amideploy.jenkins.tools;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.jenkins.tools.AgentAbsence.Judgement;
import java.io.EOFException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is told about looks that are not possible; on the built-in node, which is never removed. */
class AgentAbsenceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final AgentAbsence absence = new AgentAbsence();

    @Test
    void noticed_connectionLost_isAboutTheAgent() {
        Judgement first = absence.noticed("", new EOFException("closed"), NOW);
        Judgement last = absence.noticed("", new EOFException("closed"), NOW.plus(AgentAbsence.OFFLINE));

        assertThat(first.news().orElseThrow())
                .startsWith("Agent built-in does not answer (java.io.EOFException: closed)");
        assertThat(first.givenUp()).isEmpty();
        assertThat(last.news()).isEmpty();
        assertThat(last.givenUp().orElseThrow().lines())
                .first()
                .asString()
                .startsWith("DEADLINE: agent built-in has been away for 60 min");
        assertThat(absence.over("")).contains("Agent built-in is back");
        assertThat(absence.over("")).isEmpty();
    }

    @Test
    void noticed_otherCause_isNotCalledAnAbsentAgent() {
        AbortException why = new AbortException("sts:AssumeRole: the endpoint does not answer");

        Judgement first = absence.noticed("", why, NOW);
        Judgement last = absence.noticed("", why, NOW.plus(AgentAbsence.OFFLINE));

        assertThat(first.news()).contains("sts:AssumeRole: the endpoint does not answer; looking again");
        assertThat(last.givenUp().orElseThrow().lines())
                .startsWith("TOOL_FAILED: sts:AssumeRole: the endpoint does not answer")
                .anySatisfy(line ->
                        assertThat(line).contains("the tool on agent built-in could not be looked at for 60 min"))
                .noneSatisfy(line -> assertThat(line).contains("away"));
        assertThat(absence.over("")).contains("Looking works again");
    }

    @Test
    void noticed_beforeTheHourIsOver_isBorne() {
        absence.noticed("", null, NOW);

        assertThat(absence.noticed("", null, NOW.plus(AgentAbsence.OFFLINE).minus(Duration.ofSeconds(1)))
                        .givenUp())
                .isEmpty();
    }
}
