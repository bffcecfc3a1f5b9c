package io.jenkins.plugins.amideploy.jenkins.credentials;

import io.jenkins.plugins.amideploy.engine.tool.Secrets;
import java.util.stream.Stream;

/**
 * A secret as the tools' machine-readable output may write it, beside the ways of shells that {@code credentials-binding}
 * knows. For {@link ToolCredentials}, since logs are kept as the tools print them.
 */
final class SecretForms {
    private SecretForms() {}

    /** Line by line, since output is; lines shorter than {@link Secrets#SHORTEST} are left out. */
    static Stream<String> of(String secret) {
        return secret.lines()
                .filter(line -> line.length() >= Secrets.SHORTEST)
                .flatMap(line -> Stream.of(line, json(line), html(json(line)), packer(line)))
                .distinct();
    }

    /** Terraform prints JSON. */
    private static String json(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t");
    }

    /** Go writes these three so unless it is told otherwise (package encoding/json, HTMLEscape). */
    private static String html(String text) {
        return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
    }

    /** Packer separates by comma (Packer documentation, "Machine-Readable Output"). */
    private static String packer(String text) {
        return text.replace(",", "%!(PACKER_COMMA)");
    }
}
