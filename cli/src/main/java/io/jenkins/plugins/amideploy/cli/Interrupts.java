package io.jenkins.plugins.amideploy.cli;

import java.util.List;
import sun.misc.Signal;

/**
 * Ctrl-C, TERM and HUP: the first one asks whatever runs to end cleanly, every later one only says that this is under way,
 * because a second signal would make Terraform lose what it is creating.
 */
final class Interrupts {
    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    private final Console console;
    private boolean requested;
    private Runnable stop;
    private String waitingFor = "";

    Interrupts(Console console) {
        this.console = console;
    }

    /** Takes the signals over from the JVM, whose own handling would end it while a tool still runs. */
    void install() {
        for (String name : SIGNALS) {
            Signal.handle(new Signal(name), signal -> interrupt());
        }
    }

    /** One signal has come. */
    synchronized void interrupt() {
        if (requested) {
            console.warn("already stopping" + (waitingFor.isEmpty() ? "" : ", waiting for " + waitingFor)
                    + "; it is not signalled a second time");
            return;
        }
        requested = true;
        console.warn("stopping" + (waitingFor.isEmpty() ? "" : ": waiting for " + waitingFor));
        if (stop != null) {
            stop.run();
        }
    }

    /**
     * From now on the first signal runs this; when it has come already, it runs at once.
     *
     * @param what what is then waited for, and why, for people
     */
    synchronized void onStop(String what, Runnable action) {
        waitingFor = what;
        stop = action;
        if (requested) {
            action.run();
        }
    }

    /** Nothing runs that would have to be stopped. */
    synchronized void clear() {
        waitingFor = "";
        stop = null;
    }

    /** Whether the caller wants the command to end. */
    synchronized boolean requested() {
        return requested;
    }
}
