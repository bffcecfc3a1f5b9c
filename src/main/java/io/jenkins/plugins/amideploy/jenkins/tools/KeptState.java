package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import hudson.Launcher;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.stack.ErroredState;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import jenkins.util.BuildListenerAdapter;

/**
 * The state that an apply could not write: Terraform leaves it among the recipes; here it is kept with the environment's files and with the build. Until
 * {@code pushState} has written it, no plan is made: from the state of before, it would make things twice. For {@link StackExecution} and
 * {@link PushExecution}.
 */
final class KeptState {
    private final ToolWork work;
    private final String given;

    /** @param given the file to write, relative to the step's directory; null: the one that an apply left */
    KeptState(ToolWork work, String given) {
        this.work = work;
        this.given = given;
    }

    private String path() {
        return given == null ? ToolWork.workDirectory(work.variables()) + "/" + ErroredState.FILE : given;
    }

    /** Where it is on the agent. */
    FilePath file() {
        return work.workspace().child(path());
    }

    /** Reads it on the agent. */
    ErroredState state() throws IOException, InterruptedException {
        return read(AgentFiles.text(file()));
    }

    private ErroredState read(String text) throws AbortException {
        try {
            return ErroredState.of(path(), text, work.variables().app(), new JacksonParser());
        } catch (IllegalArgumentException noState) {
            throw NamedFailure.badInput(noState.getMessage(), "");
        }
    }

    /** Keeps with the build what an apply left beside its recipes. */
    void keep(String recipesDirectory, Launcher launcher) throws InterruptedException {
        FilePath left = work.workspace().child(recipesDirectory + "/terraform/" + ErroredState.FILE);
        try {
            if (left.exists()) {
                left.renameTo(file());
                work.run()
                        .pickArtifactManager()
                        .archive(
                                work.workspace(),
                                launcher,
                                BuildListenerAdapter.wrap(work.listener()),
                                Map.of(path(), path()));
                log("The state that could not be written is kept with this build: " + path());
            }
        } catch (IOException notKept) {
            log("The state that could not be written stays on the agent, in " + left + ": " + notKept);
        }
    }

    /**
     * Asks AWS where one is kept in this workspace; one that was written, or that something newer was written after, counts no more.
     *
     * @throws AbortException where one waits to be written
     */
    void requireWritten(String bucket) throws IOException, InterruptedException {
        if (file().exists() && refusal(state(), bucket).isEmpty()) {
            throw new NamedFailure(Diagnosis.of(
                            Cause.STATE_NOT_WRITTEN,
                            "an apply of " + work.parameters().environment()
                                    + " could not write its state, which is kept in " + path() + " and with its build")
                    .withCure(
                            "write it first" + ErroredState.IN_A_BUILD + ":",
                            ErroredState.push(StateHome.in(bucket, work))));
        }
    }

    /**
     * Brings what a build kept where the workspace has none: agents come and go.
     *
     * @throws AbortException where there is none
     */
    void bring() throws IOException, InterruptedException {
        if (file().exists()) {
            return;
        }
        if (given != null) {
            throw NamedFailure.badInput(given + " is not there", "name a file of the current directory");
        }
        KeptArtifact artifact = KeptArtifact.newest(work.run(), path())
                .orElseThrow(() -> NamedFailure.badInput(
                        "no state of " + work.parameters().environment() + " waits to be written: " + path()
                                + " is neither here nor with the last builds of the jobs beside this one",
                        "where it is elsewhere, bring the file and name it: pushState environment: '"
                                + work.parameters().environment() + "', file: '…'"));
        Objects.requireNonNull(file().getParent(), path()).mkdirs();
        try (InputStream text = artifact.file().open()) {
            file().copyFrom(text);
        }
        log("Took the state that could not be written from " + artifact.build());
    }

    /** Asks AWS. @throws AbortException where the state that is there is newer, or another */
    void requireNewer(String bucket) throws IOException, InterruptedException {
        Optional<Diagnosis> refusal = refusal(state(), bucket);
        if (refusal.isPresent()) {
            throw new NamedFailure(refusal.get());
        }
    }

    private Optional<Diagnosis> refusal(ErroredState state, String bucket) throws AbortException {
        Optional<String> there = work.ports()
                .clients()
                .objects(bucket)
                .read(work.variables().stateKey())
                .map(ObjectStore.Stored::text);
        return state.refusal(there, new JacksonParser());
    }

    /** What was written waits no longer, also where a copy of it was given. */
    void forget(ErroredState written) throws InterruptedException {
        try {
            if (file().exists() && written.isSameAs(AgentFiles.text(file()), new JacksonParser())) {
                file().delete();
            }
        } catch (IOException e) {
            log(path() + " could not be deleted, and counts no more: " + e);
        }
    }

    private void log(String line) {
        work.listener().getLogger().println(line);
    }
}
