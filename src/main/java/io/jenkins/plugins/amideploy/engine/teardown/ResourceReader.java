package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import java.util.Collection;

/** Port: finds what carries an application's tag, and who uses its images. */
public interface ResourceReader {
    /**
     * Looks through every {@link Resource.Kind}, for all environments of the application.
     *
     * @throws AwsFailure when nothing can be looked at at all: no endpoint, no credentials
     */
    Inventory find(String app);

    /**
     * Looks for key pairs and security groups that are named as Packer names those of a bake, see {@link Temporary#PREFIX}, and carry no tag, whoever's they are.
     *
     * @throws AwsFailure when nothing can be looked at at all
     */
    Inventory temporaries();

    /**
     * Looks for the account's images of these names that carry no tag, with their snapshots as {@link Resource#related()}: Packer before its plugins tags an image some
     * time after AWS began to make it.
     *
     * @throws AwsFailure when nothing can be looked at at all
     */
    Inventory untaggedImages(Collection<String> names);

    /**
     * Looks for what starts from images or runs them: launch templates and groups with the application's tag, and instances of the whole account.
     *
     * @param imageIds images whose instances are looked for
     * @throws AwsFailure when nothing can be looked at at all
     */
    ImageUses uses(String app, Collection<String> imageIds);
}
