package io.jenkins.plugins.amideploy.aws;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Where and as whom to call.
 *
 * @param region for example {@code eu-west-1}
 * @param endpoint null: the SDK's own rules, which honour {@code AWS_ENDPOINT_URL}; needed only where the process environment is not the caller's (Jenkins)
 * @param credentials null: the SDK's default chain
 */
public record AwsSettings(String region, URI endpoint, AwsCredentialsProvider credentials) {
    public AwsSettings {
        Objects.requireNonNull(region, "region");
    }

    /** Default credentials chain, and the endpoint that {@code AWS_ENDPOINT_URL} names, if any. */
    public static AwsSettings fromEnvironment(String region, Map<String, String> environment) {
        String endpoint = environment.getOrDefault("AWS_ENDPOINT_URL", "");
        return new AwsSettings(region, endpoint.isBlank() ? null : URI.create(endpoint), null);
    }

    /** Credentials are not shown. */
    @Override
    public String toString() {
        return "AwsSettings[" + region + (endpoint == null ? "" : ", " + endpoint) + "]";
    }
}
