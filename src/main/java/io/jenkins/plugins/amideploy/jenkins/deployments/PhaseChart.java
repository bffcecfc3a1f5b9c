package io.jenkins.plugins.amideploy.jenkins.deployments;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;

/**
 * What {@code phases.js} draws: the seconds of each phase of an environment's last releases, oldest first, as JSON in an attribute of the page.
 * Phases come in the order of a deployment, others behind them.
 */
final class PhaseChart {
    /** Bars that can still be told apart. */
    private static final int RELEASES = 30;

    private static final List<String> ORDER = List.of("bake", "plan", "approve", "apply", "rollout");

    private PhaseChart() {}

    /** Empty where no release has a phase. */
    static String of(List<ReleaseView> newestFirst) {
        List<ReleaseView> shown = new ArrayList<>(newestFirst.stream()
                .filter(release -> !release.getPhases().isEmpty())
                .limit(RELEASES)
                .toList());
        java.util.Collections.reverse(shown);
        if (shown.isEmpty()) {
            return "";
        }
        JSONObject chart = new JSONObject();
        chart.put("releases", array(shown.stream().map(ReleaseView::getNumber)));
        chart.put("results", array(shown.stream().map(ReleaseView::getResult)));
        JSONArray phases = new JSONArray();
        for (String phase : phases(shown)) {
            JSONObject series = new JSONObject();
            series.put("name", phase);
            series.put("seconds", array(shown.stream().map(release -> release.getPhases()
                    .getOrDefault(phase, 0L))));
            phases.add(series);
        }
        chart.put("phases", phases);
        return chart.toString();
    }

    private static Set<String> phases(List<ReleaseView> shown) {
        Set<String> phases = new LinkedHashSet<>(ORDER);
        shown.forEach(release -> phases.addAll(release.getPhases().keySet()));
        phases.removeIf(
                phase -> shown.stream().noneMatch(release -> release.getPhases().containsKey(phase)));
        return phases;
    }

    private static JSONArray array(Stream<?> values) {
        JSONArray array = new JSONArray();
        values.forEach(array::add);
        return array;
    }
}
