package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.Outcome;
import java.util.Objects;

/**
 * An operation that starts a tool only after another operation has succeeded, and needs that one not at all where it comes to
 * its end without the tool: a deployment asks whether the stack can be planned before it bakes, and not where an image is
 * reused. Phases of the other operation carry a prefix, since both may have an {@code init}.
 *
 * @param <T> what the operation yields
 */
public final class Preceded<T> implements Operation<T> {
    private static final String PREFIX = "before-";

    private final Operation<T> operation;
    private final Tool tool;
    private final Operation<?> before;
    private ToolCommand held;

    /**
     * @param tool before the first command of which the other operation is run; the operation does not begin with it
     * @param before what must succeed
     */
    public Preceded(Operation<T> operation, Tool tool, Operation<?> before) {
        this.operation = Objects.requireNonNull(operation, "operation");
        this.tool = Objects.requireNonNull(tool, "tool");
        this.before = Objects.requireNonNull(before, "before");
    }

    @Override
    public ToolCommand first() {
        return operation.first();
    }

    @Override
    public Step<T> after(ToolResult result) {
        if (result.phase().startsWith(PREFIX)) {
            return afterBefore(before, result.withPhase(result.phase().substring(PREFIX.length())));
        }
        Step<T> step = operation.after(result);
        if (held == null && step instanceof Step.Run<T> run && run.command().tool() == tool) {
            held = run.command();
            return Step.run(prefixed(before.first()));
        }
        return step;
    }

    private <B> Step<T> afterBefore(Operation<B> before, ToolResult result) {
        Step<B> step = before.after(result);
        if (step instanceof Step.Run<B> run) {
            return Step.run(prefixed(run.command()));
        }
        return ((Step.Done<B>) step).outcome() instanceof Outcome.Failure<B> failure
                ? Step.done(failure.retyped())
                : Step.run(held);
    }

    private static ToolCommand prefixed(ToolCommand command) {
        return command.withPhase(PREFIX + command.phase());
    }

    @Override
    public OutputParser parser(String phase) {
        return phase.startsWith(PREFIX) ? before.parser(phase.substring(PREFIX.length())) : operation.parser(phase);
    }
}
