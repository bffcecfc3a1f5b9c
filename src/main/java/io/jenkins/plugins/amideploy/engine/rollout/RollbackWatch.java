package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Sees a rollback to its end and adds to the first failure what became of it. Used by {@link Rollout} only.
 * AWS rolls back only a refresh that is in progress (user guide, "Undo changes with a rollback").
 */
final class RollbackWatch {
    /** How long an accepted rollback may go unseen in the refresh's status before it is asked for once more. */
    private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

    private final RolloutRequest request;

    RollbackWatch(RolloutRequest request) {
        this.request = Objects.requireNonNull(request);
    }

    RolloutStep next(RolloutState state, GroupSnapshot snapshot, Instant now) {
        Optional<RefreshState> found = Optional.ofNullable(state.memory().refreshId())
                .flatMap(snapshot::refresh)
                .or(snapshot::runningRefresh);
        if (found.isPresent() && found.get().isOver()) {
            return over(state, snapshot, found.get());
        }
        if (!now.isBefore(state.rollbackSince().plus(request.rollbackDeadline()))) {
            String status = found.map(RefreshState::explained).orElse("not listed");
            return failed(
                    state,
                    "the rollback is not over after " + Durations.text(request.rollbackDeadline()) + " (refresh "
                            + status + "); " + running(snapshot));
        }
        boolean asked = state.rollbackAskedAt() != null
                && now.isBefore(state.rollbackAskedAt().plus(ASK_AGAIN));
        if (found.isPresent() && found.get().goesForward() && !asked) {
            return new RolloutStep(
                    Action.ROLL_BACK,
                    state,
                    List.of("rolling back instance refresh " + found.get().id()));
        }
        String line = "rolling back: " + running(snapshot)
                + found.map(refresh -> "; refresh " + refresh.explained()).orElse("");
        return say(state, line);
    }

    /** AWS did not accept the rollback. */
    RolloutStep refused(RolloutState state, AwsFailure failure, Instant now) {
        boolean late = !now.isBefore(state.rollbackSince().plus(request.rollbackDeadline()));
        if (failure.code().equals("IrreversibleInstanceRefresh")) {
            return failed(
                    state,
                    "AWS cannot roll this refresh back (" + failure.getMessage()
                            + "); it goes on in AWS: deploy the previous version" + previous(state));
        }
        boolean ended = failure.code().startsWith("ActiveInstanceRefreshNotFound");
        if (!late && (failure.kind().passing() || ended)) {
            // Ended meanwhile: the next look shows how.
            return say(state.rollbackAsked(ended ? now : null), failure.getMessage() + "; looking again");
        }
        return failed(state, "the rollback was refused: " + failure.getMessage());
    }

    /** AWS does not let us see how the rollback goes. */
    RolloutStep lost(RolloutState state, Diagnosis unread) {
        return failed(state, "how the rollback ended is not known: " + unread.summary());
    }

    private RolloutStep over(RolloutState state, GroupSnapshot snapshot, RefreshState refresh) {
        String status = refresh.status() + (refresh.statusReason().isEmpty() ? "" : ": " + refresh.statusReason());
        return failed(
                state,
                switch (refresh.status()) {
                    case "RollbackSuccessful" -> "rolled back" + previous(state) + ": " + running(snapshot);
                    case "RollbackFailed" ->
                        "the rollback failed (" + status + "): " + running(snapshot) + "; deploy the previous version"
                                + previous(state);
                    case "Successful" ->
                        "too late to roll back, the refresh is Successful: " + running(snapshot)
                                + "; deploy the previous version" + previous(state);
                    default ->
                        "not rolled back, the refresh is " + status + ": " + running(snapshot)
                                + "; deploy the previous version" + previous(state);
                });
    }

    /** In what state a failure that cannot be rolled back leaves the group. */
    static String whatIsLeft(RolloutState state, GroupSnapshot snapshot, RefreshState refresh, RolloutRequest request) {
        if (!snapshot.exists()) {
            return "";
        }
        if (refresh == null) {
            return "nothing to roll back to, no refresh was needed: " + running(snapshot);
        }
        if (!refresh.isOver()) {
            return request.rollback() ? "" : "not rolled back, as asked; the refresh goes on: " + running(snapshot);
        }
        return switch (refresh.status()) {
            case "RollbackSuccessful" -> "rolled back" + previous(state) + ": " + running(snapshot);
            case "RollbackFailed" -> "";
            default ->
                "AWS rolls back only a refresh that is in progress, this one is " + refresh.status() + ": "
                        + running(snapshot) + "; deploy the previous version" + previous(state);
        };
    }

    static Diagnosis with(Diagnosis diagnosis, String addition) {
        return diagnosis.withAftermath(addition);
    }

    private static RolloutStep failed(RolloutState state, String addition) {
        Diagnosis both = with(state.failure(), addition);
        return new RolloutStep(Action.FAILED, state.failed(both), List.of(addition));
    }

    private static RolloutStep say(RolloutState state, String line) {
        boolean news = !line.equals(state.lastLine());
        return new RolloutStep(Action.WAIT, state.withLastLine(line), news ? List.of(line) : List.of());
    }

    private static String previous(RolloutState state) {
        return state.previous() == null ? "" : " (" + state.previous() + ")";
    }

    /** {@code 1/1 InService on version 1}. */
    private static String running(GroupSnapshot snapshot) {
        List<InstanceState> serving =
                snapshot.instances().stream().filter(InstanceState::isInService).toList();
        String versions = serving.stream()
                .map(instance ->
                        instance.template() == null ? "?" : instance.template().version())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" and "));
        return serving.size() + "/" + snapshot.desired() + " InService"
                + (versions.isEmpty() ? "" : " on version " + versions);
    }
}
