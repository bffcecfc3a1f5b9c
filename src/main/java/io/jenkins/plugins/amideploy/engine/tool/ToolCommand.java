package io.jenkins.plugins.amideploy.engine.tool;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One run of a tool as data: an {@link Operation} names it, a {@link ToolRunner} executes it.
 *
 * @param tool which program
 * @param phase name of the command within its operation, for example {@code plan}; unique there
 * @param arguments what follows the program's name; never a secret, since argument lists are public on a machine
 * @param env variables that this command needs beside those that the runner already gives to every tool
 * @param secretEnv variables whose values must never be shown; kept out of {@link #toString()}
 * @param directory absolute path of the working directory
 * @param output what the runner does with standard output
 * @param keeps files that the command writes and the operation needs
 * @param expects absolute path of an input file to its SHA-256 (hex); the runner compares right before it starts the
 *     tool and does not start it when they differ
 */
public record ToolCommand(
        Tool tool,
        String phase,
        List<String> arguments,
        Map<String, String> env,
        Map<String, String> secretEnv,
        String directory,
        Output output,
        List<Kept> keeps,
        Map<String, String> expects) {

    /** What standard output is. */
    public enum Output {
        /** Lines of progress: logged, and given to the operation's parser as they come. */
        LINES,
        /** One document for {@link ToolResult#document()}: neither logged nor parsed, as it may hold secrets in clear. */
        DOCUMENT
    }

    /**
     * A file that the runner hands back with the result when the tool wrote it.
     *
     * @param path absolute path
     * @param as whether its text or only its SHA-256 is wanted
     */
    public record Kept(String path, As as) {
        /** In which form a file comes back. */
        public enum As {
            TEXT,
            SHA256
        }
    }

    public ToolCommand {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(output, "output");
        arguments = List.copyOf(arguments);
        env = Map.copyOf(env);
        secretEnv = Map.copyOf(secretEnv);
        keeps = List.copyOf(keeps);
        expects = Map.copyOf(expects);
    }

    /** A command that prints lines, with nothing added yet. */
    public static ToolCommand lines(Tool tool, String phase, String directory, List<String> arguments) {
        return new ToolCommand(
                tool, phase, arguments, Map.of(), Map.of(), directory, Output.LINES, List.of(), Map.of());
    }

    /** The same command under another phase name. */
    public ToolCommand withPhase(String newPhase) {
        return new ToolCommand(tool, newPhase, arguments, env, secretEnv, directory, output, keeps, expects);
    }

    /** The same command printing one document. */
    public ToolCommand printingDocument() {
        return new ToolCommand(tool, phase, arguments, env, secretEnv, directory, Output.DOCUMENT, keeps, expects);
    }

    /** The same command with these variables instead of its own. */
    public ToolCommand withEnv(Map<String, String> newEnv) {
        return new ToolCommand(tool, phase, arguments, newEnv, secretEnv, directory, output, keeps, expects);
    }

    /** The same command with these secret variables instead of its own: the front door's credentials. */
    public ToolCommand withSecretEnv(Map<String, String> newSecretEnv) {
        return new ToolCommand(tool, phase, arguments, env, newSecretEnv, directory, output, keeps, expects);
    }

    /** The same command handing back a file's text. */
    public ToolCommand keepingText(String path) {
        return keeping(new Kept(path, Kept.As.TEXT));
    }

    /** The same command handing back a file's SHA-256. */
    public ToolCommand keepingDigest(String path) {
        return keeping(new Kept(path, Kept.As.SHA256));
    }

    private ToolCommand keeping(Kept kept) {
        List<Kept> all = new java.util.ArrayList<>(keeps);
        all.add(kept);
        return new ToolCommand(tool, phase, arguments, env, secretEnv, directory, output, all, expects);
    }

    /** The same command, started only while the file has this SHA-256. */
    public ToolCommand expecting(String path, String sha256) {
        return new ToolCommand(tool, phase, arguments, env, secretEnv, directory, output, keeps, Map.of(path, sha256));
    }

    /** The command line as a person would type it; safe to print. */
    public String commandLine() {
        return tool.executable() + " " + String.join(" ", arguments);
    }

    @Override
    public String toString() {
        return "ToolCommand[" + commandLine() + ", in " + directory + ", env " + env + ", secret env "
                + secretEnv.keySet() + "]";
    }
}
