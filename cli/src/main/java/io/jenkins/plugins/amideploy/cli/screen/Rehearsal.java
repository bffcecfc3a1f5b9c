package io.jenkins.plugins.amideploy.cli.screen;

import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import io.jenkins.plugins.amideploy.engine.rollout.GroupView.InstanceView;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.impl.LineDisciplineTerminal;

/** Draws what the live view can draw on a terminal that is not there, so that its classes are loaded: for the launcher's class data. */
public final class Rehearsal {
    private Rehearsal() {}

    /** @throws IOException when there can be no such terminal */
    public static void draw() throws IOException {
        LineDisciplineTerminal terminal = new LineDisciplineTerminal(
                "rehearsal", "xterm-256color", OutputStream.nullOutputStream(), StandardCharsets.UTF_8);
        LiveScreen screen = new LiveScreen(terminal, true, "a-b", Clock.systemUTC(), Instant.EPOCH);
        screen.ahead(List.of("plan", "rollout"));
        screen.begin("rollout");
        screen.progress(new Progress("rollout", "something"));
        InstanceView instance = new InstanceView("i-1", true, "1", "InService", "Healthy", "healthy");
        screen.group(new GroupView(
                "a-b", 1, "1", "InProgress", 0, List.of(instance), List.of(), Optional.of(Duration.ofSeconds(1))));
        screen.warn("warning");
        screen.close(true);
    }
}
