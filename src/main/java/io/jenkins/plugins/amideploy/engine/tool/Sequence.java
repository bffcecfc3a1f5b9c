package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.Outcome;
import java.util.Objects;
import java.util.function.Function;

/**
 * Two operations as one: the second is made from what the first one yields. For front doors whose step is more than one
 * operation; phases carry the operation's number, since both may have a {@code plan}.
 *
 * @param <A> what the first operation yields
 * @param <B> what both yield together
 */
public final class Sequence<A, B> implements Operation<B> {
    private static final String FIRST = "1-";
    private static final String SECOND = "2-";

    private final Operation<A> first;
    private final Function<A, Operation<B>> then;
    private Operation<B> second;

    /** @param then makes the second operation; the same one for the same value */
    public Sequence(Operation<A> first, Function<A, Operation<B>> then) {
        this.first = Objects.requireNonNull(first, "first");
        this.then = Objects.requireNonNull(then, "then");
    }

    @Override
    public ToolCommand first() {
        return numbered(FIRST, first.first());
    }

    @Override
    public Step<B> after(ToolResult result) {
        if (result.phase().startsWith(SECOND)) {
            return numbered(second.after(plain(SECOND, result)));
        }
        Step<A> step = first.after(plain(FIRST, result));
        if (step instanceof Step.Run<A> run) {
            return Step.run(numbered(FIRST, run.command()));
        }
        Outcome<A> outcome = ((Step.Done<A>) step).outcome();
        if (outcome instanceof Outcome.Failure<A> failure) {
            return Step.done(failure.retyped());
        }
        second = then.apply(((Outcome.Success<A>) outcome).value());
        return Step.run(numbered(SECOND, second.first()));
    }

    /** A phase's name within its own operation, wherever that runs. */
    public static String phaseWithin(String phase) {
        return phase.startsWith(FIRST) || phase.startsWith(SECOND) ? phase.substring(FIRST.length()) : phase;
    }

    private static <B> Step<B> numbered(Step<B> step) {
        return step instanceof Step.Run<B> run ? Step.run(numbered(SECOND, run.command())) : step;
    }

    private static ToolCommand numbered(String number, ToolCommand command) {
        return command.withPhase(number + command.phase());
    }

    private static ToolResult plain(String number, ToolResult result) {
        return result.withPhase(result.phase().substring(number.length()));
    }

    @Override
    public OutputParser parser(String phase) {
        return phase.startsWith(SECOND)
                ? second.parser(phase.substring(SECOND.length()))
                : first.parser(phase.substring(FIRST.length()));
    }
}
