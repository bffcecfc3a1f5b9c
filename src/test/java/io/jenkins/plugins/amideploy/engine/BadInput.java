package io.jenkins.plugins.amideploy.engine;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A row of {@code tests/strangers/inputs.yml}: something that a person could give, and how it has to be refused. The tests of the command line and of
 * the steps take theirs from there, and leave what they saw for {@code make strangers}.
 *
 * @param of what it is about: {@code variables}, {@code release records}
 * @param what is wrong with it
 * @param run arguments of the command; none where a step is given it
 * @param step lines of a pipeline; empty where a command is given it
 * @param isByLauncher whether the launcher is started, rather than the command in this process
 * @param hasRealTools whether Terraform and Packer are the real ones; else programs that fail
 * @param exit code of the command
 * @param says words of the line that begins with {@code error:}
 * @param variables lines of the variables file behind those that every one has
 * @param files other contents by path; null takes a file away
 * @param bytes the same in hexadecimal digits
 * @param environment of the process; null takes a variable away
 * @param tools scripts in place of tools, by name
 * @param objects texts in the state bucket by key
 */
public record BadInput(
        String of,
        String what,
        List<String> run,
        String step,
        boolean isByLauncher,
        boolean hasRealTools,
        int exit,
        List<String> says,
        String variables,
        Map<String, String> files,
        Map<String, String> bytes,
        Map<String, String> environment,
        Map<String, String> tools,
        Map<String, String> objects) {

    /** Where all of them are, below the root of the checkout. */
    private static final String TABLE = "tests/strangers/inputs.yml";

    private static final int BAD_INPUT = 2;

    /** All rows. @param repository root of the checkout */
    public static List<BadInput> all(Path repository, JsonParser yaml) throws IOException {
        List<BadInput> all = new ArrayList<>();
        for (Json row :
                Json.of(yaml.parse(Files.readString(repository.resolve(TABLE)))).list()) {
            all.add(of(row));
        }
        return all;
    }

    private static BadInput of(Json row) {
        return new BadInput(
                row.get("of").text(),
                row.get("what").text(),
                words(row.get("run")),
                row.get("step").text(),
                row.get("launcher").isTrue(),
                row.get("real").isTrue(),
                row.get("exit").isAbsent() ? BAD_INPUT : (int) row.get("exit").number(),
                words(row.get("says")),
                row.get("variables").text(),
                texts(row.get("files")),
                texts(row.get("bytes")),
                texts(row.get("environment")),
                texts(row.get("tools")),
                texts(row.get("objects")));
    }

    private static List<String> words(Json words) {
        return words.string()
                .map(text -> List.of(text.split(" ")))
                .orElseGet(() -> words.list().stream().map(Json::scalar).toList());
    }

    private static Map<String, String> texts(Json map) {
        Map<String, String> texts = new TreeMap<>();
        for (String name : map.names()) {
            texts.put(name, map.get(name).isAbsent() ? null : map.get(name).scalar());
        }
        return texts;
    }

    /**
     * What was seen of one.
     *
     * @param lines from the error on
     * @param changes calls of it that would have changed something
     * @param faults what was not as it must be
     */
    public record Seen(BadInput input, List<String> lines, List<String> changes, List<String> faults) {
        private Map<String, Object> tree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("of", input.of());
            tree.put("what", input.what());
            tree.put("given", input.step().isEmpty() ? "ami-deploy " + String.join(" ", input.run()) : input.step());
            tree.put("lines", lines);
            tree.put("changes", changes);
            tree.put("faults", faults);
            return tree;
        }
    }

    /** Leaves what was seen for the table. @param door who was given the inputs: {@code cli}, {@code steps} */
    public static void keep(Path repository, String door, List<Seen> seen) throws IOException {
        Path file = repository.resolve(".work/strangers").resolve(door + ".json");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file, new TinyJson().write(seen.stream().map(Seen::tree).toList()));
    }
}
