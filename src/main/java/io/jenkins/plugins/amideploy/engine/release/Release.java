package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A release: a commit's image in one environment, from its beginning to its end.
 *
 * @param begin what was known first
 * @param end how it ended; empty while it runs, and for ever where its run crashed
 */
public record Release(Begin begin, Optional<End> end) {
    public Release {
        Objects.requireNonNull(begin, "begin");
        Objects.requireNonNull(end, "end");
    }

    public int number() {
        return begin.number();
    }

    /** What is known of it; nothing before its end. */
    public Facts facts() {
        return end.map(End::facts).orElse(Facts.none());
    }

    public String imageId() {
        return facts().text(Name.IMAGE_ID);
    }

    /** Whether the environment ran it, proven healthy, and it can be gone back to. */
    public boolean isProven() {
        return end.filter(over -> over.result() == Result.HEALTHY).isPresent()
                && !imageId().isEmpty();
    }

    /** From begin to end; empty without an end. */
    public Optional<Duration> took() {
        return end.map(over -> Duration.between(begin.startedAt(), over.endedAt()));
    }

    /** As one document, for {@code --json} and the index: both halves, the end under {@code end}. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = begin.tree();
        end.ifPresent(over -> tree.put("end", over.tree()));
        return tree;
    }
}
