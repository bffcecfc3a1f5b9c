package io.jenkins.plugins.amideploy.engine.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the words of a Terraform command that has no {@code -json}: all that it says from its first "Error:" on is one problem. */
public final class PlainOutput implements OutputParser {
    private static final String ERROR = "Error: ";

    private final List<String> lines = new ArrayList<>();

    @Override
    public Optional<Progress> accept(String line) {
        if (!lines.isEmpty() || line.startsWith(ERROR)) {
            lines.add(lines.isEmpty() ? line.substring(ERROR.length()) : line);
        }
        return Optional.empty();
    }

    @Override
    public List<Problem> problems() {
        return lines.isEmpty() ? List.of() : List.of(Problem.of(String.join("\n", lines)));
    }
}
