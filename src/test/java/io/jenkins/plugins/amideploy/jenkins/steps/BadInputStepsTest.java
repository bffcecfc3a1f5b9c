package io.jenkins.plugins.amideploy.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.BadInput;
import io.jenkins.plugins.amideploy.engine.BadInput.Seen;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.ToolPipelines;
import io.jenkins.plugins.amideploy.jenkins.parsers.YamlParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Everything in {@code tests/strangers/inputs.yml} that a step is given, in a pipeline in a real Jenkins: the build fails with a line of cause and cure,
 * and AWS is asked for nothing that changes anything, by its own log of calls.
 */
@ExtendWith(OneController.class)
class BadInputStepsTest {
    private static final Path REPOSITORY = Path.of("").toAbsolutePath();

    /** What a build's log must not have in it: the insides of the plugin. */
    private static final List<String> INSIDES =
            List.of("NullPointerException", "at io.jenkins.plugins.amideploy", "NumberFormatException");

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> badInput_ofAStep_failsInALine_andNothingChanges(JenkinsRule r) throws Exception {
        List<BadInput> inputs = BadInput.all(REPOSITORY, new YamlParser()).stream()
                .filter(input -> !input.step().isEmpty())
                .toList();
        FakeTools tools = new FakeTools(directory);
        List<WorkflowRun> runs = new ArrayList<>();
        for (BadInput input : inputs) {
            String lines = "withEnv(['AWS_ACCESS_KEY_ID=" + key(runs.size()) + "', 'AWS_SECRET_ACCESS_KEY=none']) {\n"
                    + written(input) + input.step().replace("ENDPOINT", AWS.endpoint()) + "\n}";
            runs.add(ToolPipelines.job(r, AWS, tools, lines).scheduleBuild2(0).waitForStart());
        }
        for (WorkflowRun run : runs) {
            r.waitForCompletion(run);
        }
        Map<String, List<String>> changes = AWS.changes();
        List<Seen> seen = new ArrayList<>();
        for (int each = 0; each < runs.size(); each++) {
            seen.add(judged(r, inputs.get(each), runs.get(each), changes.getOrDefault(key(each), List.of())));
        }
        BadInput.keep(REPOSITORY, "steps", seen);
        return seen.stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.input().what() + ": " + each.input().step(), () -> assertThat(each.faults())
                                .as(String.join("\n", each.lines()))
                                .isEmpty()));
    }

    private static Seen judged(JenkinsRule r, BadInput input, WorkflowRun run, List<String> changes) throws Exception {
        String log = JenkinsRule.getLog(run);
        List<String> lines = log.lines()
                .dropWhile(line -> !line.matches(
                        "(ERROR|error): .*|.*(IllegalArgumentException|ClassCastException|AbortException).*"))
                .takeWhile(line -> !line.startsWith("Finished:") && !line.startsWith("\tat "))
                .toList();
        String all = String.join("\n", lines);
        List<String> faults = new ArrayList<>();
        if (run.getResult() != Result.FAILURE) {
            faults.add("result " + run.getResult() + ": " + log);
        }
        if (lines.isEmpty()) {
            faults.add("no error: " + log);
        }
        input.says().stream().filter(word -> !all.contains(word)).forEach(word -> faults.add("no word of " + word));
        INSIDES.stream().filter(log::contains).forEach(word -> faults.add("insides: " + word + ": " + log));
        changes.forEach(call -> faults.add("called " + call));
        return new Seen(input, lines, changes, faults);
    }

    /** The input's files, written in the workspace before the step. */
    private static String written(BadInput input) {
        StringBuilder lines = new StringBuilder();
        input.files()
                .forEach((name, text) -> lines.append("writeFile file: '" + name + "', text: '"
                        + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'\n"));
        return lines.toString();
    }

    /** Each input has an access key of its own, by which the log of calls tells whose a call was. */
    private static String key(int number) {
        return "stranger-" + number;
    }
}
