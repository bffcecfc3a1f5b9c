package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Outcome.Kind.INTERRUPTED, "the waiting thread was interrupted");
        }
    }
}
