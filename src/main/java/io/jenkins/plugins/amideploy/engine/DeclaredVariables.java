package io.jenkins.plugins.amideploy.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names that a variables file may give: those that the recipes' Terraform configuration declares. Terraform itself only warns of others
 * (hashicorp/terraform 31280), so that a slip of the pen would be the default's way in.
 */
public final class DeclaredVariables {
    private static final Pattern DECLARATION = Pattern.compile("(?m)^\\s*variable\\s+\"([^\"]+)\"");

    /** More changes than this make another name of it. */
    private static final int NEAR = 3;

    private final Set<String> names = new TreeSet<>();

    /** @param texts of the configuration's files */
    public DeclaredVariables(Collection<String> texts) {
        texts.forEach(text -> DECLARATION.matcher(text).results().forEach(found -> names.add(found.group(1))));
    }

    /**
     * What is wrong with a variables file.
     *
     * @param file the file's name for messages
     * @return one line with file, line, name and the nearest name; empty when every name is known
     * @throws IllegalArgumentException when the file cannot be read, as {@link Variables#parse}
     */
    public Optional<String> refusal(String file, String text) {
        List<VariablesFile.Given> unknown = VariablesFile.parse(file, text).given().stream()
                .filter(given -> !names.contains(given.name()))
                .toList();
        return unknown.stream()
                .findFirst()
                .map(given -> file + " line " + given.line() + ": " + given.name() + " is no variable"
                        + nearest(given.name())
                                .map(name -> ": is " + name + " meant?")
                                .orElse(": remove it")
                        + (unknown.size() == 1 ? "" : " (and " + (unknown.size() - 1) + " more)"));
    }

    private Optional<String> nearest(String name) {
        return names.stream()
                .filter(each -> distance(each, name) <= Math.min(NEAR, name.length() / 2))
                .min(Comparator.comparingInt(each -> distance(each, name)));
    }

    /** Levenshtein's: letters to add, remove or change. */
    private static int distance(String first, String second) {
        int[] row = new int[second.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int line = 1; line <= first.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.length; column++) {
                int change = diagonal + (first.charAt(line - 1) == second.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(change, 1 + Math.min(row[column], row[column - 1]));
            }
        }
        return row[second.length()];
    }
}
