package io.jenkins.plugins.amideploy.cli.screen;

import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.util.List;

/**
 * Shows how far a command is; the console of the command line tells it, holding its own lock. There is one that writes lines and one that draws
 * on a terminal.
 */
public interface Screen {
    /** Parts of the work that are to come, in their order. */
    void ahead(List<String> phases);

    /** A part of the work begins. */
    void begin(String phase);

    /** It is over. @param succeeded or it ends the command */
    void end(String phase, boolean succeeded);

    /** Something new is being done. */
    void progress(Progress progress);

    /** Nothing is new; called on every look. */
    void stillWaiting();

    /** What was seen of the group in the last look. */
    void group(GroupView view);

    /** A remark for people. */
    void note(String text);

    /** A remark on what is just being done, of which only a log need keep a line. */
    void detail(String text);

    /** What a part of the work came to. */
    void outcome(String text);

    /** A line of what a person is to agree to. A compact screen keeps it until somebody is to read it. */
    void listing(String text);

    /** A remark that nobody should miss. */
    void warn(String text);

    /** Somebody is to read what was listed now. Until something is said or done again the terminal is not ours. */
    void listed();

    /** What follows on the terminal is written by somebody else. */
    void close(boolean succeeded);
}
