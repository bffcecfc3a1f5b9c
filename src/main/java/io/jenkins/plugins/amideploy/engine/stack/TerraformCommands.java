package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Hcl;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Terraform command lines of one stack, each under the phase name of the same word. */
final class TerraformCommands {
    static final String INIT = "init";
    static final String PLAN = "plan";
    static final String APPLY = "apply";
    static final String OUTPUT = "output";
    static final String PUSH = "push";

    /** What every command returns that could not do what it was asked to. */
    static final int EXIT_FAILED = 1;

    /** What {@code plan -detailed-exitcode} returns when there is something to do. */
    static final int EXIT_CHANGES = 2;

    /**
     * How long Terraform tries to get the state's lock. Enough for another run's last write; a lock that is held longer is
     * somebody's apply, which the caller wants to hear of.
     */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    private final StackRequest request;

    TerraformCommands(StackRequest request) {
        this.request = request;
    }

    /** With {@code -reconfigure}: whichever backend the directory was used with before, this run names its own. */
    ToolCommand init() {
        List<String> arguments = new ArrayList<>(List.of(INIT, "-json", "-input=false", "-reconfigure"));
        arguments.addAll(request.backend().initArguments());
        return terraform(INIT, arguments);
    }

    /** A plan that is saved, and whose hash comes back. */
    ToolCommand savedPlan(boolean destroy) {
        return saved(destroy ? List.of("-destroy") : List.of());
    }

    /** A plan that is saved and imports what the state does not know. @param takeUp address to id */
    ToolCommand savedPlan(Map<String, String> takeUp) {
        return saved(List.of("-var=take_up=" + Hcl.map(takeUp)));
    }

    private ToolCommand saved(List<String> how) {
        List<String> more = new ArrayList<>(List.of("-out=" + request.planPath()));
        more.addAll(how);
        return plan(more).keepingDigest(request.planPath());
    }

    /** A plan that is only looked at. */
    ToolCommand plan(List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(PLAN, "-json", "-input=false", "-detailed-exitcode"));
        arguments.add("-lock-timeout=" + LOCK_TIMEOUT.toSeconds() + "s");
        arguments.add("-var-file=" + request.variablesFile());
        request.runVariables().forEach((name, value) -> arguments.add("-var=" + name + "=" + value));
        arguments.addAll(more);
        return terraform(PLAN, arguments);
    }

    ToolCommand apply(SavedPlan plan) {
        List<String> arguments =
                List.of(APPLY, "-json", "-input=false", "-lock-timeout=" + LOCK_TIMEOUT.toSeconds() + "s", plan.path());
        return terraform(APPLY, arguments).expecting(plan.path(), plan.sha256());
    }

    ToolCommand output() {
        return terraform(OUTPUT, List.of(OUTPUT, "-json")).printingDocument();
    }

    /** Writes a state; refused by Terraform where the one that is there is newer or another's. */
    ToolCommand push(String file) {
        return terraform(
                PUSH, List.of("state", PUSH, "-no-color", "-lock-timeout=" + LOCK_TIMEOUT.toSeconds() + "s", file));
    }

    /**
     * The caller's {@code TF_WORKSPACE} would put the state elsewhere than where locks and records are looked for, and {@code TF_CLI_ARGS} would
     * change what was asked (Terraform CLI, "Environment Variables"): neither reaches Terraform. How the backend is opened a caller may say, by
     * {@code TF_CLI_ARGS_init}.
     */
    private ToolCommand terraform(String phase, List<String> arguments) {
        Map<String, String> env = new TreeMap<>();
        env.put("TF_DATA_DIR", request.dataDirectory());
        env.put("TF_IN_AUTOMATION", "1");
        env.put("TF_WORKSPACE", "default");
        env.put("TF_CLI_ARGS", "");
        if (!phase.equals(INIT)) {
            env.put("TF_CLI_ARGS_" + (phase.equals(PUSH) ? "state_push" : phase), "");
        }
        return ToolCommand.lines(Tool.TERRAFORM, phase, request.directory(), arguments)
                .withEnv(env);
    }
}
