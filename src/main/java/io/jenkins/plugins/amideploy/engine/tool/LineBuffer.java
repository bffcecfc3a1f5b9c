package io.jenkins.plugins.amideploy.engine.tool;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Makes lines of bytes that come in pieces of any size; the tools print UTF-8. Both front doors follow so the file that a tool prints to. */
public final class LineBuffer {
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

    /** @param consumer takes each line that is whole now, without its end */
    public void accept(byte[] bytes, Consumer<String> consumer) {
        for (byte each : bytes) {
            if (each == '\n') {
                flush(consumer);
            } else {
                rest.write(each);
            }
        }
    }

    /** A last line may lack its end. */
    public void end(Consumer<String> consumer) {
        if (rest.size() > 0) {
            flush(consumer);
        }
    }

    private void flush(Consumer<String> consumer) {
        String line = rest.toString(StandardCharsets.UTF_8);
        rest.reset();
        consumer.accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }
}
