package io.jenkins.plugins.amideploy.engine.tool;

/** Looks whether a machine answers from where the tools run; a front door whose tools run elsewhere has none. */
public interface Reach {
    /** How an attempt to connect ends. */
    enum Answer {
        /** Something listens, or the machine refuses by itself: packets get there and back. */
        ANSWERS,
        /** The network knows no such machine (yet). */
        NO_MACHINE,
        /** Nothing comes back, as where a security group drops what it does not admit. */
        SILENCE
    }

    /**
     * Tries to connect once; takes a few seconds at most.
     *
     * @param host name or address
     * @param port TCP port
     */
    Answer tcp(String host, int port);

    /** Where nobody can look from: what does not answer in time counts as silent. */
    static Reach none() {
        return (host, port) -> Answer.SILENCE;
    }
}
