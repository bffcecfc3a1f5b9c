package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;

/**
 * Whether {@code terraform init} is left out. It costs a fifth of a plan, and does nothing where the data directory is the
 * same as the last time.
 */
public enum Initialised {
    /** Init comes first. */
    NO,

    /**
     * The data directory records the backend that is wanted. All else (providers, lock file, the backend's block) Terraform
     * checks by itself before it does anything, and asks for init, which then follows.
     */
    RECORDED,

    /** Init was run on the same request by this process. */
    YES;

    /**
     * Goes by Terraform's own record, {@link StackRequest#recordPath()}: settings given with {@code -backend-config} are the
     * one thing that Terraform does not compare with those of the last init.
     *
     * @param record text of that file; empty where there is none
     * @param backend what is wanted
     */
    public static Initialised of(String record, Backend backend, JsonParser json) {
        Json recorded = Json.lenient(json, record).get("backend");
        Json config = recorded.get("config");
        boolean same = recorded.get("type").text().equals(backend.type())
                && config.names().stream()
                        .allMatch(name -> config.get(name).isAbsent()
                                || config.get(name)
                                        .scalar()
                                        .equals(backend.settings().get(name)))
                && config.names().containsAll(backend.settings().keySet())
                && backend.settings().keySet().stream()
                        .noneMatch(name -> config.get(name).isAbsent());
        return same ? RECORDED : NO;
    }
}
