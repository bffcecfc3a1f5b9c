package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.TaskListener;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.amideploy.engine.Hcl;
import io.jenkins.plugins.amideploy.engine.locks.TerraformProcesses;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.credentials.ToolCredentials;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.FilePathUtils;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** A {@link Workplace} over a step's context. Lives until the connection breaks or the controller stops; not persisted. */
final class AgentWorkplace implements Workplace {
    private final StepContext context;
    private final FilePath workspace;
    private final String name;
    private final AwsAccess access;
    private final ToolCredentials credentials;
    private final String logDirectory;

    /**
     * @param workspace the directory of the step, connected
     * @param name of the step's own directory, the same after a restart
     * @param access with the region of the environment
     * @param logDirectory absolute path, and the beginning of a file's name
     */
    AgentWorkplace(
            StepContext context,
            FilePath workspace,
            String name,
            AwsAccess access,
            ToolCredentials credentials,
            String logDirectory) {
        this.context = context;
        this.workspace = workspace;
        this.name = name;
        this.access = access;
        this.credentials = credentials;
        this.logDirectory = logDirectory;
    }

    /** Whether the step's directory is reachable now; null where the agent is away. */
    static FilePath find(String node, String path) {
        return FilePathUtils.find(node, path);
    }

    /** The step's own directory: beside the workspace, where containers of docker-workflow mount it too. */
    static FilePath directory(FilePath workspace, String name) throws AbortException {
        FilePath temporary = WorkspaceList.tempDir(workspace);
        if (temporary == null) {
            throw NamedFailure.badInput(
                    "directory " + workspace.getRemote() + " has no parent directory to keep temporary files in",
                    "use another workspace");
        }
        return temporary.child(name);
    }

    @Override
    public FilePath workspace() {
        return workspace;
    }

    @Override
    public FilePath directory() throws IOException {
        return directory(workspace, name);
    }

    @Override
    public Launcher launcher() throws IOException, InterruptedException {
        return context.get(Launcher.class);
    }

    @Override
    public TaskListener listener() throws IOException, InterruptedException {
        return context.get(TaskListener.class);
    }

    @Override
    public EnvVars launchVariables() throws IOException, InterruptedException {
        EnvVars effective = context.get(EnvVars.class);
        EnvVars launch = new EnvVars();
        if (effective.containsKey("PATH")) {
            launch.put("PATH", effective.get("PATH"));
        }
        return launch;
    }

    @Override
    public ToolEnvironment environment() throws IOException, InterruptedException {
        EnvVars effective = context.get(EnvVars.class);
        Computer computer = context.get(Computer.class);
        Map<String, String> set =
                ToolEnvironment.added(effective, computer == null ? Map.of() : computer.getEnvironment());
        Set<String> unset = new LinkedHashSet<>(credentials.hidden());
        set.keySet().removeAll(unset);
        access.region(effective).ifPresent(region -> {
            set.put("AWS_REGION", region);
            set.put("AWS_DEFAULT_REGION", region);
        });
        access.endpoint(effective).ifPresent(endpoint -> set.put("AWS_ENDPOINT_URL", endpoint));
        Map<String, String> tags = AmiDeployConfiguration.get().tagMap();
        if (!tags.isEmpty()) {
            // Defaults: a variables file that has extra_tags takes precedence. A bake has them from its request.
            set.put("TF_VAR_extra_tags", Hcl.map(tags));
        }
        set.putAll(credentials.variables(directory()));
        set.put(TerraformProcesses.VARIABLE, name);
        return new ToolEnvironment(set, unset);
    }

    @Override
    public Pattern secrets() {
        return credentials.secretPattern();
    }

    @Override
    public String logFile(ToolCommand command) {
        return logDirectory + "-" + command.tool().executable() + "-" + command.phase() + ".log";
    }

    /** Says something in the build's log, where there is one now. */
    void log(String line) {
        try {
            listener().getLogger().println(line);
        } catch (IOException | InterruptedException gone) {
            throw new AgentUnreachable(gone);
        }
    }

    /** Has the controller remember what was done so far. */
    void saveState() {
        PollingExecution.save(context);
    }

    /** Learns what is to be masked: secrets of the blocks around the step, and keys that its tools were given before. */
    void recallSecrets() throws IOException, InterruptedException {
        maskSecretsOfBlocks();
        credentials.recall(directory());
    }

    /** Renews the keys on the agent when it is time. */
    void refreshCredentials() throws IOException, InterruptedException {
        FilePath directory = directory();
        directory.mkdirs();
        directory.chmod(0700);
        credentials.refresh(directory);
    }

    /** Secrets of {@code withCredentials} and its like: tools get them as variables and may print them. */
    private void maskSecretsOfBlocks() throws IOException, InterruptedException {
        EnvironmentExpander blocks = context.get(EnvironmentExpander.class);
        if (blocks != null) {
            EnvVars effective = context.get(EnvVars.class);
            credentials.mask(blocks.getSensitiveVariables().stream()
                    .map(effective::get)
                    .filter(Objects::nonNull)
                    .toList());
        }
    }
}
