package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a successful wait returns to the pipeline. */
final class WaitResults {
    private WaitResults() {}

    /** What was proven healthy. */
    static Map<String, Object> of(Wanted wanted) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("asgName", wanted.groupName());
        result.put("launchTemplateId", wanted.template().templateId());
        result.put("launchTemplateVersion", wanted.template().version());
        return result;
    }
}
