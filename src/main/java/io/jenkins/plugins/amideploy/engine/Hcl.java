package io.jenkins.plugins.amideploy.engine;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Values as expressions of HCL, as Packer and Terraform take them for a list or a map on the command line; a string they take as it is. */
public final class Hcl {
    private Hcl() {}

    /** A list of strings. */
    public static String list(Collection<String> values) {
        return values.stream().map(Hcl::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    /** A map of strings, its names in order, so that equal maps are equal texts. */
    public static String map(Map<String, String> values) {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(entry -> quoted(entry.getKey()) + " = " + quoted(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    /** A string of HCL (hcl/hclsyntax/spec.md, "Template Expressions"): what would begin an expression is doubled. */
    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t")
                .replace("${", "$${")
                .replace("%{", "%%{");
        return '"' + escaped + '"';
    }
}
