package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;

/** Port: finds what carries the tags of an application's environment. */
public interface ResourceReader {
    /**
     * Looks through every {@link Resource.Kind}.
     *
     * @throws AwsFailure when nothing can be looked at at all: no endpoint, no credentials
     */
    Inventory find(AppId app);
}
