package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a machine says on its console of an application that does not start. Its programs write there when a start fails and never otherwise, with no secret in it:
 * <pre>
 * settings: API_KEY: secret …: AccessDeniedException          (ansible/roles/app/files/settings.py)
 * webapp: ended: exit-code 1                                  (the unit ended; the lines after it, the exception first)
 * webapp: said: ModuleNotFoundError: No module named 'x'
 * webapp: done
 * webapp: port: nothing listens on 80; python3.11 listens on 8080
 * </pre>
 * The last of them counts. Kernel and service manager may put a time before. Pure; asked by rollouts and waits.
 */
public final class ConsoleWords {
    private static final Pattern LINE = Pattern.compile(
            "\\b(?:(settings): ([A-Za-z_][^\\r\\n]*)|webapp: (ended|said|port|done)(?:: ?([^\\r\\n]*))?)");

    /** What the same program says when all is well, where a console has everyday lines, too. */
    private static final Pattern SET =
            Pattern.compile("[A-Za-z_]\\w*(, [A-Za-z_]\\w*)+|.*the application starts without");

    private ConsoleWords() {}

    /**
     * What the machine said.
     *
     * @param diagnosis the cause that it names
     * @param times how often its application ended, or was not started; 0 for one that runs
     */
    public record Report(Diagnosis diagnosis, int times) {}

    /** The last report of a console; empty when there is none. */
    public static Optional<Report> of(String instanceId, String console) {
        Matcher matcher = LINE.matcher(console);
        Reading reading = new Reading();
        while (matcher.find()) {
            String text = matcher.group(2) != null ? matcher.group(2) : matcher.group(4);
            reading.line(matcher.group(1) != null ? "settings" : matcher.group(3), text == null ? "" : text.strip());
        }
        return reading.report(instanceId);
    }

    /** What the lines so far amount to. */
    private static final class Reading {
        private String kind = "";
        private String text = "";
        private List<String> said = new ArrayList<>();
        private int ended;
        private int unset;

        void line(String word, String rest) {
            switch (word) {
                case "settings" -> setting(rest);
                case "ended" -> {
                    ended++;
                    // The unit also ends when its settings cannot be had, and their line says more.
                    if (!kind.equals("settings")) {
                        take("ended", rest);
                    } else {
                        kind = "settings, ended";
                    }
                }
                case "said" -> {
                    if (!said.contains(rest)) {
                        said.add(rest);
                    }
                }
                case "port" -> take("port", rest);
                default -> {}
            }
        }

        private void setting(String rest) {
            if (!SET.matcher(rest).matches()) {
                unset++;
                take("settings", rest);
            } else if (kind.startsWith("settings")) {
                take("", "");
            }
        }

        private void take(String what, String rest) {
            kind = what;
            text = rest;
            said = new ArrayList<>();
        }

        Optional<Report> report(String id) {
            return switch (kind) {
                case "settings", "settings, ended" -> Optional.of(new Report(settings(id), unset));
                case "ended" -> Optional.of(new Report(ends(id), ended));
                case "port" -> Optional.of(new Report(port(id), 0));
                default -> Optional.empty();
            };
        }

        private Diagnosis settings(String id) {
            return Diagnosis.of(
                    Cause.SETTING_MISSING,
                    "the application is not started, because a setting cannot be had: " + text,
                    List.of("console of " + id + ": settings: " + text),
                    "mend the setting or secret that it names, or its permission, then deploy again");
        }

        private Diagnosis ends(String id) {
            List<String> evidence = new ArrayList<>();
            evidence.add("console of " + id + ": it ended with " + text + (ended > 1 ? ", " + ended + " times" : ""));
            evidence.addAll(said);
            String first = said.isEmpty() ? "" : ": " + said.get(0);
            return Diagnosis.of(
                    Cause.APPLICATION_ENDS,
                    "the application ends as soon as it is started (" + text + ")" + first,
                    evidence,
                    "mend what its last lines name, try the start command of image.yml or Procfile at home, then deploy again");
        }

        private Diagnosis port(String id) {
            return Diagnosis.of(
                    Cause.WRONG_PORT,
                    text,
                    List.of("console of " + id + ": " + text),
                    "let the application listen on the port that the variable PORT names (80), on all addresses, then deploy again");
        }
    }
}
