package io.jenkins.plugins.amideploy.jenkins.tools;

import com.google.common.util.concurrent.ListenableFuture;
import hudson.model.Result;
import java.io.IOException;
import java.util.function.Consumer;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The context of a tool step as the {@code timeout} step gets to see it. A minute after its time is over {@code timeout} fails
 * every step in its body from outside, whatever the step is doing (workflow-basic-steps, TimeoutStepExecution, GRACE_PERIOD);
 * with the step the container would end, and in it a Terraform that is writing its state. Through this context such a
 * failure is one more request to stop, and the step ends when its tool has ended.
 */
final class HeldContext extends StepContext {
    private static final long serialVersionUID = 1L;

    private static final String TIMEOUT = "org.jenkinsci.plugins.workflow.steps.TimeoutStepExecution";
    private static final StackWalker STACK = StackWalker.getInstance();

    private final StepContext context;
    private final transient Consumer<Throwable> stop;

    HeldContext(StepContext context, Consumer<Throwable> stop) {
        this.context = context;
        this.stop = stop;
    }

    /** Whether it is {@code timeout} that asks. Others get the context itself, which some cast to its class. */
    static boolean isWanted() {
        return STACK.walk(
                frames -> frames.limit(6).anyMatch(frame -> frame.getClassName().startsWith(TIMEOUT)));
    }

    @Override
    public void onFailure(Throwable cause) {
        stop.accept(cause);
    }

    @Override
    public void onSuccess(Object result) {
        context.onSuccess(result);
    }

    @Override
    public <T> T get(Class<T> key) throws IOException, InterruptedException {
        return context.get(key);
    }

    @Override
    public boolean isReady() {
        return context.isReady();
    }

    @Override
    public ListenableFuture<Void> saveState() {
        return context.saveState();
    }

    @Override
    public void setResult(Result result) {
        context.setResult(result);
    }

    @Override
    public BodyInvoker newBodyInvoker() {
        return context.newBodyInvoker();
    }

    @Override
    public boolean hasBody() {
        return context.hasBody();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeldContext held && held.context.equals(context);
    }

    @Override
    public int hashCode() {
        return context.hashCode();
    }
}
