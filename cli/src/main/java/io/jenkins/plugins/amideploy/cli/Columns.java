package io.jenkins.plugins.amideploy.cli;

import java.util.List;

/** A table for people: columns as wide as what is in them, two spaces apart. */
final class Columns {
    private Columns() {}

    /** One line for each row; all have as many cells. */
    static String[] of(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toArray(String[]::new);
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            line.append(String.format("%-" + (widths[column] + 2) + "s", row.get(column)));
        }
        return line.toString().stripTrailing();
    }
}
