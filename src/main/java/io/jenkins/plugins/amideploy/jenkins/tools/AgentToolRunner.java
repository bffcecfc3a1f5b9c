package io.jenkins.plugins.amideploy.jenkins.tools;

import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import io.jenkins.plugins.amideploy.engine.tool.ToolRunner;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Runs tools on the agent of a step. Each phase has its directory on the agent, named by the phase alone: asked to start a
 * phase that is running or has ended there, it takes that one up. So after a restart the operation is simply begun again from
 * its first command, and comes at once to where it is; whatever the controller last persisted, no tool is started twice.
 */
final class AgentToolRunner implements ToolRunner {
    private final Workplace workplace;
    private final DurableLaunches launches;
    private final InstantSource clock;
    private final Consumer<String> warnings;
    private AgentToolRun current;
    private boolean afterStop;

    /** @param warnings is told what goes wrong beside a tool, whose result counts all the same */
    AgentToolRunner(Workplace workplace, DurableLaunches launches, InstantSource clock, Consumer<String> warnings) {
        this.workplace = workplace;
        this.launches = launches;
        this.clock = clock;
        this.warnings = warnings;
    }

    @Override
    public ToolRun start(ToolCommand command) {
        afterStop = current != null && current.wasStopped();
        current = new AgentToolRun(command, workplace, launches, clock, warnings);
        return current;
    }

    /**
     * Whether the command of now was seen running, and not yet over: only then is there something to be stopped. What follows
     * a tool that was stopped looks at what that one left, and is let be.
     */
    boolean isStoppable() {
        return !afterStop && current.isRunning();
    }

    /**
     * Sees to it that the command of now does not start any more.
     *
     * @return false where it has started, or is what follows a tool that was stopped
     */
    boolean cancel() {
        return !afterStop && current.cancel();
    }

    /** The command of now. */
    ToolCommand command() {
        return current.command();
    }
}
