package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory;
import io.jenkins.plugins.amideploy.engine.rollout.HealthPoll;
import io.jenkins.plugins.amideploy.engine.rollout.Proof;
import io.jenkins.plugins.amideploy.engine.rollout.Verdict;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** {@code awaitAsgHealthy} while it runs; persists what {@link WaitExecution} does. Stopping it stops nothing in AWS. */
public final class AwaitExecution extends WaitExecution {
    private static final long serialVersionUID = 1L;

    public AwaitExecution(StepContext context, AwsAccess access, WaitTarget target) {
        super(context, access, target);
    }

    @Override
    Map<String, String> begin(Instant now, Optional<Proof> earlier) {
        HealthMemory memory = HealthMemory.begin(now);
        return earlier.map(memory::trusting).orElse(memory).asMap();
    }

    @Override
    boolean lookAt(GroupReader reader, GroupWriter writer, Instant now) throws IOException, InterruptedException {
        HealthPoll poll = new HealthPoll(reader, target().wanted(), policy());
        Verdict verdict = poll.poll(HealthMemory.fromMap(state()), now);
        remember(verdict.memory().asMap());
        sayIfNew(verdict.progress());
        return switch (verdict.kind()) {
            case WAIT -> false;
            case HEALTHY -> {
                verdict.reasons().forEach(this::log);
                proven(target().wanted());
                yield true;
            }
            case FAILED -> failWith(verdict.diagnosis().orElseThrow());
        };
    }
}
