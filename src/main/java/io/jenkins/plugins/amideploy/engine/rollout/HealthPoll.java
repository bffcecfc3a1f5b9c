package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One look of a wait that only waits ({@code awaitAsgHealthy}, {@code await}): reads the group once and judges it. The front door calls it
 * every few seconds until the verdict is not WAIT, and keeps the verdict's memory in between.
 */
public final class HealthPoll {
    private final GroupReader reader;
    private final Wanted wanted;
    private final HealthPolicy policy;

    public HealthPoll(GroupReader reader, Wanted wanted, HealthPolicy policy) {
        this.reader = Objects.requireNonNull(reader);
        this.wanted = Objects.requireNonNull(wanted);
        this.policy = Objects.requireNonNull(policy);
    }

    /** Never throws for what AWS answers: a passing failure is a WAIT, any other a FAILED. */
    public Verdict poll(HealthMemory memory, Instant now) {
        try {
            return explained(HealthEvaluator.evaluate(reader.read(wanted.groupName()), wanted, policy, memory, now));
        } catch (AwsFailure failure) {
            return unread(failure, memory, now);
        }
    }

    private Verdict explained(Verdict verdict) {
        return verdict.with(
                verdict.diagnosis().map(diagnosis -> ConsoleWords.added(diagnosis, verdict.memory(), reader)));
    }

    private Verdict unread(AwsFailure failure, HealthMemory memory, Instant now) {
        Optional<Diagnosis> diagnosis =
                Unread.diagnose(failure, wanted.groupName(), policy.deadline(), memory.since(), now);
        Verdict.Kind kind = diagnosis.isPresent() ? Verdict.Kind.FAILED : Verdict.Kind.WAIT;
        String line = failure.getMessage() + (diagnosis.isPresent() ? "" : "; looking again");
        return new Verdict(kind, line, List.of(line), List.of(), diagnosis, memory);
    }
}
