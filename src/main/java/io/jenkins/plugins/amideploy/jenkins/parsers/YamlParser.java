package io.jenkins.plugins.amideploy.jenkins.parsers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.YamlMessage;

/** The engine's port for documents by people, by Jackson's YAML, which the Jackson plugin brings. */
public final class YamlParser implements JsonParser {
    private static final ObjectMapper MAPPER =
            new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    @Override
    public Object parse(String text) {
        try {
            JsonNode tree = MAPPER.readTree(text);
            return tree.isMissingNode() ? null : MAPPER.treeToValue(tree, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(YamlMessage.oneLine(e.getOriginalMessage()), e);
        }
    }
}
