package io.jenkins.plugins.amideploy.jenkins.steps;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Lists as pipelines and forms give them. */
final class Lists {
    private Lists() {}

    /** The texts that say something: Groovy strings with expressions in them, and from a form several with commas between them. */
    static List<String> withoutBlanks(List<?> values) {
        return values == null
                ? List.of()
                : values.stream()
                        .filter(Objects::nonNull)
                        .flatMap(value -> Stream.of(value.toString().split(",")).map(String::trim))
                        .filter(value -> !value.isEmpty())
                        .toList();
    }
}
