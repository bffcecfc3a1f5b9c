package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.Records.Holder;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ami-deploy releases}: what was deployed to an environment, newest first; changes nothing. */
@Command(name = "releases", description = "List the releases of an environment, newest first, from their records.")
final class ReleasesCommand implements Callable<Integer> {
    private static final List<String> HEADLINE =
            List.of("RELEASE", "RESULT", "KIND", "STARTED", "TOOK", "VERSION", "COMMIT", "IMAGE", "BY");

    /** Characters of a commit that people read. */
    private static final int SHORT_COMMIT = 7;

    /** Below the result, behind the number. */
    private static final String INDENT = " ".repeat(HEADLINE.get(0).length() + 2);

    @Mixin
    private EnvironmentOptions environment;

    @Option(names = "--limit", paramLabel = "NUMBER", description = "How many, the newest. Default: ${DEFAULT-VALUE}.")
    private int limit = 20;

    private final Surroundings surroundings;

    ReleasesCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw CommandFailure.badInput("--limit is " + limit + ": it must be at least 1");
        }
        try (Session session = Session.open(surroundings, environment)) {
            Records records = new Records(session);
            List<Release> newest =
                    records.history().releases().stream().limit(limit).toList();
            Holder holder = records.holder();
            if (newest.isEmpty()) {
                session.console()
                        .note("no release of " + session.variables().app() + " is recorded in the bucket "
                                + session.stateBucket());
            }
            session.result(
                    newest.stream().map(release -> document(release, holder)).toList(),
                    newest.isEmpty() ? new String[0] : table(newest, holder));
            return ExitCode.OK.code();
        }
    }

    private static Map<String, Object> document(Release release, Holder holder) {
        Map<String, Object> document = new LinkedHashMap<>(release.tree());
        document.put("state", holder.word(release));
        return document;
    }

    /** A failed release has its cause and its cure below it, for people; machines read {@code --json}. */
    private static String[] table(List<Release> releases, Holder holder) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADLINE));
        releases.forEach(release -> rows.add(row(release, holder)));
        String[] table = Columns.of(rows);
        List<String> lines = new ArrayList<>(List.of(table[0]));
        for (int each = 0; each < releases.size(); each++) {
            lines.add(table[each + 1]);
            releases.get(each).end().flatMap(End::failure).ifPresent(why -> why.brief()
                    .forEach(line -> lines.add(INDENT + line)));
        }
        return lines.toArray(String[]::new);
    }

    private static List<String> row(Release release, Holder holder) {
        Begin begin = release.begin();
        String commit = release.facts().text(Name.COMMIT);
        return List.of(
                String.valueOf(release.number()),
                holder.word(release),
                begin.kind().word()
                        + begin.source().map(from -> " of " + from.text()).orElse(""),
                begin.startedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                release.took().map(ReleasesCommand::time).orElse("-"),
                orDash(release.facts().text(Name.APP_VERSION)),
                orDash(commit.substring(0, Math.min(SHORT_COMMIT, commit.length()))),
                orDash(release.imageId()),
                begin.buildUrl().isEmpty() ? begin.build() : begin.buildUrl());
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String time(Duration took) {
        return String.format("%d:%02d", took.toMinutes(), took.toSecondsPart());
    }
}
