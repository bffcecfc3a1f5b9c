package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Releases for tests, each a minute after the one before, done in half a minute. */
final class Records {
    static final AppId DEMO = new AppId("web", "demo");
    static final Instant START = Instant.parse("2026-11-26T10:00:00Z");
    static final TinyJson JSON = new TinyJson();

    private Records() {}

    static Instant minute(int number) {
        return START.plusSeconds(60L * number);
    }

    static Begin begin(int number) {
        return new Begin(number, DEMO, Kind.DEPLOYMENT, Optional.empty(), minute(number), "cli-" + number, "", "abc");
    }

    static Begin rollback(int number, int to) {
        return new Begin(
                number,
                DEMO,
                Kind.ROLLBACK,
                Optional.of(new Begin.Source("demo", to)),
                minute(number),
                "cli-" + number,
                "",
                "abc");
    }

    static Facts image(String id) {
        return Facts.none().with(Name.IMAGE_ID, id).with(Name.SETTINGS, Map.of("instance_type", "t3.small"));
    }

    static Release healthy(int number, String image) {
        return ended(begin(number), Result.HEALTHY, image(image));
    }

    static Release rolledBack(int number, int to, String image) {
        return ended(rollback(number, to), Result.HEALTHY, image(image));
    }

    static Release ended(Begin begin, Result result, Facts facts) {
        boolean failed = result == Result.FAILED || result == Result.ABORTED;
        Optional<Failure> why = failed ? Optional.of(Failure.of("no luck")) : Optional.empty();
        return new Release(begin, Optional.of(new End(result, begin.startedAt().plusSeconds(30), facts, why)));
    }

    static Release open(int number) {
        return new Release(begin(number), Optional.empty());
    }

    static History history(Release... releases) {
        return new History(
                "demo",
                Arrays.stream(releases)
                        .sorted(Comparator.comparingInt(Release::number).reversed())
                        .toList());
    }

    static Owner process(String build) {
        return new Owner(build, "", "host", "boot", 4711, "2026-11-26T09:00:00Z");
    }

    /** Written and read again. */
    static Json json(Object tree) {
        return Json.of(JSON.parse(JSON.write(tree)));
    }
}
