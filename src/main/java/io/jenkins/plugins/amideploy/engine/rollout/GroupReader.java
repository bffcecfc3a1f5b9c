package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Port: looks at a group. The {@code aws} package implements it over the SDK, tests in memory. */
public interface GroupReader {
    /**
     * Reads everything anew, in as few calls as AWS allows.
     *
     * @return {@link GroupSnapshot#missing} when there is no such group
     * @throws AwsFailure when AWS does not answer as hoped
     */
    GroupSnapshot read(String groupName);

    /**
     * Reads several groups, for one who waits for many: what AWS tells of many in one call is read at once, the rest of each group when its supplier is
     * asked, once and soon.
     *
     * @return a supplier for each name, which yields and throws what {@link #read} does
     * @throws AwsFailure when AWS does not answer as hoped for all of them
     */
    default Map<String, Supplier<GroupSnapshot>> readAll(Collection<String> groupNames) {
        return groupNames.stream().distinct().collect(Collectors.toMap(name -> name, name -> () -> read(name)));
    }

    /** Reads what explains a failure. */
    default EvidenceReader evidence() {
        return EvidenceReader.NONE;
    }
}
