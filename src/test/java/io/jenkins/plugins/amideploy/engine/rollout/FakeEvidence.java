package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.diagnosis.LaunchSource;
import java.util.ArrayList;
import java.util.List;

/** Evidence that tests set; all is well until they do. Remembers what was read. */
final class FakeEvidence implements EvidenceReader {
    final List<String> reads = new ArrayList<>();
    AwsFailure refusal;
    BalancerPath path = BalancerPath.UNREAD;
    String console = "";
    GroupSetup setup = new GroupSetup(false, List.of());
    List<Alarm> alarms = List.of();
    LaunchSource source = LaunchSource.UNREAD;

    private <T> T read(String what, T answer) {
        reads.add(what);
        if (refusal != null) {
            throw refusal;
        }
        return answer;
    }

    @Override
    public BalancerPath path(List<String> targetGroupArns, List<String> instanceIds) {
        return read("path " + String.join(" ", instanceIds), path);
    }

    @Override
    public String console(String instanceId) {
        return read("console " + instanceId, console);
    }

    @Override
    public GroupSetup setup(String groupName) {
        return read("setup", setup);
    }

    @Override
    public List<Alarm> alarms(List<String> names) {
        return read("alarms", alarms);
    }

    @Override
    public LaunchSource launchSource(String templateId, String version) {
        return read("launchSource", source);
    }
}
