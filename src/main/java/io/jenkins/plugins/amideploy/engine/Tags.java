package io.jenkins.plugins.amideploy.engine;

/** Names of the tags that everything of ours carries in AWS, so that nothing of it is anonymous. */
public final class Tags {
    private static final String PREFIX = "ami-deploy:";

    /** Application name, see {@link AppId#app()}. */
    public static final String APP = PREFIX + "app";

    /** Environment name, see {@link AppId#environment()}; not on images, which any environment may run. */
    public static final String ENVIRONMENT = PREFIX + "environment";

    /** Id of the build that made the resource: a Jenkins build or {@code cli-<user>-<time>}. */
    public static final String BUILD = PREFIX + "build";

    /** Git commit that the resource was made from. */
    public static final String COMMIT = PREFIX + "commit";

    /** Version of the application as people call it. */
    public static final String VERSION = PREFIX + "version";

    /** {@code base} or {@code application}; on images and snapshots only, as the three that follow. */
    public static final String LAYER = PREFIX + "layer";

    /** What a layer is made of: SHA-256 in hex. */
    public static final String FINGERPRINT = PREFIX + "fingerprint";

    /** TCP ports that an image's application may connect to, see {@link OutgoingPorts}. */
    public static final String OUTGOING_PORTS = PREFIX + "outgoing-ports";

    /** Region of the stack, on what itself is of none. */
    public static final String REGION = PREFIX + "region";

    /** Id and name of the image that ours was baked from. */
    public static final String BASE_IMAGE = PREFIX + "base-image";

    /** RFC 3339 time in UTC at which the base layer of an application layer was baked. */
    public static final String BASE_BAKED_AT = PREFIX + "base-baked-at";

    /** RFC 3339 time in UTC after which a temporary resource of a bake is a leftover. */
    public static final String EXPIRES_AT = PREFIX + "expires-at";

    /** {@code true} on what exists only while an image is baked. */
    public static final String TEMPORARY = PREFIX + "temporary";

    private Tags() {}
}
