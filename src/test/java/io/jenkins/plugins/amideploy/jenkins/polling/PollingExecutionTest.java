package io.jenkins.plugins.amideploy.jenkins.polling;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What a step does with a look that ends unexpectedly. */
@ExtendWith(OneController.class)
class PollingExecutionTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(classes = {NoSuchMethodError.class, IllegalStateException.class})
    void look_thatThrows_endsTheStepWithIt(Class<? extends Throwable> type, JenkinsRule r) throws Exception {
        Ends context = new Ends();
        Throwable thrown = type.getConstructor(String.class).newInstance("of another version");

        new Looking(context, thrown).start();

        Deadline.await(LIMIT, "end of the step", () -> !context.failures.isEmpty());
        assertThat(context.failures).containsExactly(thrown);
    }

    private static final class Looking extends PollingExecution {
        private static final long serialVersionUID = 1L;

        private final Throwable thrown;

        Looking(StepContext context, Throwable thrown) {
            super(context);
            this.thrown = thrown;
        }

        @Override
        public boolean start() {
            lookSoon();
            return false;
        }

        @Override
        protected String subject() {
            return "nothing";
        }

        @Override
        protected boolean look() throws Exception {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        }
    }

    /** A context that remembers how its step ended. */
    private static final class Ends extends StepContext {
        private static final long serialVersionUID = 1L;

        private final List<Throwable> failures = new CopyOnWriteArrayList<>();

        @Override
        public void onFailure(Throwable cause) {
            failures.add(cause);
        }

        @Override
        public void onSuccess(Object result) {
            throw new AssertionError("the step shall fail");
        }

        @Override
        public <T> T get(Class<T> key) {
            return null;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public ListenableFuture<Void> saveState() {
            return Futures.immediateVoidFuture();
        }

        @Override
        public void setResult(Result result) {}

        @Override
        public BodyInvoker newBodyInvoker() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean hasBody() {
            return false;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
