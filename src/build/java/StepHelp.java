import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adds to the help of each step the causes that it can end in, which {@code docs/causes.md} has a section for. Run by the build of the plugin
 * ({@code pom.xml}); needs nothing but a JDK.
 *
 * <p>A section begins with {@code ### NAME}; its first sentence says what the cause is, and its line {@code Steps:} names the steps.
 */
final class StepHelp {
    private static final Pattern SECTION = Pattern.compile("(?ms)^### ([A-Z_]+)$(.*?)(?=^##|\\z)");
    private static final Pattern STEPS = Pattern.compile("(?m)^Steps: (.+)$");
    private static final Pattern STEP = Pattern.compile("`(\\w+)`");

    /** Up to a stop, but for one within a word such as {@code image.yml}. */
    private static final Pattern SENTENCE = Pattern.compile("(?s)\\s*(.+?[.])(?:\\s|$)");

    private StepHelp() {}

    /** Arguments: causes.md, the directory of the steps' views in the sources, and the same in what is built. */
    public static void main(String[] arguments) throws IOException {
        Map<String, List<String>> causes = causes(Files.readString(Path.of(arguments[0])));
        for (Map.Entry<String, List<String>> step : causes.entrySet()) {
            String view = Character.toUpperCase(step.getKey().charAt(0))
                    + step.getKey().substring(1) + "Step/help.html";
            String help = Files.readString(Path.of(arguments[1], view)).stripTrailing();
            if (!help.endsWith("</div>")) {
                throw new IllegalArgumentException(view + " does not end with its <div>");
            }
            Files.writeString(
                    Path.of(arguments[2], view),
                    help.substring(0, help.length() - "</div>".length()) + list(step.getValue()) + "</div>\n");
        }
    }

    /** Step to its causes as items of a list, in the order of the sections. */
    private static Map<String, List<String>> causes(String text) {
        Map<String, List<String>> causes = new TreeMap<>();
        Matcher section = SECTION.matcher(text);
        while (section.find()) {
            Matcher steps = STEPS.matcher(section.group(2));
            Matcher sentence = SENTENCE.matcher(section.group(2));
            if (!steps.find() || !sentence.find()) {
                throw new IllegalArgumentException(section.group(1) + ": no line \"Steps:\", or no sentence before it");
            }
            String item = "<dt><code>" + section.group(1) + "</code></dt><dd>" + html(sentence.group(1)) + "</dd>";
            Matcher step = STEP.matcher(steps.group(1));
            while (step.find()) {
                causes.computeIfAbsent(step.group(1), none -> new ArrayList<>()).add(item);
            }
        }
        if (causes.isEmpty()) {
            throw new IllegalArgumentException("no cause is said to be of a step");
        }
        return causes;
    }

    private static String list(List<String> items) {
        return "  <details>\n    <summary>Causes that it can end in</summary>\n    <dl>\n      "
                + String.join("\n      ", items)
                + "\n    </dl>\n  </details>\n";
    }

    private static String html(String markdown) {
        return markdown.strip()
                .replaceAll("\\s+", " ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("`([^`]*)`", "<code>$1</code>")
                .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                .replaceAll("\\*\\*?([^*]+)\\*\\*?", "<em>$1</em>");
    }
}
