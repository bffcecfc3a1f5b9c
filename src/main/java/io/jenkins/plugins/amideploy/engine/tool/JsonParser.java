package io.jenkins.plugins.amideploy.engine.tool;

/** Port to a JSON library, which the engine itself does without: each front door has one already. */
@FunctionalInterface
public interface JsonParser {
    /**
     * Parses one JSON document.
     *
     * @return a tree of {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code Number} and
     *     {@code Boolean}; {@code null} for JSON's null
     * @throws IllegalArgumentException when the text is not JSON
     */
    Object parse(String text);
}
