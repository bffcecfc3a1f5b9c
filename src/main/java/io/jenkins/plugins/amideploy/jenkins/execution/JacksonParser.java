package io.jenkins.plugins.amideploy.jenkins.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;

/** The engine's JSON port by Jackson. */
final class JacksonParser implements JsonParser {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public Object parse(String text) {
        try {
            return MAPPER.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
