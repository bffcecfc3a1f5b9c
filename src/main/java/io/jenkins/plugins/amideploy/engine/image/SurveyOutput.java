package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.tool.OutputParser;
import io.jenkins.plugins.amideploy.engine.tool.Problem;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.util.List;
import java.util.Optional;

/** What the survey says beside its document: why it failed, on its last line, as Python programs do. */
final class SurveyOutput implements OutputParser {
    private String last = "";

    @Override
    public Optional<Progress> accept(String line) {
        last = line.isBlank() ? last : line.strip();
        return Optional.empty();
    }

    @Override
    public List<Problem> problems() {
        return last.isEmpty() ? List.of() : List.of(Problem.of(last.replaceFirst("^error: ", "")));
    }
}
