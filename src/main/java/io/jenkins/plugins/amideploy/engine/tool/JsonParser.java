package io.jenkins.plugins.amideploy.engine.tool;

/**
 * Port to a library for JSON, or for YAML where a document is written by people; the engine itself does without, and each
 * front door has one already.
 */
@FunctionalInterface
public interface JsonParser {
    /**
     * Parses one document.
     *
     * @return a tree of {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code Number} and
     *     {@code Boolean}; {@code null} for null, and for a YAML document with nothing in it
     * @throws IllegalArgumentException in one line, when the text is not such a document
     */
    Object parse(String text);
}
