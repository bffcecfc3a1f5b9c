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
    private final Investigation investigation;

    public HealthPoll(GroupReader reader, Wanted wanted, HealthPolicy policy) {
        this.reader = Objects.requireNonNull(reader);
        this.wanted = Objects.requireNonNull(wanted);
        this.policy = Objects.requireNonNull(policy);
        this.investigation = new Investigation(reader.evidence(), RolloutRequest.of(wanted, policy));
    }

    /** Never throws for what AWS answers: a passing failure is a WAIT, any other a FAILED. */
    public Verdict poll(HealthMemory memory, Instant now) {
        GroupSnapshot snapshot;
        try {
            snapshot = reader.read(wanted.groupName());
        } catch (AwsFailure failure) {
            return unread(failure, memory, now);
        }
        Verdict verdict = HealthEvaluator.evaluate(snapshot, wanted, policy, memory, now);
        return switch (verdict.kind()) {
            case HEALTHY -> verdict;
            case FAILED ->
                verdict.with(verdict.diagnosis()
                        .map(found -> investigation.explained(found, snapshot, verdict.memory(), now)));
            case WAIT -> lookedInto(verdict, snapshot, now);
        };
    }

    /** A cause that is certain ends the wait, long before patience does. */
    private Verdict lookedInto(Verdict verdict, GroupSnapshot snapshot, Instant now) {
        HealthMemory memory = verdict.memory();
        Optional<Diagnosis> found = investigation.blocked(snapshot, memory);
        if (found.isEmpty() && investigation.isDue(snapshot, memory.evidenceAt(), now)) {
            memory = memory.withEvidenceAt(now);
            found = investigation.certain(snapshot, memory, now);
        }
        Verdict.Kind kind = found.isPresent() ? Verdict.Kind.FAILED : Verdict.Kind.WAIT;
        return new Verdict(kind, verdict.progress(), verdict.reasons(), verdict.notes(), found, memory, verdict.view());
    }

    private Verdict unread(AwsFailure failure, HealthMemory memory, Instant now) {
        Optional<Diagnosis> diagnosis =
                Unread.diagnose(failure, wanted.groupName(), policy.deadline(), memory.since(), now);
        Verdict.Kind kind = diagnosis.isPresent() ? Verdict.Kind.FAILED : Verdict.Kind.WAIT;
        String line = failure.getMessage() + (diagnosis.isPresent() ? "" : "; looking again");
        return new Verdict(kind, line, List.of(line), List.of(), diagnosis, memory);
    }
}
