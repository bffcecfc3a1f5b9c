package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.OutsideVariables;
import io.jenkins.plugins.amideploy.engine.TagRule;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import io.jenkins.plugins.amideploy.engine.doctor.EnvironmentChecks;
import io.jenkins.plugins.amideploy.engine.image.ImageSettings;
import io.jenkins.plugins.amideploy.engine.stack.DeletionProtection;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code bakeAmi} and {@code terraformPlan} refuse before a tool is started, as the command line does: what the variables file names and
 * what is not there, and the removal of what is protected. Each method asks AWS.
 */
final class StackChecks {
    private StackChecks() {}

    /**
     * Before anything else: names that nothing heeds, variables around the step that only some would heed, credentials of another account.
     *
     * @param text of the variables file
     * @param recipes connected
     */
    static void first(ToolWork work, String text, FilePath recipes) throws IOException, InterruptedException {
        Set<String> outside = work.env().entrySet().stream()
                .filter(variable ->
                        !variable.getValue().isBlank() && !variable.getValue().equals("default"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        EnvironmentFile.requireKnown(work.parameters(), text, recipes, outside);
        Optional<String> tag = TagRule.of(AmiDeployConfiguration.get().tagMap());
        if (tag.isPresent()) {
            throw NamedFailure.badInput(
                    "tags under Manage Jenkins » System » Image deployment to AWS: " + tag.get(), "correct it there");
        }
        OutsideVariables.remarks(outside)
                .forEach(remark -> work.listener().getLogger().println("warning: " + remark));
        if (work.variables().accountId().isPresent()) {
            AccountReader.Identity caller =
                    work.ports().clients().accountReader().identity();
            require(work.variables().otherAccount(work.parameters().variablesFile(), caller.account(), caller.arn()));
        }
    }

    /** @throws AbortException when a stack with an image that is baked by this page could not end well */
    static void beforeBake(ToolWork work, ImageSettings page) throws AbortException {
        require(EnvironmentChecks.refusal(
                checks(work).all(page.allowances().outgoingPorts(), ImageSettings.DEFAULT_FILE),
                work.listener().getLogger()::println));
    }

    /** @throws AbortException when a stack with this image could not end well */
    static void beforePlan(ToolWork work, String amiId) throws AbortException {
        require(EnvironmentChecks.refusal(checks(work).all(), work.listener().getLogger()::println));
        AwsClients clients = work.ports().clients();
        require(EnvironmentChecks.refusal(work.variables().application(), clients.imageReader(), amiId));
    }

    /** @throws AbortException when the stack is protected against its removal */
    static void beforeRemoval(ToolWork work) throws AbortException {
        require(DeletionProtection.refusal(
                work.ports().clients().protectionReader(),
                work.variables().app(),
                work.parameters().variablesFile()));
    }

    private static EnvironmentChecks checks(ToolWork work) throws AbortException {
        return new EnvironmentChecks(
                work.ports().clients().environmentReader(),
                work.variables().region(),
                work.variables().application());
    }

    private static void require(Optional<Diagnosis> refusal) throws AbortException {
        if (refusal.isPresent()) {
            throw new NamedFailure(refusal.get());
        }
    }
}
