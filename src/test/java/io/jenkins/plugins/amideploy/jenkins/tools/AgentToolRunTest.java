package io.jenkins.plugins.amideploy.jenkins.tools;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import io.jenkins.plugins.amideploy.jenkins.credentials.MutableClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tool's directory as it may be found, and what is made of it. Nothing is launched. */
class AgentToolRunTest {
    private static final String APPLY = "2-apply";
    private static final String PLAN = "2-plan";

    @TempDir
    Path directory;

    private final MutableClock clock = new MutableClock();
    private final List<String> warnings = new ArrayList<>();
    private Path logDirectory;
    private final AgentToolRunner runner = runner();

    @Test
    void cancel_beforeTheStart_keepsALateSupervisorFromStartingTheTool() throws Exception {
        runner.start(command(APPLY));

        assertThat(runner.cancel()).isTrue();
        assertThat(supervise(APPLY)).isZero();

        assertThat(directory.resolve(APPLY).resolve("out")).doesNotExist();
        assertThat(runner.cancel()).as("asked again").isTrue();
        AgentToolRunner restarted = runner();
        restarted.start(command(APPLY));
        assertThat(restarted.cancel()).as("after a restart").isTrue();
    }

    @Test
    void cancel_toolThatHasBegun_isToBeStoppedInstead() throws Exception {
        begun(APPLY);
        ToolRun run = runner.start(command(APPLY));

        assertThat(runner.cancel()).isFalse();
        assertThat(poll(run)).isEmpty();
        assertThat(runner.cancel()).isFalse();
        assertThat(runner.isStoppable()).isTrue();
    }

    @Test
    void cancel_afterAToolThatEndedByItself_isPossible() throws Exception {
        ended(PLAN);
        assertThat(poll(runner.start(command(PLAN))).orElseThrow().isOk()).isTrue();

        runner.start(command(APPLY));

        assertThat(runner.cancel()).isTrue();
    }

    @Test
    void lookAfterAToolThatWasStopped_isNeitherCancelledNorStopped() throws Exception {
        Files.createFile(ended(APPLY).resolve("stopped"));
        assertThat(poll(runner.start(command(APPLY))).orElseThrow().ending()).isEqualTo(ToolResult.Ending.STOPPED);

        ToolRun look = runner.start(command(PLAN));
        assertThat(runner.cancel()).isFalse();
        begun(PLAN);

        assertThat(poll(look)).isEmpty();
        assertThat(runner.cancel()).isFalse();
        assertThat(runner.isStoppable()).isFalse();
    }

    /** The agent's clock has jumped, or its file server tells changes late. */
    @Test
    void poll_signOfLifeOfAnotherTime_isNoSilence() throws Exception {
        Path alive = begun(APPLY).resolve("alive");
        ToolRun run = runner.start(command(APPLY));

        for (Duration behind : List.of(Duration.ofDays(-1), Duration.ofHours(3), Duration.ofMinutes(5))) {
            Files.setLastModifiedTime(alive, FileTime.from(clock.instant().minus(behind)));
            assertThat(poll(run)).isEmpty();
            clock.advance(AgentToolRun.SILENCE.minusSeconds(1));
            assertThat(poll(run)).isEmpty();
        }
    }

    @Test
    void poll_sameSignOfLifeForTooLong_isALostTool() throws Exception {
        begun(APPLY);
        ToolRun run = runner.start(command(APPLY));

        assertThat(poll(run)).isEmpty();
        clock.advance(AgentToolRun.SILENCE);
        AgentToolRunner restarted = runner();

        assertThat(poll(restarted.start(command(APPLY))))
                .as("a restart begins anew")
                .isEmpty();
        assertThat(poll(run).orElseThrow().problems().get(0).text()).contains("is gone without an exit code");
        assertThat(runner.isStoppable()).isFalse();
    }

    @Test
    void poll_noSignOfLifeAtAll_isALostToolToo() throws Exception {
        Files.createDirectories(directory.resolve(APPLY).resolve("started"));
        ToolRun run = runner.start(command(APPLY));

        assertThat(poll(run)).isEmpty();
        clock.advance(AgentToolRun.SILENCE);

        assertThat(poll(run)).isPresent();
    }

    /** The directory of logs is a file; as with a full disk, or one that is read-only. */
    @Test
    void poll_logThatCannotBeKept_isAWarningAndTheResultCounts() throws Exception {
        Files.writeString(ended(APPLY).resolve("out"), "applied\n");
        logDirectory = Files.createFile(directory.resolve("no-directory"));

        ToolResult result = poll(runner.start(command(APPLY))).orElseThrow();

        assertThat(result.isOk()).isTrue();
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("log " + logDirectory)
                .contains(" cannot be written: ")
                .endsWith("what the tool did counts");
    }

    @Test
    void poll_toolThatFilledTheDisk_isSaidAndTheResultCounts() throws Exception {
        Files.writeString(ended(APPLY).resolve("exit"), "0   full \n");

        assertThat(poll(runner.start(command(APPLY))).orElseThrow().isOk()).isTrue();

        assertThat(warnings).singleElement().asString().contains("the agent's disk is full");
    }

    @Test
    void poll_agentThatTakesNoFiles_isToldSoAtOnce() throws Exception {
        Files.createFile(directory.resolve("a-file"));

        ToolRun run = new AgentToolRunner(new Local("a-file/below"), new DurableLaunches(), clock, warnings::add)
                .start(command(APPLY));

        assertThat(poll(run).orElseThrow().problems().get(0).text())
                .startsWith("nothing can be written on this agent: ")
                .contains("make room there");
    }

    private AgentToolRunner runner() {
        return new AgentToolRunner(new Local(""), new DurableLaunches(), clock, warnings::add);
    }

    private static ToolCommand command(String phase) {
        return ToolCommand.lines(Tool.TERRAFORM, phase, "/", List.of(phase));
    }

    private static Optional<ToolResult> poll(ToolRun run) {
        return run.poll(line -> {});
    }

    private Path begun(String phase) throws IOException {
        Path tool = directory.resolve(phase);
        Files.createDirectories(tool.resolve("started"));
        Files.createFile(tool.resolve("alive"));
        return tool;
    }

    private Path ended(String phase) throws IOException {
        Path tool = begun(phase);
        Files.writeString(tool.resolve("exit"), "0\n");
        return tool;
    }

    /** What was launched and comes late. */
    private int supervise(String phase) throws Exception {
        Path tool = directory.resolve(phase);
        Files.writeString(tool.resolve("tool.sh"), "echo started\n");
        try (InputStream script =
                getClass().getResourceAsStream("/io/jenkins/plugins/amideploy/jenkins/tools/supervise.sh")) {
            Files.copy(script, tool.resolve("supervise.sh"));
        }
        Process late = new ProcessBuilder("sh", tool.resolve("supervise.sh").toString(), tool.toString(), "lines")
                .inheritIO()
                .start();
        assertThat(late.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return late.exitValue();
    }

    /** A directory of this machine. */
    private final class Local implements Workplace {
        private final String below;

        Local(String below) {
            this.below = below;
        }

        @Override
        public FilePath workspace() {
            return directory();
        }

        @Override
        public FilePath directory() {
            return new FilePath(directory.resolve(below).toFile());
        }

        @Override
        public Launcher launcher() {
            throw new AssertionError("nothing is to be launched");
        }

        @Override
        public ToolEnvironment environment() {
            return new ToolEnvironment(Map.of(), Set.of());
        }

        @Override
        public TaskListener listener() {
            return TaskListener.NULL;
        }

        @Override
        public Pattern secrets() {
            return Pattern.compile("");
        }

        @Override
        public String logFile(ToolCommand command) {
            return (logDirectory == null ? directory : logDirectory)
                    .resolve(command.phase() + ".log")
                    .toString();
        }

        @Override
        public EnvVars launchVariables() {
            return new EnvVars();
        }
    }
}
