package io.jenkins.plugins.amideploy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a tool's line says to people, for {@code --verbose}: tools are run so that machines can read them. */
final class ToolWords {
    /** {@code time,target,ui,kind,text} of {@code packer -machine-readable}. */
    private static final Pattern PACKER = Pattern.compile("\\d+,[^,]*,([a-z-]+),(.*)");

    private static final Pattern PACKER_UI = Pattern.compile("[a-z]+,(.*)");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ToolWords() {}

    /** Empty for what is for machines only. */
    static Optional<String> of(String line) {
        if (line.startsWith("{")) {
            return Optional.of(message(line));
        }
        Matcher packer = PACKER.matcher(line);
        if (!packer.matches()) {
            return Optional.of(line);
        }
        Matcher ui = PACKER_UI.matcher(packer.group(2));
        return packer.group(1).equals("ui") && ui.matches()
                ? Optional.of(ui.group(1)
                                .replace("%!(PACKER_COMMA)", ",")
                                .replace("\\r", "")
                                .replace("\\n", "\n")
                                .strip())
                        .filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    /** Of a line of {@code terraform -json}. */
    private static String message(String line) {
        try {
            return MAPPER.readTree(line).path("@message").asText(line);
        } catch (JsonProcessingException other) {
            return line;
        }
    }
}
