package io.jenkins.plugins.amideploy.jenkins.execution;

import java.util.HashMap;
import java.util.Map;

/** The Terraform variables that a build determines. */
final class StackVariables {
    private StackVariables() {}

    /** @param amiId null where the stack is removed, which needs none of them */
    static Map<String, String> of(ToolWork work, String amiId) {
        Map<String, String> variables = new HashMap<>();
        if (amiId != null) {
            variables.put("image_id", amiId);
            variables.put("build", work.build());
            variables.put("commit", work.commit());
            variables.put("app_version", work.appVersion());
        }
        return variables;
    }
}
