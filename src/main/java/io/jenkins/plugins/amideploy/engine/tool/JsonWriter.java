package io.jenkins.plugins.amideploy.engine.tool;

/** Port to a library for JSON, the way back of {@link JsonParser}: records are written by it, indented, for people read them too. */
@FunctionalInterface
public interface JsonWriter {
    /** One document of {@code Map<String, ?>}, {@code List<?>}, {@code String}, {@code Number}, {@code Boolean} and null. */
    String write(Object tree);
}
