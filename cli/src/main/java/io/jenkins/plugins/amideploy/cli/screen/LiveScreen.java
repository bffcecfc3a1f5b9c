package io.jenkins.plugins.amideploy.cli.screen;

import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.io.IOError;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.TerminalBuilder.SystemOutput;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Draws the work in place, at the end of what the terminal shows already: parts with their times, and during a rollout the instances. Remarks go
 * above it and stay. What it showed last stays as well, so that the error or the result stands below it. A thread of its own draws every second;
 * nothing of the terminal's settings is changed, so that there is nothing to restore when the process is ended by force.
 */
public final class LiveScreen implements Screen {
    /** Between two pictures: the times are in seconds. */
    private static final Duration EVERY = Duration.ofSeconds(1);

    /** Columns that a window has at least where it does not say, as in some containers. */
    private static final Size USUAL = new Size(80, 24);

    private final Terminal terminal;
    private final Look look;
    private final String title;
    private final InstantSource clock;
    private final Instant startedAt;
    private final Phases phases = new Phases();
    private final List<String> listing = new ArrayList<>();
    private final Thread painter;
    private Display display;
    private Size size;
    /** Columns of each line that stands on the screen. */
    private List<Integer> drawn = List.of();

    private Optional<Frame.Seen> group = Optional.empty();
    private boolean isResized = true;
    private boolean isAway;
    private boolean isOver;

    LiveScreen(Terminal terminal, boolean hasColours, String title, InstantSource clock, Instant startedAt) {
        this.terminal = terminal;
        this.look = Look.of(hasColours, terminal.encoding());
        this.title = title;
        this.clock = clock;
        this.startedAt = startedAt;
        this.painter = new Thread(this::paint, "live view");
        painter.setDaemon(true);
    }

    /**
     * A view on the terminal that standard error goes to.
     *
     * @param hasColours whether the caller wants them
     * @return empty where there is no terminal that could show one
     */
    public static Optional<Screen> open(boolean hasColours, String title, InstantSource clock, Instant startedAt) {
        try {
            // Through the programs stty and tty: no native library has to be unpacked. Signals stay the command's.
            Terminal terminal = TerminalBuilder.builder()
                    .system(true)
                    .systemOutput(SystemOutput.SysErr)
                    .provider("exec")
                    .dumb(false)
                    .nativeSignals(false)
                    .build();
            if (terminal.getStringCapability(Capability.cursor_up) == null) {
                terminal.close();
                return Optional.empty();
            }
            LiveScreen screen = new LiveScreen(terminal, hasColours, title, clock, startedAt);
            screen.listen();
            screen.painter.start();
            return Optional.of(screen);
        } catch (IOException | IllegalStateException none) {
            return Optional.empty();
        }
    }

    private void listen() {
        Signal.handle(new Signal("WINCH"), signal -> resized());
        Signal.handle(new Signal("CONT"), signal -> continued());
    }

    /** The window has another size from now on. */
    synchronized void resized() {
        isResized = true;
        notifyAll();
    }

    /** The shell has written meanwhile: what was drawn stands above that. */
    private synchronized void continued() {
        drawn = List.of();
        resized();
    }

    private synchronized void paint() {
        try {
            while (!isOver) {
                draw();
                wait(EVERY.toMillis());
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void draw() {
        if (!isOver && !isAway) {
            onTerminal(this::drawn);
        }
    }

    /** A terminal that is gone, with its window or its connection, ends the view and not the work. */
    private void onTerminal(Runnable work) {
        try {
            work.run();
        } catch (IOError gone) {
            isOver = true;
        }
    }

    private void drawn() {
        if (isResized) {
            isResized = false;
            size = usable(terminal.getSize());
            takeAwayWrapped();
        }
        Frame frame = new Frame(look, size.getColumns() - 1, size.getRows() - 1, clock.instant());
        List<AttributedString> lines = new ArrayList<>(frame.lines(title, startedAt, phases.all(), group));
        drawn = lines.stream().map(AttributedString::columnLength).toList();
        // Without its end a line would count as the beginning of a longer one, and be wrapped anew with the window.
        lines.replaceAll(line -> AttributedString.join(AttributedString.EMPTY, line, AttributedString.NEWLINE));
        // A line is kept free for the cursor, so that what a person types does not stand in the view.
        lines.add(AttributedString.EMPTY);
        display.update(lines, size.cursorPos(lines.size() - 1, 0));
    }

    /** In a window that became narrower most terminals have wrapped what stood there. */
    private void takeAwayWrapped() {
        int columns = size.getColumns();
        int up = drawn.stream()
                .mapToInt(length -> Math.max(1, (length + columns - 1) / columns))
                .sum();
        terminal.puts(Capability.carriage_return);
        for (int line = 0; line < Math.min(up, size.getRows() - 1); line++) {
            terminal.puts(Capability.cursor_up);
        }
        terminal.puts(Capability.clr_eos);
        begin();
    }

    /** The view begins where the cursor is. */
    private void begin() {
        drawn = List.of();
        display = new Display(terminal, false);
        display.resize(size.getRows(), size.getColumns());
    }

    private static Size usable(Size said) {
        return said.getColumns() < 2 || said.getRows() < 2 ? USUAL : said;
    }

    /** Takes the view away; the cursor is where it began. */
    private void clear() {
        if (!isAway && display != null) {
            onTerminal(() -> {
                display.update(List.of(), 0);
                terminal.puts(Capability.clr_eos);
                terminal.flush();
                begin();
            });
        }
    }

    private void above(List<String> texts) {
        clear();
        PrintWriter writer = terminal.writer();
        String time = Elapsed.text(Duration.between(startedAt, clock.instant()));
        texts.forEach(text -> writer.println(time + "  " + look.spelled(text)));
        writer.flush();
        draw();
    }

    @Override
    public synchronized void ahead(List<String> names) {
        phases.ahead(names);
        draw();
    }

    @Override
    public synchronized void begin(String phase) {
        isAway = false;
        phases.begin(phase, clock.instant());
        draw();
    }

    @Override
    public synchronized void end(String phase, boolean succeeded) {
        phases.end(phase, succeeded, clock.instant());
        if (succeeded) {
            group = Optional.empty();
        }
        draw();
    }

    @Override
    public synchronized void progress(Progress progress) {
        isAway = false;
        phases.progress(progress, clock.instant());
        draw();
    }

    @Override
    public synchronized void group(GroupView view) {
        group = Optional.of(new Frame.Seen(view, clock.instant()));
        draw();
    }

    @Override
    public void stillWaiting() {
        // The times go on by themselves.
    }

    @Override
    public synchronized void note(String text) {
        above(List.of(text));
    }

    @Override
    public synchronized void detail(String text) {
        phases.say(text);
        draw();
    }

    /** Somebody who is asked does not see the view, and reads it in the list. */
    @Override
    public synchronized void outcome(String text) {
        listing.add(text);
        phases.outcome(text);
        draw();
    }

    @Override
    public synchronized void listing(String text) {
        listing.add(text);
    }

    @Override
    public synchronized void warn(String text) {
        above(List.of(text));
    }

    @Override
    public synchronized void listed() {
        above(listing);
        listing.clear();
        clear();
        isAway = true;
    }

    @Override
    public synchronized void close(boolean succeeded) {
        isAway = false;
        phases.over(succeeded, clock.instant());
        draw();
        isOver = true;
        notifyAll();
        terminal.flush();
        Signal.handle(new Signal("WINCH"), SignalHandler.SIG_DFL);
        Signal.handle(new Signal("CONT"), SignalHandler.SIG_DFL);
        try {
            terminal.close();
        } catch (IOException closed) {
            // Nothing was changed that would have to be put back.
        }
    }
}
