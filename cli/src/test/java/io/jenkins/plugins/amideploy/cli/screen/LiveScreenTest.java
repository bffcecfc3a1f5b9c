package io.jenkins.plugins.amideploy.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jline.builtins.ScreenTerminal;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;

/** What stands on the screen of a terminal that is told what the view draws; {@code tests/unit/test_live_view.py} has a real one. */
class LiveScreenTest {
    private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    private int columns = 80;
    private int rows = 24;
    private Charset charset = StandardCharsets.UTF_8;
    private boolean hasColours = true;
    private ScreenTerminal screen;
    private LineDisciplineTerminal terminal;

    private LiveScreen opened() throws IOException {
        terminal = new LineDisciplineTerminal("test", "xterm-256color", drawn, charset);
        terminal.setSize(new Size(columns, rows));
        screen = new ScreenTerminal(columns, rows);
        return new LiveScreen(terminal, hasColours, "web-demo", Clock.systemUTC(), Instant.now());
    }

    /** The lines that a person sees, without those that are empty. */
    private List<String> seen() {
        screen.write(drawn.toString(charset));
        drawn.reset();
        return screen.toString()
                .lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Test
    void progress_isDrawnInItsPlace() throws IOException {
        LiveScreen view = opened();
        view.ahead(List.of("bake", "plan"));
        view.begin("bake");
        view.progress(new Progress("bake", "creating instance"));
        view.progress(new Progress("bake", "waiting for SSH on the instance"));

        assertThat(seen())
                .containsExactly("web-demo  00:00", "  ● bake     00:00  waiting for SSH on the instance", "  ○ plan");
    }

    @Test
    void warning_standsAboveAndStays() throws IOException {
        LiveScreen view = opened();
        view.progress(new Progress("plan", "finding providers"));
        view.warn("warning: nobody is told");
        view.progress(new Progress("plan", "looking at what is there"));

        assertThat(seen())
                .containsExactly(
                        "00:00  warning: nobody is told",
                        "web-demo  00:00",
                        "  ● plan     00:00  looking at what is there");
    }

    @Test
    void listing_isShownToWhoeverIsAskedAlone() throws IOException {
        LiveScreen view = opened();
        view.begin("plan");
        view.listing("plan:   + aws_lb.web");
        view.end("plan", true);
        view.outcome("plan: 1 to add");
        assertThat(seen()).containsExactly("web-demo  00:00", "  ✓ plan     00:00  1 to add");

        view.listed();

        assertThat(seen()).containsExactly("00:00  plan:   + aws_lb.web", "00:00  plan: 1 to add");

        view.begin("apply");

        assertThat(seen()).hasSize(5).endsWith("  ✓ plan     00:00  1 to add", "  ● apply    00:00");
    }

    @Test
    void end_leavesThePictureAndTheCursorBelowIt() throws IOException {
        LiveScreen view = opened();
        view.progress(new Progress("plan", "looking at what is there"));
        view.close(false);

        assertThat(seen()).containsExactly("web-demo  00:00", "  ✗ plan     00:00  looking at what is there");
    }

    @Test
    void narrowWindow_cutsAndWraps() throws IOException {
        columns = 30;
        LiveScreen view = opened();
        view.progress(
                new Progress("rollout", "1/2 InService, new version 2: i-0123456789abcdef0 initial; refresh 50%"));

        assertThat(seen())
                .containsExactly(
                        "web-demo  00:00",
                        "  ● rollout  00:00  1/2",
                        "    InService, new version 2:",
                        "    i-0123456789abcdef0 init…");
    }

    @Test
    void lowWindow_showsWhatRuns() throws IOException {
        rows = 4;
        LiveScreen view = opened();
        view.ahead(List.of("bake", "plan", "apply", "rollout"));
        for (String phase : List.of("bake", "plan", "apply")) {
            view.begin(phase);
            view.progress(new Progress(phase, "something"));
        }

        assertThat(seen()).containsExactly("web-demo  00:00", "  ● apply    00:00  something", "  ○ rollout");
    }

    @Test
    void windowThatChanges_isFilledAnew() throws IOException {
        LiveScreen view = opened();
        view.progress(new Progress("plan", "looking at what is there"));
        seen();
        terminal.setSize(new Size(100, 10));
        screen.setSize(100, 10);
        view.resized();
        view.progress(new Progress("plan", "done"));

        assertThat(seen()).containsExactly("web-demo  00:00", "  ● plan     00:00  done");
    }

    @Test
    void withoutColours_nothingIsStyled() throws IOException {
        hasColours = false;
        LiveScreen view = opened();
        view.progress(new Progress("plan", "looking at what is there"));

        assertThat(drawn.toString(charset)).doesNotContainPattern("\\e\\[[0-9;]*m");
    }

    @Test
    void terminalWithoutUnicode_getsAscii() throws IOException {
        charset = StandardCharsets.US_ASCII;
        LiveScreen view = opened();
        view.ahead(List.of("plan", "apply"));
        view.progress(new Progress("plan", "waiting …"));

        assertThat(seen()).containsExactly("web-demo  00:00", "  > plan     00:00  waiting ...", "  . apply");
    }

    @Test
    void textThatWouldMoveTheCursor_doesNot() throws IOException {
        LiveScreen view = opened();
        view.progress(new Progress("plan", "a\u001b[2Jb\nc"));

        assertThat(seen()).containsExactly("web-demo  00:00", "  ● plan     00:00  a [2Jb c");
    }
}
