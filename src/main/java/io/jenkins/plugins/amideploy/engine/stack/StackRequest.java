package io.jenkins.plugins.amideploy.engine.stack;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All that Terraform is told about one stack; plain values, so that it can be stored while Terraform runs.
 *
 * @param directory absolute path of the Terraform configuration
 * @param variablesFile absolute path of the environment's variables file
 * @param dataDirectory absolute path of Terraform's own working data ({@code TF_DATA_DIR})
 * @param planPath absolute path for the saved plan; it holds values in clear and stays on this machine
 * @param backend where the state is
 * @param runVariables the variables that this run determines: {@code image_id}, {@code build}, {@code commit},
 *     {@code app_version}
 */
public record StackRequest(
        String directory,
        String variablesFile,
        String dataDirectory,
        String planPath,
        Backend backend,
        Map<String, String> runVariables) {
    public StackRequest {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(variablesFile, "variablesFile");
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(planPath, "planPath");
        Objects.requireNonNull(backend, "backend");
        runVariables = new TreeMap<>(runVariables);
    }

    /** Absolute path of the file in which Terraform records the backend that it was initialised with. */
    public String recordPath() {
        return dataDirectory + "/terraform.tfstate";
    }
}
