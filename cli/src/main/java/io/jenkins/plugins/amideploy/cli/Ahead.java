package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An answer of AWS that is asked for while the command goes on, on a thread of its own that does nothing else. Whoever needs
 * the answer waits for it here, and gets here what went wrong.
 *
 * @param <T> the answer
 */
final class Ahead<T> {
    private final FutureTask<T> task;

    private Ahead(Callable<T> question) {
        this.task = new FutureTask<>(question);
    }

    /** Asks now. Nobody waits for the thread: a command that ends early leaves the answer behind. */
    static <T> Ahead<T> ask(Callable<T> question) {
        Ahead<T> ahead = new Ahead<>(question);
        Thread thread = new Thread(ahead.task, "ahead");
        thread.setDaemon(true);
        thread.start();
        return ahead;
    }

    /** The answer; throws what asking for it threw. */
    T get() {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Outcome.Kind.INTERRUPTED, "the waiting thread was interrupted");
        }
    }

    /** The same, where it is there in time. @param patience of whoever has more to do than to wait */
    Optional<T> within(Duration patience) {
        try {
            return Optional.ofNullable(task.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException notYet) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        return e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
    }
}
