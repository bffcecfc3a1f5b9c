package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;

/**
 * Port: reads what explains a failure, when there is one to explain, and before something is started. The {@code aws} package implements it over the SDK, tests in
 * memory. Every method may throw what the {@code GroupReader} throws; callers then go on without: evidence helps, and is never needed.
 */
public interface EvidenceReader {
    /** For whoever has no such thing: nothing is ever seen. */
    EvidenceReader NONE = new EvidenceReader() {};

    /**
     * What lies between clients and instances.
     *
     * @param targetGroupArns those that are attached to the group
     * @param instanceIds instances that are there
     */
    default BalancerPath path(List<String> targetGroupArns, List<String> instanceIds) {
        return BalancerPath.UNREAD;
    }

    /** What an instance has written to its console so far, as far as AWS has it; empty when there is nothing. */
    default String console(String instanceId) {
        return "";
    }

    /** How a group is set up, beyond what every look reads. */
    default GroupSetup setup(String groupName) {
        return new GroupSetup(false, List.of());
    }

    /** The alarms of these names that there are. */
    default List<Alarm> alarms(List<String> names) {
        return List.of();
    }

    /** What a numbered version of a launch template launches. */
    default LaunchSource launchSource(String templateId, String version) {
        return LaunchSource.UNREAD;
    }

    /**
     * A group's setup.
     *
     * @param mixedInstances whether it has a mixed instances policy
     * @param hooks its lifecycle hooks
     */
    record GroupSetup(boolean mixedInstances, List<Hook> hooks) {
        public GroupSetup {
            hooks = List.copyOf(hooks);
        }
    }

    /**
     * A lifecycle hook.
     *
     * @param atLaunch whether it holds instances that are launched; else those that are ended
     * @param heartbeatSeconds how long it holds one that nobody completes
     * @param defaultResult {@code CONTINUE} or {@code ABANDON}: what comes then
     */
    record Hook(String name, boolean atLaunch, int heartbeatSeconds, String defaultResult) {}

    /**
     * A CloudWatch alarm.
     *
     * @param state {@code OK}, {@code ALARM} or {@code INSUFFICIENT_DATA}
     * @param reason AWS's sentence about the state
     */
    record Alarm(String name, String state, String reason) {
        public boolean isRed() {
            return state.equals("ALARM");
        }
    }
}
