package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code packer -machine-readable}: lines {@code time,target,type,data…} in which a comma of the data is written
 * {@code %!(PACKER_COMMA)} and a line break {@code \n} (packer, packer/ui.go). Lines of another form, which
 * {@code packer init} prints, are taken as plain text. Types that are not known are ignored.
 */
public final class PackerOutput implements OutputParser {
    /** Beginning of what Packer says while it bakes, to what a person wants to know; "%s" is the rest of the line. */
    private static final List<Map.Entry<Pattern, String>> ACTIVITIES = List.of(
            activity("Prevalidating AMI Name: (.*)", "checking that no image is named %s yet"),
            activity("Found Image ID: (.*)", "base image is %s"),
            activity("Creating temporary keypair.*", "creating a temporary key pair"),
            activity("Creating temporary security group.*", "creating a temporary security group"),
            activity("Launching a source AWS instance.*", "creating instance"),
            activity("Instance ID: (.*)", "instance is %s"),
            activity("Waiting for instance \\((.*)\\) to become ready.*", "waiting for instance %s to run"),
            activity("Waiting for SSH to become available.*", "waiting for SSH on the instance"),
            activity("Connected to SSH.*", "connected to the instance"),
            activity("Provisioning with Ansible.*", "configuring with Ansible"),
            activity("TASK \\[(?!.*Validating arguments against arg spec)(.*?)\\].*", "configuring: %s"),
            activity("Stopping the source instance.*", "stopping instance"),
            activity("Waiting for the instance to stop.*", "waiting for the instance to stop"),
            activity("Creating AMI (\\S+) from instance.*", "creating image %s"),
            activity("AMI: (ami-\\S+)", "image is %s"),
            activity("Waiting for AMI to become ready.*", "waiting for the image's snapshots"),
            activity("Terminating the source AWS instance.*", "removing the temporary instance"),
            activity("Deleting temporary security group.*", "removing the temporary security group"),
            activity("Deleting temporary keypair.*", "removing the temporary key pair"),
            activity("Cancelling build after.*", "stopping: Packer removes what it had begun"));

    /** What it is about to make without a tag, see {@link Temporary}. */
    private static final Map<Pattern, Temporary.Kind> TEMPORARY = Map.of(
            Pattern.compile("Creating temporary keypair: (\\S+)"),
            Temporary.Kind.KEY_PAIR,
            Pattern.compile("Creating temporary security group for this instance: (\\S+)"),
            Temporary.Kind.SECURITY_GROUP);

    private static final Pattern SPEAKER = Pattern.compile("^\\s*(?:==>|-->)?\\s*[\\w.-]+\\.[\\w-]+:(?: |$)");
    private static final int FIELDS_BEFORE_DATA = 3;

    private final String stage;
    private final List<Problem> shown = new ArrayList<>();
    private final List<Problem> ofBuilds = new ArrayList<>();
    private final AnsibleFailure ansible = new AnsibleFailure();
    private final SshWait ssh;
    private final SilenceWatch silence;
    private String givenUp;
    private final Consumer<Temporary> made;

    /**
     * @param stage the stage that progress is reported for
     * @param lookout looks at what Packer does not tell
     * @param clock goes evenly
     */
    public PackerOutput(String stage, Lookout lookout, InstantSource clock) {
        this(stage, lookout, clock, temporary -> {});
    }

    /** @param made is told of what Packer makes for the bake's time, before that is there */
    public PackerOutput(String stage, Lookout lookout, InstantSource clock, Consumer<Temporary> made) {
        this.made = made;
        this.stage = stage;
        this.ssh = new SshWait(lookout.reach(), clock);
        this.silence = new SilenceWatch(lookout.credentials(), clock);
    }

    private static Map.Entry<Pattern, String> activity(String said, String meant) {
        return Map.entry(Pattern.compile(said, Pattern.DOTALL), meant);
    }

    @Override
    public Optional<Progress> accept(String line) {
        silence.heard();
        String[] fields = line.split(",", -1);
        if (fields.length <= FIELDS_BEFORE_DATA || !fields[0].matches("\\d+")) {
            return plain(line);
        }
        return switch (fields[2]) {
            case "ui" -> fields.length > 4 ? said(fields[3], unescape(fields[4])) : Optional.empty();
            case "error" -> {
                ofBuilds.add(Problem.of(unescape(fields[3])));
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private Optional<Progress> plain(String line) {
        if (line.startsWith("Error:")) {
            shown.add(Problem.of(line));
        }
        return Optional.empty();
    }

    private Optional<Progress> said(String kind, String text) {
        String spoken = SPEAKER.matcher(text).replaceFirst("");
        String words = spoken.strip();
        if ("error".equals(kind) && !words.startsWith("Cancelling build")) {
            shown.add(Problem.of(words));
        }
        ansible.accept(spoken.stripTrailing());
        ssh.accept(words);
        TEMPORARY.forEach((pattern, what) -> {
            Matcher named = pattern.matcher(words);
            if (named.matches()) {
                made.accept(new Temporary(what, named.group(1)));
            }
        });
        for (Map.Entry<Pattern, String> activity : ACTIVITIES) {
            Matcher matcher = activity.getKey().matcher(words);
            if (matcher.matches()) {
                String rest = matcher.groupCount() == 0 ? "" : matcher.group(1);
                return Optional.of(new Progress(stage, activity.getValue().replace("%s", rest)));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Progress> remark() {
        Optional<String> said = Optional.ofNullable(givenUp).or(ssh::remark);
        givenUp = null;
        return said.map(words -> new Progress(stage, words));
    }

    @Override
    public Optional<Diagnosis> hopeless() {
        Optional<Diagnosis> why = ssh.hopeless().or(silence::hopeless);
        // Packer takes up to some minutes to end; nobody is to wait so long for the reason.
        why.ifPresent(found -> givenUp = found.summary());
        return why;
    }

    private static String unescape(String data) {
        return data.replace("%!(PACKER_COMMA)", ",").replace("\\n", "\n").replace("\\r", "");
    }

    /**
     * The errors of builds where there are any, since what is shown repeats them in several wordings; else those shown. Of Ansible
     * Packer knows the exit status only, so the task that failed says it instead.
     */
    @Override
    public List<Problem> problems() {
        return (ofBuilds.isEmpty() ? shown : ofBuilds)
                .stream()
                        .map(problem -> problem.text().startsWith("Error executing Ansible")
                                ? ansible.told().map(Problem::of).orElse(problem)
                                : problem)
                        .distinct()
                        .toList();
    }
}
