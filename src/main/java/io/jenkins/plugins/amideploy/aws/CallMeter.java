package io.jenkins.plugins.amideploy.aws;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Counts what clients of {@link AwsClients} really send, each attempt of a call by itself, and notices where AWS says "too fast", also where the SDK's own next attempt
 * hides it. Whoever shares clients among many waits keeps their budget by it. Calls to S3 and STS are not counted: they are throttled by bucket and by caller, and waits
 * make next to none.
 */
public final class CallMeter {
    /** Whoever wants to know of every attempt; called on the thread that calls AWS. */
    public interface Listener {
        /** Another attempt is being sent. */
        void called();

        /** AWS answered one with "too fast". */
        void throttled();
    }

    /** What AWS answers when it throttles; the SDK repeats a 400 for no other reason but a clock that is wrong. */
    private static final Set<Integer> TOO_FAST = Set.of(400, 429, 503);

    private static final ExecutionAttribute<Integer> STATUS = new ExecutionAttribute<>("AmiDeployLastStatus");

    private final AtomicLong calls = new AtomicLong();
    private volatile Listener listener;

    /** From now on every attempt is told. @param who null: nobody */
    public void tell(Listener who) {
        listener = who;
    }

    /** Attempts so far. */
    public long calls() {
        return calls.get();
    }

    private void called() {
        calls.incrementAndGet();
        Listener now = listener;
        if (now != null) {
            now.called();
        }
    }

    private void throttled() {
        Listener now = listener;
        if (now != null) {
            now.throttled();
        }
    }

    /** For the clients; a class of its own, so that the SDK's types stay in this package. */
    ExecutionInterceptor interceptor() {
        return new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                Integer before = attributes.getAttribute(STATUS);
                if (before != null && TOO_FAST.contains(before)) {
                    throttled();
                }
                called();
            }

            @Override
            public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
                attributes.putAttribute(STATUS, context.httpResponse().statusCode());
            }

            @Override
            public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
                if (context.exception() instanceof AwsServiceException failure && failure.isThrottlingException()) {
                    throttled();
                }
            }
        };
    }
}
