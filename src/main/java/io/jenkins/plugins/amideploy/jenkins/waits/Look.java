package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * One look at a group, for all who wait for it: what was seen, or why nothing was. Made by {@link AccountLooks}.
 *
 * @param begunAt before anything was read
 * @param snapshot null: nothing was seen
 * @param failure null: something was
 * @param evidence reads more, once for all who ask the same
 * @param pause time until the next look at this group
 * @param slowed why that is longer than usual; empty: it is not
 */
record Look(
        Instant begunAt,
        GroupSnapshot snapshot,
        RuntimeException failure,
        EvidenceReader evidence,
        Duration pause,
        String slowed) {
    Look {
        Objects.requireNonNull(begunAt, "begunAt");
        Objects.requireNonNull(evidence, "evidence");
        Objects.requireNonNull(pause, "pause");
    }

    /** A reader that sees what this look saw. */
    GroupReader reader() {
        return new GroupReader() {
            @Override
            public GroupSnapshot read(String groupName) {
                if (failure != null) {
                    throw failure;
                }
                return snapshot;
            }

            @Override
            public EvidenceReader evidence() {
                return evidence;
            }
        };
    }
}
