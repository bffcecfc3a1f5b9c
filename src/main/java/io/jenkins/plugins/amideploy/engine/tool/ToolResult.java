package io.jenkins.plugins.amideploy.engine.tool;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * How one {@link ToolCommand} ended.
 *
 * @param phase the command's phase
 * @param ending whether the tool ran at all, and to its own end
 * @param exitCode what the tool returned; 0 where it never ran
 * @param document standard output of a command that prints a document, else empty; may hold secrets, so it is not in
 *     {@link #toString()}
 * @param files absolute path to text or SHA-256 (hex, lower case) of the files kept; a file not written is absent
 * @param problems what the parser found, or the runner's own reason for not starting the tool
 * @param messages what the parser kept for the operation; not in {@link #toString()}
 */
public record ToolResult(
        String phase,
        Ending ending,
        int exitCode,
        String document,
        Map<String, String> files,
        List<Problem> problems,
        List<Json> messages) {

    /** The ways in which a command comes to its end. */
    public enum Ending {
        /** The tool ended by itself. */
        EXITED,
        /** The tool ended after it was asked to stop. */
        STOPPED,
        /** The program is not on the PATH. */
        MISSING,
        /** The runner did not start the tool, see {@link ToolResult#problems()}. */
        NOT_STARTED
    }

    public ToolResult {
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(ending, "ending");
        Objects.requireNonNull(document, "document");
        files = Map.copyOf(files);
        problems = List.copyOf(problems);
        messages = List.copyOf(messages);
    }

    /** A tool that ended by itself, without document, files or problems. */
    public static ToolResult exited(String phase, int exitCode) {
        return new ToolResult(phase, Ending.EXITED, exitCode, "", Map.of(), List.of(), List.of());
    }

    /** A program that is not there. */
    public static ToolResult missing(String phase) {
        return new ToolResult(phase, Ending.MISSING, 0, "", Map.of(), List.of(), List.of());
    }

    /** A command that was refused by the runner for the reason given. */
    public static ToolResult notStarted(String phase, String reason) {
        return new ToolResult(phase, Ending.NOT_STARTED, 0, "", Map.of(), List.of(Problem.of(reason)), List.of());
    }

    /** The same result with the problems that the parser found behind its own. */
    public ToolResult withProblems(List<Problem> found) {
        List<Problem> all = new java.util.ArrayList<>(problems);
        all.addAll(found);
        return new ToolResult(phase, ending, exitCode, document, files, all, messages);
    }

    /** The same result with what a parser of its output found and kept. */
    public ToolResult readBy(OutputParser parser) {
        return new ToolResult(phase, ending, exitCode, document, files, problems, parser.messages())
                .withProblems(parser.problems());
    }

    /** The same result with its problems in other words. */
    ToolResult saying(UnaryOperator<String> words) {
        return new ToolResult(
                phase,
                ending,
                exitCode,
                document,
                files,
                problems.stream().map(problem -> problem.saying(words)).toList(),
                messages);
    }

    /** The same result under another phase name. */
    public ToolResult withPhase(String newPhase) {
        return new ToolResult(newPhase, ending, exitCode, document, files, problems, messages);
    }

    /** The same result with a document. */
    public ToolResult withDocument(String text) {
        return new ToolResult(phase, ending, exitCode, text, files, problems, messages);
    }

    /** The same result with these files. */
    public ToolResult withFiles(Map<String, String> kept) {
        return new ToolResult(phase, ending, exitCode, document, kept, problems, messages);
    }

    /** The same result, ended because it was asked to. */
    public ToolResult asStopped() {
        return new ToolResult(phase, Ending.STOPPED, exitCode, document, files, problems, messages);
    }

    /** Whether the tool ended by itself with 0. */
    public boolean isOk() {
        return ending == Ending.EXITED && exitCode == 0;
    }

    @Override
    public String toString() {
        return "ToolResult[" + phase + " " + ending + " " + exitCode + ", files " + files.keySet() + ", " + problems
                + "]";
    }
}
