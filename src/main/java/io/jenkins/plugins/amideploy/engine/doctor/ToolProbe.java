package io.jenkins.plugins.amideploy.engine.doctor;

import java.util.Optional;

/** Port: asks an installed tool for its version. Front doors implement it over their way to run tools. */
public interface ToolProbe {
    /** The version, for example {@code 1.11.4}; empty when the tool is not on the PATH. Tools: packer, terraform, ansible-playbook. */
    Optional<String> version(String tool);
}
