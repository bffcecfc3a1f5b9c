package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.diagnosis.LaunchSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Evidence that is read once for all who wait for the same group: they see the same trouble in the same {@link Look} and all ask about it. What could not be read is
 * asked for again by the next.
 */
final class SharedEvidence implements EvidenceReader {
    private final EvidenceReader reader;
    private final Map<List<Object>, Object> known = new HashMap<>();

    SharedEvidence(EvidenceReader reader) {
        this.reader = reader;
    }

    @Override
    public BalancerPath path(List<String> targetGroupArns, List<String> instanceIds) {
        return once(List.of("path", targetGroupArns, instanceIds), () -> reader.path(targetGroupArns, instanceIds));
    }

    @Override
    public String console(String instanceId) {
        return once(List.of("console", instanceId), () -> reader.console(instanceId));
    }

    @Override
    public GroupSetup setup(String groupName) {
        return once(List.of("setup", groupName), () -> reader.setup(groupName));
    }

    @Override
    public List<Alarm> alarms(List<String> names) {
        return once(List.of("alarms", names), () -> reader.alarms(names));
    }

    @Override
    public LaunchSource launchSource(String templateId, String version) {
        return once(List.of("source", templateId, version), () -> reader.launchSource(templateId, version));
    }

    /** Whoever asks the same meanwhile waits for the answer. */
    @SuppressWarnings("unchecked")
    private synchronized <T> T once(List<Object> question, Supplier<T> answer) {
        Object before = known.get(question);
        if (before == null) {
            before = answer.get();
            known.put(question, before);
        }
        return (T) before;
    }
}
