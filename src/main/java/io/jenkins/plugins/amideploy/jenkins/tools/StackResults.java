package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.stack.PlanSummary;
import io.jenkins.plugins.amideploy.engine.stack.SavedPlan;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans and outputs as pipelines get them: maps, lists, strings, numbers and booleans, which a sandboxed script may read. */
final class StackResults {
    private StackResults() {}

    /**
     * @param variables what the variables file says, so that no pipeline has to read it by itself
     * @param account in which the plan is made, for people who agree to it
     * @param stateBucket where the state is
     */
    static Map<String, Object> of(SavedPlan plan, Variables variables, String account, String stateBucket) {
        PlanSummary summary = plan.summary();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("hasChanges", summary.hasChanges());
        result.put("addCount", summary.add().size());
        result.put("changeCount", summary.change().size());
        result.put("replaceCount", summary.replace().size());
        result.put("destroyCount", summary.destroy().size());
        result.put("add", new ArrayList<>(summary.add()));
        result.put("change", new ArrayList<>(summary.change()));
        result.put("replace", new ArrayList<>(summary.replace()));
        result.put("destroy", new ArrayList<>(summary.destroy()));
        result.put("summary", summary.line());
        result.put("planFile", plan.path());
        result.put("planSha256", plan.sha256());
        result.put("isDestroy", plan.destroy());
        result.put("app", variables.app().app());
        result.put("account", account);
        result.put("region", variables.region());
        result.put("stateBucket", stateBucket);
        result.put("requireApproval", variables.requireApproval());
        result.put("nothingFound", false);
        return result;
    }

    /** A plan to destroy where there is nothing: no file was made. */
    static Map<String, Object> nothing(Variables variables, String account, String stateBucket) {
        Map<String, Object> result =
                of(new SavedPlan("", "", true, PlanSummary.none()), variables, account, stateBucket);
        result.put("planFile", null);
        result.put("planSha256", null);
        result.put("nothingFound", true);
        return result;
    }

    static Map<String, Object> of(StackOutputs outputs) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("url", outputs.url());
        result.put("asgName", outputs.asgName());
        result.put("launchTemplateId", outputs.launchTemplateId());
        result.put("launchTemplateVersion", outputs.launchTemplateVersion());
        result.put("targetGroupArns", new ArrayList<>(outputs.targetGroupArns()));
        result.put("amiId", outputs.imageId());
        result.put("region", outputs.region());
        result.put("instanceWarmupSeconds", outputs.instanceWarmupSeconds());
        result.put("alarmNames", new ArrayList<>(outputs.alarmNames()));
        result.put("commit", outputs.commit());
        result.put("appVersion", outputs.appVersion());
        return result;
    }

    /** One line a resource, marked as Terraform marks them. */
    static void show(TaskListener listener, PlanSummary summary) {
        PrintStream log = listener.getLogger();
        lines(log, "  + ", summary.add());
        lines(log, "  ~ ", summary.change());
        lines(log, "-/+ ", summary.replace());
        lines(log, "  - ", summary.destroy());
        log.println("Plan: " + summary.line());
    }

    private static void lines(PrintStream log, String mark, List<String> addresses) {
        addresses.forEach(address -> log.println(mark + address));
    }
}
