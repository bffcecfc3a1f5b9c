package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.util.List;
import java.util.Optional;

/** From a chosen image to instances that are proven healthy on it: the part that {@code deploy} and {@code rollback} have in common. */
final class Delivery {
    private final Session session;
    private final Stack stack;
    private final Recording recording;
    private final Approval approval;
    private final RolloutOptions options;

    Delivery(Session session, Stack stack, Recording recording, Approval approval, RolloutOptions options) {
        this.session = session;
        this.stack = stack;
        this.recording = recording;
        this.approval = approval;
        this.options = options;
    }

    /**
     * Plans, asks, applies, rolls out and proves.
     *
     * @param records empty where there are none
     */
    StackOutputs deliver(Chosen chosen, Optional<Records> records) {
        recording.settings(chosen.settings().isEmpty() ? session.shape().settings() : chosen.settings());
        StackOutputs outputs = stack.shape(chosen, approval, recording);
        TemplateVersion version = Proving.version(outputs);
        List<StartedRollout> abandoned = recording.rollsOut(version);
        Optional<History> history = records.map(Records::history);
        HealthMemory proven = recording.phase(Recording.ROLLOUT, () -> new Proving(session, options)
                .rollOut(outputs, history.flatMap(known -> known.proof(version)), abandoned));
        recording.proven(proven, history.filter(known -> known.runs(version)).isEmpty());
        return outputs;
    }
}
