package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in the lines of {@code ansible-playbook} which task ended a play, and with what. The lines are those of the default callback with
 * {@code result_format = yaml}: {@code TASK [role : name]}, {@code fatal: [host]: FAILED! =>}, then the result's fields; of a loop there is
 * {@code failed: [host] (item=…) =>} for each item first. What is ignored or rescued is followed by another task. {@link PackerOutput} feeds it.
 */
final class AnsibleFailure {
    private static final Pattern TASK = Pattern.compile("(?:TASK|RUNNING HANDLER) \\[(.*?)\\].*");
    private static final Pattern FATAL = Pattern.compile("fatal: \\[.*?\\].*: (?:FAILED|UNREACHABLE)! =>.*");
    private static final Pattern ITEM = Pattern.compile("failed: \\[.*?\\].* =>.*");
    private static final Pattern RAISED =
            Pattern.compile("\\[ERROR\\]: (?:Task failed: )?(?:(?:Module|Action) failed: )?(.*)");

    private String task = "";
    private String raised = "";
    private boolean reading;
    private List<String> block = new ArrayList<>();
    private FailedTask failed;

    /** @param line one line of the output, without what Packer writes before it */
    void accept(String line) {
        Matcher named = TASK.matcher(line);
        if (named.matches()) {
            close();
            task = named.group(1);
            raised = "";
        } else if (FATAL.matcher(line).matches() || ITEM.matcher(line).matches()) {
            close();
            reading = true;
        } else if (line.startsWith("...ignoring")) {
            reading = false;
            failed = null;
        } else if (reading && (line.isBlank() || line.startsWith(" "))) {
            block.add(line);
        } else {
            close();
            Matcher error = RAISED.matcher(line);
            raised = error.matches() ? error.group(1) : raised;
        }
    }

    /** The result that was being read is whole. What says less than the one before, of the same task, does not take its place. */
    private void close() {
        if (reading) {
            FailedTask now = new FailedTask(task, raised, AnsibleResult.of(block));
            boolean isSummary = failed != null && failed.name().equals(task) && now.isOfItems();
            failed = isSummary ? failed : now;
        }
        reading = false;
        block = new ArrayList<>();
    }

    /** Why; empty when no task failed. */
    Optional<Diagnosis> told() {
        close();
        return Optional.ofNullable(failed).map(MachineWords::of);
    }
}
