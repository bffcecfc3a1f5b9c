package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.image.Memory;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.Initialised;
import io.jenkins.plugins.amideploy.engine.stack.StackRequest;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a step with tools decides once and holds to after a restart, since by then a tool may run that depends on it. Persisted with {@link ToolExecution},
 * which says to each method how the step is stored.
 */
final class ToolDecisions implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Null until it is known, and in steps that have none. */
    private String stateBucket;

    /** Name of an {@link Initialised}; null until it is asked for. */
    private String initialised;

    /** Plain values; null in operations that decide nothing, and until they do. */
    private HashMap<String, String> decided;

    /** Whether the image is claimed already. */
    private boolean held;

    /** Address to id of what Terraform takes up; null until it was looked for. */
    private HashMap<String, String> takenUp;

    /** What the operation has decided. */
    Memory memory(Runnable store) {
        return new Memory() {
            @Override
            public Map<String, String> recall() {
                return decided == null ? Map.of() : Map.copyOf(decided);
            }

            @Override
            public void keep(Map<String, String> values) {
                decided = new HashMap<>(values);
                store.run();
            }
        };
    }

    /** The bucket of the state, once {@link #backend} was asked for it. */
    String stateBucket() {
        return stateBucket;
    }

    /** Where the state is. The bucket is looked at, or made, once. */
    Backend backend(ToolWork work, boolean createStateBucket, Runnable store) throws IOException {
        if (stateBucket == null) {
            stateBucket = StateHome.prepared(work, createStateBucket);
            store.run();
        }
        return StateHome.in(stateBucket, work);
    }

    /** Claims the image that is to be deployed, once. Asks AWS. */
    void hold(ToolWork work, String amiId, Duration lifetime, Runnable store) throws AbortException {
        if (!held) {
            StepClaims.hold(work, amiId, lifetime);
            held = true;
            store.run();
        }
    }

    /** What stands and the state does not know, looked for once. */
    Map<String, String> takenUp(Supplier<Map<String, String>> look, Runnable store) {
        if (takenUp == null) {
            takenUp = new HashMap<>(look.get());
            store.run();
        }
        return Map.copyOf(takenUp);
    }

    /** Whether Terraform's init is left out. @param begun whether a tool may be running: then it is init */
    Initialised initialised(ToolWork work, StackRequest request, boolean begun, Runnable store)
            throws IOException, InterruptedException {
        if (initialised == null) {
            FilePath record = work.workspace().child(request.recordPath());
            String text = begun || !record.exists() ? "" : AgentFiles.text(record);
            initialised =
                    Initialised.of(text, request.backend(), new JacksonParser()).name();
            store.run();
        }
        return Initialised.valueOf(initialised);
    }
}
