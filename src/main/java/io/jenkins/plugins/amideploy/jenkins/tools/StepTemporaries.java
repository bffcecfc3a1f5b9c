package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.teardown.BakeClaims;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildOwner;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Claims, for {@code bakeAmi}, what Packer makes for the bake's time, so that it is known as ours should the agent be lost. After a restart the same is claimed once more, which
 * changes nothing.
 */
final class StepTemporaries implements Consumer<Temporary> {
    private final ToolWork work;
    private final Instant expiresAt;
    private final Set<Temporary> claimed = new HashSet<>();

    StepTemporaries(ToolWork work, Instant expiresAt) {
        this.work = work;
        this.expiresAt = expiresAt;
    }

    /** A bake does not fail for it: what cannot be claimed is named by a destroy, and not removed. */
    @Override
    public void accept(Temporary made) {
        if (!claimed.add(made)) {
            return;
        }
        try {
            claims(work).claim(made, work.variables().app().environment(), BuildOwner.of(work.run()), expiresAt);
        } catch (AbortException | AwsFailure notNow) {
            tell(
                    work,
                    made.name() + ", which Packer makes for the bake's time, cannot be claimed in the state bucket: "
                            + notNow.getMessage());
        }
    }

    /** The bake went well: Packer has removed it all. */
    static void release(ToolWork work) {
        try {
            claims(work).release(work.variables().app().environment(), work.build());
        } catch (AbortException | AwsFailure notNow) {
            tell(work, "The claims of the bake stay in the state bucket: " + notNow.getMessage());
        }
    }

    private static void tell(ToolWork work, String line) {
        work.listener().getLogger().println(line);
    }

    private static BakeClaims claims(ToolWork work) throws AbortException {
        AwsClients clients = work.ports().clients();
        Variables variables = work.variables();
        String account = variables.stateBucket().isPresent()
                ? ""
                : clients.accountReader().identity().account();
        JacksonParser json = new JacksonParser();
        return new BakeClaims(
                clients.objects(variables.stateBucketIn(account)),
                variables.app().app(),
                json,
                json);
    }
}
