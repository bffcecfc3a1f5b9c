package io.jenkins.plugins.amideploy.cli.screen;

import io.jenkins.plugins.amideploy.cli.screen.Phase.State;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far each part of the work is. A command that names its parts begins and ends them; of one that does not, each new stage of progress is a
 * part, which ends where the next one begins. For the live view; knows no clock.
 */
final class Phases {
    private final Map<String, Phase> phases = new LinkedHashMap<>();

    /** Begun last; it may have ended. */
    private String current = "";

    private boolean isNamed;

    void ahead(List<String> names) {
        names.forEach(name -> phases.put(name, Phase.ahead(name)));
    }

    void begin(String name, Instant now) {
        start(name, now);
        isNamed = true;
    }

    private void start(String name, Instant now) {
        running().ifPresent(before -> end(before.name(), true, now));
        if (phases.containsKey(name)) {
            leaveOutBefore(name);
        }
        phases.put(name, phases.getOrDefault(name, Phase.ahead(name)).running(now));
        current = name;
    }

    /** What should have come before and did not had nothing to do. */
    private void leaveOutBefore(String name) {
        for (Phase other : all()) {
            if (other.name().equals(name)) {
                return;
            }
            if (other.is(State.AHEAD)) {
                phases.put(other.name(), other.leftOut());
            }
        }
    }

    void end(String name, boolean succeeded, Instant now) {
        phases.computeIfPresent(name, (same, phase) -> phase.is(State.RUNNING) ? phase.ended(succeeded, now) : phase);
        isNamed = false;
    }

    void progress(Progress progress, Instant now) {
        if (!isNamed && (running().isEmpty() || !progress.stage().equals(current))) {
            start(progress.stage(), now);
        }
        say(progress.toString());
    }

    /** What the running part does; without one there is no place for it. */
    void say(String text) {
        phases.computeIfPresent(current, (same, phase) -> phase.saying(withoutStage(text)));
    }

    /** What the part that runs, or ended last, came to. */
    void outcome(String text) {
        phases.computeIfPresent(current, (same, phase) -> phase.withOutcome(withoutStage(text)));
    }

    /** A line names its part; here it stands beside its name. */
    private String withoutStage(String text) {
        String stage = current + ": ";
        return text.startsWith(stage) ? text.substring(stage.length()).strip() : text;
    }

    /** The command is over: what runs ends with it, and what never began is no more to come. */
    void over(boolean succeeded, Instant now) {
        running().ifPresent(last -> end(last.name(), succeeded, now));
        phases.values().removeIf(phase -> phase.is(State.AHEAD));
    }

    Optional<Phase> running() {
        return Optional.ofNullable(phases.get(current)).filter(phase -> phase.is(State.RUNNING));
    }

    List<Phase> all() {
        return List.copyOf(phases.values());
    }
}
