package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a machine that does not get healthy why its application was not started: the program that gets the settings writes one line to the console,
 * which never has a value in it. For {@link RolloutPoll} and {@link HealthPoll}, at the look that finds the failure, since a rollback ends
 * the machine.
 */
final class ConsoleWords {
    private static final Set<Cause> UNHEALTHY =
            EnumSet.of(Cause.NEVER_HEALTHY, Cause.DOES_NOT_STAY_HEALTHY, Cause.DEADLINE);

    /** As ansible/roles/app/files/settings.py writes it; kernel and service manager may put a time before. */
    private static final Pattern SETTINGS = Pattern.compile("\\bsettings: [A-Za-z_][^\\r\\n]*");

    private ConsoleWords() {}

    /** The diagnosis with what the machine says, where it says anything. */
    static Diagnosis added(Diagnosis diagnosis, HealthMemory memory, GroupReader reader) {
        if (!UNHEALTHY.contains(diagnosis.cause())) {
            return diagnosis;
        }
        return lastTroubled(memory)
                .flatMap(id -> said(id, reader).map(line -> with(diagnosis, id, line)))
                .orElse(diagnosis);
    }

    private static Diagnosis with(Diagnosis diagnosis, String id, String line) {
        return diagnosis
                .withEvidence(List.of("console of " + id + ": " + line))
                .withCure("mend the setting or secret that it names, or its permission, then deploy again", "");
    }

    private static Optional<String> lastTroubled(HealthMemory memory) {
        return memory.instances().entrySet().stream()
                .filter(entry -> !entry.getValue().last().isEmpty())
                .map(java.util.Map.Entry::getKey)
                .reduce((first, second) -> second);
    }

    /** It is help only, so that not being allowed to look changes nothing. */
    private static Optional<String> said(String id, GroupReader reader) {
        try {
            Matcher lines = SETTINGS.matcher(reader.console(id));
            String last = null;
            while (lines.find()) {
                last = lines.group().strip();
            }
            return Optional.ofNullable(last);
        } catch (AwsFailure notToBeHad) {
            return Optional.empty();
        }
    }
}
