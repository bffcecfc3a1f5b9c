package io.jenkins.plugins.amideploy.jenkins.execution;

import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import io.jenkins.plugins.amideploy.engine.tool.ToolRunner;
import java.time.Clock;

/**
 * Runs tools on the agent of a step. Each phase has its directory on the agent, named by the phase alone: asked to start a
 * phase that is running or has ended there, it takes that one up. So after a restart the operation is simply begun again from
 * its first command, and comes at once to where it is; whatever the controller last persisted, no tool is started twice.
 */
final class AgentToolRunner implements ToolRunner {
    private final Workplace workplace;
    private final DurableLaunches launches;
    private final Clock clock;
    private AgentToolRun current;

    AgentToolRunner(Workplace workplace, DurableLaunches launches, Clock clock) {
        this.workplace = workplace;
        this.launches = launches;
        this.clock = clock;
    }

    @Override
    public ToolRun start(ToolCommand command) {
        current = new AgentToolRun(command, workplace, launches, clock);
        return current;
    }

    /** Whether the command of now was seen running, and not yet over: only then is there something to be stopped. */
    boolean isRunning() {
        return current != null && current.isRunning();
    }

    /** The command of now. */
    ToolCommand command() {
        return current.command();
    }
}
