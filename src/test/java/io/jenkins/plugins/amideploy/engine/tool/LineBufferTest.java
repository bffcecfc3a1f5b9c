package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineBufferTest {
    @Test
    void accept_piecesThatCutCharactersInTwo_givesWholeLines() {
        byte[] bytes = "größe\r\nzwei\n\ndrei".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            List<String> lines = new ArrayList<>();
            LineBuffer buffer = new LineBuffer();

            buffer.accept(Arrays.copyOf(bytes, cut), lines::add);
            buffer.accept(Arrays.copyOfRange(bytes, cut, bytes.length), lines::add);
            buffer.end(lines::add);

            assertThat(lines).containsExactly("größe", "zwei", "", "drei");
        }
    }
}
