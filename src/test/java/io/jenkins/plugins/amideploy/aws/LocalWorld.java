package io.jenkins.plugins.amideploy.aws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A world of the embedded AWS with records of machines, for the tests of one class that count what a command asks of AWS. */
public final class LocalWorld implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;
    private static final Pattern EXPORT = Pattern.compile("export (\\w+)=(\\S+)");
    private static final Pattern CALL =
            Pattern.compile("\"service\":\"([^\"]*)\",\"action\":\"([^\"]*)\",\"key\":\"?([^\",]*)");

    private final Path command;
    private final String name;
    private final Map<String, String> environment = new TreeMap<>();

    private LocalWorld(Path command, String name) {
        this.command = command;
        this.name = name;
    }

    /** Starts one. @param repository root of the checkout */
    public static LocalWorld up(Path repository) throws IOException, InterruptedException {
        LocalWorld world = new LocalWorld(
                repository.resolve("local/aws"),
                "strangers-" + UUID.randomUUID().toString().substring(0, 8));
        world.run("up", "--api-only");
        Matcher export = EXPORT.matcher(world.run("env"));
        while (export.find()) {
            world.environment.put(export.group(1), export.group(2));
        }
        return world;
    }

    /** What {@code local/aws env} sets for clients. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** The log of all calls so far. */
    public String calls() throws IOException, InterruptedException {
        return run("calls", "--json");
    }

    /** The calls so far that would have changed something, as {@code s3:PutObject}, by the access key that they were made with. */
    public Map<String, List<String>> changes() throws IOException, InterruptedException {
        return changes(run("calls", "--json", "--changing"));
    }

    /** The same of what {@code local/aws calls --json --changing} printed. */
    public static Map<String, List<String>> changes(String printed) {
        Map<String, List<String>> calls = new LinkedHashMap<>();
        Matcher call = CALL.matcher(printed);
        while (call.find()) {
            calls.computeIfAbsent(call.group(3), key -> new ArrayList<>()).add(call.group(1) + ":" + call.group(2));
        }
        return calls;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("down");
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command.toString(), "--world", name));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", line) + ": " + text);
            }
            return text;
        }
    }
}
