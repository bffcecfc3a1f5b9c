package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.ErroredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Supplier;

/**
 * The state that an apply could not write: Terraform leaves it among the recipes, which environments share; here it is kept with the environment's
 * files. Until {@code push-state} has written it, no plan is made: from the state of before, it would make things twice. For {@link Stack}.
 */
final class KeptState {
    private final Session session;

    private final Backend backend;

    KeptState(Session session, Backend backend) {
        this.session = session;
        this.backend = backend;
    }

    /** Where it is kept. */
    Path file() {
        return session.workDirectory().resolve(ErroredState.FILE);
    }

    /** Runs an apply; what it cannot write is kept. */
    <T> T keep(Supplier<T> apply) {
        try {
            return apply.get();
        } catch (CommandFailure failure) {
            if (failure.why().cause() == Cause.STATE_NOT_WRITTEN && move()) {
                throw CommandFailure.of(
                        failure.kind(), failure.why().withEvidence(List.of("it is kept in " + session.shown(file()))));
            }
            throw failure;
        }
    }

    private boolean move() {
        Path left = session.recipes().resolve("terraform").resolve(ErroredState.FILE);
        try {
            Files.move(left, file(), StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            session.console().warn(left + " could not be moved to " + file() + ": " + e);
            return false;
        }
    }

    /** @throws CommandFailure where one waits to be written */
    void require() {
        if (Files.isRegularFile(file())) {
            String environment = session.variables().app().environment();
            throw CommandFailure.of(
                    Outcome.Kind.BAD_INPUT,
                    Diagnosis.of(
                                    Cause.STATE_NOT_WRITTEN,
                                    "an apply of " + environment + " could not write its state, which is kept in "
                                            + session.shown(file()))
                            .withCure("write it first:", ErroredState.push(backend)));
        }
    }
}
