package io.jenkins.plugins.amideploy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The engine's port for documents by people, by Jackson's YAML; apart from {@link JacksonParser}, since few commands need it. */
final class YamlParser implements JsonParser {
    private final ObjectMapper mapper =
            new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    @Override
    public Object parse(String text) {
        try {
            JsonNode tree = mapper.readTree(text);
            return tree.isMissingNode() ? null : mapper.treeToValue(tree, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(oneLine(e.getOriginalMessage()), e);
        }
    }

    /** SnakeYAML tells what is wrong in lines of their own, each followed by indented ones that tell and show where. */
    private static String oneLine(String said) {
        String what = said.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(", "));
        Matcher where = Pattern.compile("(?s).*\\bline (\\d+)").matcher(said);
        return (where.find() ? "line " + where.group(1) + ": " : "") + "not YAML: " + what;
    }
}
