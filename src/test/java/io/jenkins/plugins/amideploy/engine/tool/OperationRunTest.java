package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OperationRunTest {
    private final FakeRunner runner = new FakeRunner();

    @Test
    void poll_startsTheNextCommandWhenOneHasEnded() {
        OperationRun<String> run = new OperationRun<>(new TwoPhases(), runner);

        assertThat(run.poll(progress -> {})).isEmpty();
        runner.result = ToolResult.exited("one", 0);
        assertThat(run.poll(progress -> {})).isEmpty();
        assertThat(runner.started).containsExactly("one", "two");
        runner.result = ToolResult.exited("two", 0);
        assertThat(run.poll(progress -> {})).contains(Outcome.success("done"));
        assertThat(run.poll(progress -> {})).contains(Outcome.success("done"));
    }

    @Test
    void stop_reachesTheToolOnce() {
        OperationRun<String> run = new OperationRun<>(new TwoPhases(), runner);

        run.stop();
        run.stop();

        assertThat(runner.stops).isEqualTo(1);
        assertThat(run.poll(progress -> {}))
                .as("it is over when the tool has ended")
                .isEmpty();
    }

    @Test
    void stopJustAfterACommandEnded_startsNoOther() {
        OperationRun<String> run = new OperationRun<>(new TwoPhases(), runner);

        run.stop();
        runner.result = ToolResult.exited("one", 0);

        assertThat(run.poll(progress -> {}))
                .contains(Outcome.failure(Outcome.Kind.INTERRUPTED, "stopped before two was started"));
        assertThat(runner.started).containsExactly("one");
    }

    @Test
    void problemsOfTheParser_reachTheOperation() {
        runner.line = "boom";
        OperationRun<String> run = new OperationRun<>(new TwoPhases(), runner);
        runner.result = ToolResult.exited("one", 1);

        assertThat(run.poll(progress -> {})).contains(Outcome.failure(Outcome.Kind.FAILED, "boom"));
    }

    /** Packer tries for minutes to put away what it made, in vain. */
    @Test
    void toolWhoseCredentialsHaveExpired_isEnded_andNotWaitedFor() {
        TwoPhases operation = new TwoPhases();
        OperationRun<String> run = new OperationRun<>(operation, runner);
        Diagnosis why = Diagnosis.of(Cause.CREDENTIALS_EXPIRED, "the AWS credentials have expired");
        operation.hopeless = why;

        assertThat(run.poll(progress -> {})).contains(Outcome.failure(Outcome.Kind.FAILED, why));
        assertThat(runner.stops).isEqualTo(1);
    }

    @Test
    void toolThatWaitsInVain_isEndedOnce_andItsCauseIsTheOutcome() {
        TwoPhases operation = new TwoPhases();
        OperationRun<String> run = new OperationRun<>(operation, runner);
        List<Progress> told = new ArrayList<>();
        Diagnosis why = Diagnosis.of(Cause.SSH_REFUSED, "nothing comes back");
        operation.hopeless = why;

        assertThat(run.poll(told::add)).isEmpty();
        assertThat(run.poll(told::add)).isEmpty();
        assertThat(runner.stops).isEqualTo(1);
        assertThat(told).extracting(Progress::toString).containsExactly("bake: it takes long");

        runner.result = ToolResult.exited("one", 1).asStopped();
        assertThat(run.poll(told::add)).contains(Outcome.failure(Outcome.Kind.FAILED, why));
    }

    private static final class TwoPhases implements Operation<String> {
        private Diagnosis hopeless;

        @Override
        public ToolCommand first() {
            return ToolCommand.lines(Tool.PACKER, "one", "/", List.of());
        }

        @Override
        public Step<String> after(ToolResult result) {
            if (!result.isOk()) {
                return Step.done(Outcome.failure(
                        Outcome.Kind.FAILED, result.problems().get(0).line()));
            }
            return result.phase().equals("one")
                    ? Step.run(ToolCommand.lines(Tool.PACKER, "two", "/", List.of()))
                    : Step.done(Outcome.success("done"));
        }

        @Override
        public OutputParser parser(String phase) {
            List<Problem> problems = new ArrayList<>();
            return new OutputParser() {
                @Override
                public Optional<Progress> accept(String line) {
                    problems.add(Problem.of(line));
                    return Optional.empty();
                }

                @Override
                public List<Problem> problems() {
                    return problems;
                }

                @Override
                public Optional<Progress> remark() {
                    return Optional.ofNullable(hopeless).map(why -> new Progress("bake", "it takes long"));
                }

                @Override
                public Optional<Diagnosis> hopeless() {
                    return Optional.ofNullable(hopeless);
                }
            };
        }
    }

    private static final class FakeRunner implements ToolRunner {
        private final List<String> started = new ArrayList<>();
        private ToolResult result;
        private String line;
        private int stops;

        @Override
        public ToolRun start(ToolCommand command) {
            started.add(command.phase());
            return new ToolRun() {
                @Override
                public Optional<ToolResult> poll(Consumer<String> lines) {
                    Optional.ofNullable(line).ifPresent(lines);
                    Optional<ToolResult> ended = Optional.ofNullable(result);
                    result = null;
                    return ended;
                }

                @Override
                public void stop() {
                    stops++;
                }
            };
        }
    }
}
