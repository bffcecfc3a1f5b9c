package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.tool.LineBuffer;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One tool on an agent, looked at through the files of {@code supervise.sh}. Everything that was given out once is given out
 * again by a new object for the same directory, as a parser needs after a restart.
 *
 * <p>Life cycle: the first look finds the directory's tool, or prepares and launches it; later looks read on; the last one
 * yields the result. A look that breaks off with {@link AgentUnreachable} may be repeated at any time.
 */
final class AgentToolRun implements ToolRun {
    /**
     * A supervisor that gives no new sign of life for as long is gone, with its container or its machine. It gives one each
     * second. Counted on this side from the first look that saw the last sign: the agent's clock may be set.
     */
    static final Duration SILENCE = Duration.ofMinutes(2);

    /** A supervisor that has not begun as long after its launch will not: a container that cannot run {@code sh}. */
    private static final Duration BEGIN = Duration.ofMinutes(1);

    private final ToolCommand command;
    private final Workplace workplace;
    private final DurableLaunches launches;
    private final InstantSource clock;
    private final Consumer<String> warnings;
    private final LineBuffer lines = new LineBuffer();
    private Instant launchedAt;
    private long aliveAt;
    private Instant aliveSince;
    private long offset;
    private boolean begun;
    private boolean running;
    private boolean stopAsked;
    private boolean stopped;

    /**
     * @param clock goes evenly
     * @param warnings is told what went wrong beside the tool, whose result counts all the same
     */
    AgentToolRun(
            ToolCommand command,
            Workplace workplace,
            DurableLaunches launches,
            InstantSource clock,
            Consumer<String> warnings) {
        this.command = command;
        this.workplace = workplace;
        this.launches = launches;
        this.clock = clock;
        this.warnings = warnings;
    }

    ToolCommand command() {
        return command;
    }

    boolean isRunning() {
        return running;
    }

    /** Whether it was seen to have ended after it was asked to. */
    boolean wasStopped() {
        return stopped;
    }

    /**
     * Sees to it that a tool which has not begun never does.
     *
     * @return false where it has begun, just now or long ago
     */
    boolean cancel() {
        if (begun) {
            return false;
        }
        try {
            return directory().act(new ToolClaim());
        } catch (IOException unreachable) {
            throw new AgentUnreachable(unreachable);
        } catch (InterruptedException tooLong) {
            throw new AgentUnreachable(tooLong);
        }
    }

    @Override
    public Optional<ToolResult> poll(Consumer<String> consumer) {
        try {
            return look(line -> consumer.accept(AgentFiles.masked(line, workplace.secrets())));
        } catch (IOException unreachable) {
            throw new AgentUnreachable(unreachable);
        } catch (InterruptedException tooLong) {
            throw new AgentUnreachable(tooLong);
        }
    }

    private Optional<ToolResult> look(Consumer<String> consumer) throws IOException, InterruptedException {
        FilePath directory = directory();
        ToolLook.Seen seen = directory.act(new ToolLook(offset));
        if (!seen.started()) {
            return notYetStarted(directory);
        }
        begun = true;
        offset += seen.output().length;
        lines.accept(seen.output(), consumer);
        if (seen.exitCode() == null) {
            running = !isSilent(seen.aliveAt());
            return running || seen.more() ? Optional.empty() : Optional.of(lost());
        }
        if (seen.more()) {
            return Optional.empty();
        }
        lines.end(consumer);
        running = false;
        stopped = seen.stopped();
        saveLog(directory, seen);
        return Optional.of(result(directory, seen));
    }

    private void saveLog(FilePath directory, ToolLook.Seen seen) throws IOException, InterruptedException {
        if (seen.full()) {
            warnings.accept("the agent's disk is full in " + directory.getRemote()
                    + ", so lines of the tool's output may be missing; its exit code counts");
        }
        AgentFiles.saveLog(directory.child("out"), workplace.logFile(command), workplace.secrets())
                .ifPresent(trouble -> warnings.accept(trouble + "; what the tool did counts"));
    }

    private boolean isSilent(long lastSign) {
        Instant now = clock.instant();
        if (aliveSince == null || lastSign != aliveAt) {
            aliveAt = lastSign;
            aliveSince = now;
        }
        return !now.isBefore(aliveSince.plus(SILENCE));
    }

    private Optional<ToolResult> notYetStarted(FilePath directory) throws IOException, InterruptedException {
        if (launchedAt == null) {
            Optional<String> refusal = refusal();
            if (refusal.isPresent()) {
                return Optional.of(ToolResult.notStarted(command.phase(), refusal.get()));
            }
            try {
                prepare(directory);
            } catch (IOException trouble) {
                String words = DiskTrouble.of(trouble).orElseThrow(() -> trouble);
                return Optional.of(ToolResult.notStarted(
                        command.phase(), "nothing can be written on this agent: " + words + "; " + DiskTrouble.CURE));
            }
            launchedAt = clock.instant();
            launches.launch(workplace, superviseLine(directory));
            return Optional.empty();
        }
        if (clock.instant().isBefore(launchedAt.plus(BEGIN))) {
            return Optional.empty();
        }
        return Optional.of(ToolResult.notStarted(
                command.phase(),
                command.tool().executable() + " " + command.phase() + " did not begin within " + BEGIN.toSeconds()
                        + " s: the agent or its container cannot run sh; it said: \"" + launches.diagnostics(workplace)
                        + "\""));
    }

    /** Why the tool must not be started: an input file is not the one that was looked at before. */
    private Optional<String> refusal() throws IOException, InterruptedException {
        for (var expected : command.expects().entrySet()) {
            FilePath file = workplace.workspace().child(expected.getKey());
            if (!file.exists()) {
                return Optional.of(
                        expected.getKey() + " is not on this agent: run the step in the workspace where it was"
                                + " made, or bring the file there with stash and unstash");
            }
            if (!AgentFiles.sha256(file).equals(expected.getValue())) {
                return Optional.of(
                        expected.getKey() + " is not the file that was shown, its SHA-256 differs: plan again");
            }
        }
        return Optional.empty();
    }

    private void prepare(FilePath directory) throws IOException, InterruptedException {
        directory.mkdirs();
        directory.chmod(0700);
        try (InputStream script =
                AgentToolRun.class.getResourceAsStream("/io/jenkins/plugins/amideploy/jenkins/tools/supervise.sh")) {
            directory.child("supervise.sh").copyFrom(script);
        }
        AgentFiles.writePrivately(directory.child("tool.sh"), ToolScript.of(command, workplace.environment()));
    }

    private String superviseLine(FilePath directory) {
        String at = ToolScript.quoted(directory.getRemote());
        return "sh " + at + "/supervise.sh " + at + " "
                + (command.output() == ToolCommand.Output.DOCUMENT ? "document" : "lines");
    }

    private ToolResult lost() {
        return ToolResult.notStarted(
                command.phase(),
                command.tool().executable() + " " + command.phase()
                        + " is gone without an exit code: its container or its machine was stopped from outside; look"
                        + " for what it left, then run the step again");
    }

    private ToolResult result(FilePath directory, ToolLook.Seen seen) throws IOException, InterruptedException {
        if (seen.missing()) {
            return ToolResult.missing(command.phase());
        }
        ToolResult result = ToolResult.exited(command.phase(), seen.exitCode())
                .withFiles(AgentFiles.kept(workplace.workspace(), command.keeps()));
        if (command.output() == ToolCommand.Output.DOCUMENT) {
            result = result.withDocument(AgentFiles.text(directory.child("document")));
        }
        return seen.stopped() ? result.asStopped() : result;
    }

    /** Leaves word for the supervisor, which signals the tool once, however often this is called. */
    @Override
    public void stop() {
        if (stopAsked) {
            return;
        }
        try {
            directory().child("stop").write("", StandardCharsets.UTF_8.name());
            stopAsked = true;
        } catch (IOException unreachable) {
            throw new AgentUnreachable(unreachable);
        } catch (InterruptedException tooLong) {
            throw new AgentUnreachable(tooLong);
        }
    }

    private FilePath directory() throws IOException {
        return workplace.directory().child(command.phase());
    }
}
