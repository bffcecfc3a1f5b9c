package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sees a rollback to its end and adds to the first failure what became of it. Used by {@link Rollout} only.
 * AWS rolls back only a refresh that is in progress (user guide, "Undo changes with a rollback").
 */
final class RollbackWatch {
    /** How long an accepted rollback may go unseen in the refresh's status before it is asked for once more. */
    private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

    /** How long the way back is watched when what stopped the way there stops it, too. */
    private static final Duration BLOCKED = Duration.ofSeconds(45);

    /** How long the version before may be unhealthy, for whatever reason, until it is not waited for: some seconds more than a health check needs. */
    private static final Duration UNHEALTHY_TOO = Duration.ofSeconds(60);

    /** Causes that are the same for every version. */
    private static final Set<Cause> EVERY_VERSION =
            EnumSet.of(Cause.PATH_CLOSED, Cause.LISTENER_MISSING, Cause.ZONE_NOT_ENABLED);

    /** Causes that stop a rollback as they stopped the rollout. */
    private static final Set<Cause> BOTH_WAYS =
            EnumSet.of(Cause.PROCESS_SUSPENDED, Cause.HOOK_WAITS, Cause.INSTANCE_STANDBY, Cause.INSTANCE_PROTECTED);

    private static final String NOT_THE_VERSION = "the version before is unreachable too: not the new version's fault";

    private final RolloutRequest request;

    RollbackWatch(RolloutRequest request) {
        this.request = Objects.requireNonNull(request);
    }

    RolloutStep next(RolloutState state, GroupSnapshot snapshot, Instant now) {
        Optional<RefreshState> found = WayBack.running(state, snapshot)
                .or(() -> Optional.ofNullable(state.memory().refreshId()).flatMap(snapshot::refresh))
                .or(snapshot::runningRefresh);
        if (found.isPresent() && WayBack.isDue(state, found.get(), request)) {
            return new RolloutStep(
                    Action.ROLL_BACK,
                    state,
                    List.of("going back to " + state.previous() + ": instance refresh "
                            + found.get().id() + " is Successful, so another one does it"));
        }
        if (found.isPresent() && found.get().isOver()) {
            return over(state, snapshot, found.get());
        }
        boolean goesBack = found.filter(RefreshState::goesBack).isPresent() || state.rollbackAskedAt() != null;
        Optional<String> hopeless = goesBack ? hopeless(state, snapshot, now) : Optional.empty();
        if (hopeless.isPresent()) {
            return failed(
                    state,
                    hopeless.get() + "; the rollback goes on in AWS ("
                            + found.map(RefreshState::status).orElse("asked for") + "): " + running(snapshot));
        }
        if (!now.isBefore(state.rollbackSince().plus(request.rollbackDeadline()))) {
            String status = found.map(RefreshState::explained).orElse("not listed");
            return failed(
                    state,
                    "the rollback is not over after " + Durations.text(request.rollbackDeadline()) + " (refresh "
                            + status + "); " + running(snapshot));
        }
        boolean wayBack = found.filter(refresh -> WayBack.is(refresh, state)).isPresent();
        boolean asked = wayBack
                || state.rollbackAskedAt() != null
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

    /** Why it is of no use to wait until the rollback is over. */
    private Optional<String> hopeless(RolloutState state, GroupSnapshot snapshot, Instant now) {
        Cause cause = state.failure().cause();
        Duration waited = Duration.between(state.rollbackSince(), now);
        boolean unreachable = isUnreachable(snapshot);
        if (unreachable && (EVERY_VERSION.contains(cause) || waited.compareTo(UNHEALTHY_TOO) >= 0)) {
            return Optional.of(NOT_THE_VERSION);
        }
        return BOTH_WAYS.contains(cause) && waited.compareTo(BLOCKED) >= 0
                ? Optional.of("what stopped the rollout stops the way back, too")
                : Optional.empty();
    }

    /** Whether no instance of another version passes its health checks, and some are there that should. */
    private boolean isUnreachable(GroupSnapshot snapshot) {
        List<InstanceState> before = snapshot.staying().stream()
                .filter(InstanceState::isInService)
                .filter(instance -> !instance.runs(request.wanted().template()))
                .toList();
        return !before.isEmpty()
                && before.stream().allMatch(instance -> snapshot.targetGroups().stream()
                        .flatMap(group -> group.of(instance.id()).stream())
                        .anyMatch(
                                target -> target.isUnhealthy() || target.state().equals("unused")));
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
        boolean again = failure.kind().passing() || failure.code().equals("InstanceRefreshInProgress");
        if (!late && (again || ended)) {
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
        if (WayBack.is(refresh, state)) {
            return failed(
                    state,
                    refresh.isSuccessful()
                            ? "rolled back" + previous(state) + ": " + running(snapshot)
                            : "the way back failed (" + status + "): " + running(snapshot)
                                    + "; deploy the previous version" + previous(state));
        }
        return failed(
                state,
                switch (refresh.status()) {
                    case "RollbackSuccessful" ->
                        "rolled back" + previous(state) + ": " + running(snapshot)
                                + (isUnreachable(snapshot) ? "; " + NOT_THE_VERSION : "");
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
