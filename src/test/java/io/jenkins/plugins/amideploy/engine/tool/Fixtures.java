package io.jenkins.plugins.amideploy.engine.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Recorded output of the real tools: Packer 1.16 and 1.6, Terraform 1.11, all against moto. */
public final class Fixtures {
    private Fixtures() {}

    /** The text of a recording. */
    public static String text(String name) {
        try (InputStream stream = Fixtures.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalArgumentException("no recording " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Feeds a recording to a parser; what people would have seen. */
    public static List<String> play(String name, OutputParser parser) {
        List<String> seen = new ArrayList<>();
        text(name)
                .lines()
                .forEach(line -> parser.accept(line).map(Progress::toString).ifPresent(seen::add));
        return seen;
    }
}
