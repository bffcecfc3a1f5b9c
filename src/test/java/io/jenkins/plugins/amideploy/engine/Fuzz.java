package io.jenkins.plugins.amideploy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** What properties of parsers share: odd documents and texts, and what a parser may do with them: read or refuse, in a line and in time. */
public final class Fuzz {
    /** Time of processor, far longer than any parser takes; a hang takes for ever. */
    private static final Duration HANG = Duration.ofSeconds(3);

    /** Longer than anything that people or tools write on one line, and than what a recursion bears. */
    private static final int LONG = 10_000;

    private Fuzz() {}

    /** Reads; what cannot be read is refused by an {@link IllegalArgumentException} of one line that tells no insides. */
    public static <T> void readOrRefused(Supplier<T> reading, Consumer<T> using) {
        long begun = computed();
        T read;
        try {
            read = reading.get();
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage())
                    .isNotBlank()
                    .doesNotContain("\n", "For input string", "Exception", "java.", "parsed at index");
            return;
        } finally {
            assertThat(Duration.ofNanos(computed() - begun)).isLessThan(HANG);
        }
        using.accept(read);
    }

    private static long computed() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** The same, where what was read is of no interest. */
    public static void readOrRefused(Supplier<?> reading) {
        readOrRefused(reading, read -> {});
    }

    /** Trees as a parser of JSON gives them, with such names in their objects and such texts, and much else. */
    public static Arbitrary<Object> trees(List<String> names, String... texts) {
        Arbitrary<Object> leaf = Arbitraries.oneOf(
                Arbitraries.of(texts.length == 0 ? new String[] {"x"} : texts),
                Arbitraries.strings().ofMaxLength(8),
                Arbitraries.of("", "2026-11-26T10:00:00Z", "not a time"),
                Arbitraries.of(0, 1, -1, 2, 4, Integer.MAX_VALUE),
                Arbitraries.of(Long.MAX_VALUE, Long.MIN_VALUE),
                Arbitraries.of(1.5, -0.0, Double.MAX_VALUE),
                Arbitraries.of(true, false),
                Arbitraries.just(null));
        return Arbitraries.recursive(
                () -> leaf,
                inner -> Arbitraries.oneOf(
                        leaf,
                        inner.list().ofMaxSize(3).map(list -> (Object) new ArrayList<>(list)),
                        Arbitraries.maps(Arbitraries.of(names), inner)
                                .ofMaxSize(5)
                                .map(map -> (Object) map)),
                0,
                3);
    }

    /** Objects of just these members, of odd values. */
    public static Arbitrary<Map<String, Object>> objects(List<String> names, String... texts) {
        return Arbitraries.maps(Arbitraries.of(names), trees(names, texts)).ofMaxSize(names.size());
    }

    /** Texts of such pieces one after the other, with whatever else between them. */
    public static Arbitrary<String> texts(String... pieces) {
        Arbitrary<String> piece = Arbitraries.oneOf(
                Arbitraries.of(pieces),
                Arbitraries.of(pieces),
                Arbitraries.strings().ofMaxLength(3));
        return piece.list().ofMaxSize(30).map(list -> String.join("", list));
    }

    /** Each of the pieces so often that a recursion over it would end the thread. */
    public static List<String> longOnes(String... pieces) {
        List<String> all = new ArrayList<>();
        for (String piece : pieces) {
            all.add(piece.repeat(LONG));
        }
        return all;
    }
}
