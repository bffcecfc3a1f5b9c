package io.jenkins.plugins.amideploy.jenkins.tools;

import java.util.HashMap;
import java.util.Map;

/** The Terraform variables that a build determines; commit and version that nobody gives are those of the image's tags. */
final class StackVariables {
    private StackVariables() {}

    /** @param amiId null where the stack is removed, which needs none of them */
    static Map<String, String> of(ToolWork work, String amiId) {
        Map<String, String> variables = new HashMap<>();
        if (amiId != null) {
            variables.put("image_id", amiId);
            variables.put("build", work.build());
            work.parameters().commit().ifPresent(commit -> variables.put("commit", commit));
            work.parameters().appVersion().ifPresent(version -> variables.put("app_version", version));
        }
        return variables;
    }
}
