package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore.Stored;
import io.jenkins.plugins.amideploy.engine.teardown.Leftover;
import io.jenkins.plugins.amideploy.engine.teardown.OrphanPoll;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader.Standing;
import io.jenkins.plugins.amideploy.engine.teardown.TakeUp;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPoll;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownState;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What stands of a stack and its state does not know: {@code terraformPlan} and {@code terraformApply} have Terraform take it up, {@code terraformDestroy} removes it before
 * Terraform, which would wait for it. Each method asks AWS.
 */
final class StepUnowned {
    private StepUnowned() {}

    /** Address to id, said in the build's log; asked between two starts of Terraform. */
    static Map<String, String> takeUp(ToolWork work, String bucket) {
        AwsClients clients = clients(work);
        Standing standing = clients.standingReader().find(work.variables().app());
        TakeUp takeUp = TakeUp.of(standing, work.variables().app(), state(clients, work, bucket));
        PrintStream log = work.listener().getLogger();
        standing.unread()
                .forEach(line ->
                        log.println("Not looked at, whether it stands and the state does not know it: " + line));
        if (!takeUp.ids().isEmpty()) {
            log.println("The state does not know " + takeUp.ids().size()
                    + " parts of the stack that stand, since an apply was cut off or the state was lost; taking them up: "
                    + takeUp.ids().keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        takeUp.beside()
                .forEach(
                        resource -> log.println(
                                resource.text()
                                        + " has the stack's tags and no place in it: an apply that was cut off left it, and a destroy removes it"));
        return takeUp.ids();
    }

    /**
     * One look before a destroy.
     *
     * @param before what the look before handed on
     * @return what is to be handed to the next look; null when Terraform may begin
     * @throws AbortException when AWS keeps one
     */
    static TeardownState remove(ToolWork work, String bucket, TeardownState before, Instant now) throws AbortException {
        AwsClients clients = clients(work);
        OrphanPoll.Step step = new OrphanPoll(
                        clients.resourceReader(),
                        clients.resourceWriter(),
                        state(clients, work, bucket),
                        work.variables().app(),
                        TeardownPoll.DEFAULT_DEADLINE)
                .poll(before, now);
        PrintStream log = work.listener().getLogger();
        step.lines().forEach(log::println);
        if (!step.over()) {
            return step.state();
        }
        if (!step.left().isEmpty()) {
            throw new NamedFailure(Diagnosis.of(
                            Cause.LEFT_BEHIND,
                            step.left().size() + " of the stack that the state does not know cannot be removed",
                            step.left().stream().map(Leftover::text).toList(),
                            "mend what AWS says, then run the step again")
                    .withAftermath("nothing that the state knows was removed"));
        }
        return null;
    }

    private static KnownResources state(AwsClients clients, ToolWork work, String bucket) {
        String key = work.variables().stateKey();
        String text = clients.objects(bucket).read(key).map(Stored::text).orElse("");
        return KnownResources.of("s3://" + bucket + "/" + key, text, new JacksonParser());
    }

    private static AwsClients clients(ToolWork work) {
        try {
            return work.ports().clients();
        } catch (AbortException noKeysNow) {
            throw new AgentUnreachable(noKeysNow);
        }
    }
}
