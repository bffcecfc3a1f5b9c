package io.jenkins.plugins.amideploy.engine.image;

import java.util.List;
import java.util.TreeSet;

/**
 * What an application may do on its machine beyond what every one may, as image.yml says it. It is in the image; what an environment
 * opens besides is its security group's.
 *
 * @param outgoingPorts TCP ports that it may connect to, ascending
 * @param writableMemory whether it may have memory that is writable and executable
 * @param systemCalls further system calls, or groups of them, as systemd names them, in order
 */
public record Allowances(List<Integer> outgoingPorts, boolean writableMemory, List<String> systemCalls) {
    /** Nothing. */
    static final Allowances DEFAULTS = new Allowances(List.of(), false, List.of());

    public Allowances {
        outgoingPorts = List.copyOf(new TreeSet<>(outgoingPorts));
        systemCalls = List.copyOf(new TreeSet<>(systemCalls));
    }
}
