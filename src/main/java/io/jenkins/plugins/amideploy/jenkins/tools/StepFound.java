package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.teardown.Ledger;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPoll;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildProbe;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.time.Clock;

/** Whether there is anything of an environment to take away: a destroy in the wrong account or region finds nothing. For {@link PlanExecution}. */
final class StepFound {
    private StepFound() {}

    /**
     * Whether there is neither a state, an empty one included, nor anything that a destroy would remove. Asks AWS.
     *
     * @param bucket of the state; it may be missing
     */
    static boolean isNothing(ToolWork work, String bucket) throws AbortException {
        AwsClients clients = work.ports().clients();
        ObjectStore objects = clients.objects(bucket);
        if (objects.read(work.variables().stateKey()).isPresent()) {
            return false;
        }
        Ledger ledger = Ledger.of(
                objects,
                work.variables().app().app(),
                work.build(),
                Clock.systemUTC(),
                new JacksonParser(),
                new BuildProbe());
        TeardownPoll teardown = new TeardownPoll(
                clients.resourceReader(),
                clients.resourceWriter(),
                ledger,
                work.variables().app(),
                TeardownPoll.DEFAULT_DEADLINE,
                true);
        try {
            return teardown.plan(Clock.systemUTC().instant()).isEmpty();
        } catch (IllegalArgumentException unreadable) {
            throw NamedFailure.badInput(unreadable.getMessage(), "");
        }
    }
}
