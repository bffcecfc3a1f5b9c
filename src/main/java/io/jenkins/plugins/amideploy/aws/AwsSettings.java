package io.jenkins.plugins.amideploy.aws;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Where and as whom to call.
 *
 * @param region for example {@code eu-west-1}
 * @param endpoint null: AWS's own; where the process environment is not the caller's (Jenkins) it has to be said here
 * @param credentials null: the SDK's default chain
 * @param serviceEndpoints endpoints of single services in place of it, by the service's name as the variable has it: {@code S3}
 */
public record AwsSettings(
        String region, URI endpoint, AwsCredentialsProvider credentials, Map<String, URI> serviceEndpoints) {
    private static final String ENDPOINT = "AWS_ENDPOINT_URL";
    private static final int MOST_PORT = 65535;

    public AwsSettings {
        Objects.requireNonNull(region, "region");
        serviceEndpoints = Map.copyOf(serviceEndpoints);
    }

    /** One endpoint for all services. */
    public AwsSettings(String region, URI endpoint, AwsCredentialsProvider credentials) {
        this(region, endpoint, credentials, Map.of());
    }

    /** Default credentials chain, and the endpoints that the environment names, if any. */
    public static AwsSettings fromEnvironment(String region, Map<String, String> environment) {
        String endpoint = environment.getOrDefault(ENDPOINT, "");
        return new AwsSettings(
                region, endpoint.isBlank() ? null : uri(ENDPOINT, endpoint), null, serviceEndpoints(environment));
    }

    /** What {@code AWS_ENDPOINT_URL_<SERVICE>} says, as Terraform and Packer read it, too (AWS SDKs and Tools reference, "Service-specific endpoints"). */
    public static Map<String, URI> serviceEndpoints(Map<String, String> environment) {
        Map<String, URI> endpoints = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(ENDPOINT + "_") && !value.isBlank()) {
                endpoints.put(name.substring(ENDPOINT.length() + 1), uri(name, value));
            }
        });
        return endpoints;
    }

    /** Where a variable or parameter says that AWS answers. @throws IllegalArgumentException naming it; without its value, since people write passwords there */
    public static URI uri(String name, String value) {
        try {
            URI uri = URI.create(value.strip());
            if (uri.getHost() != null
                    && uri.getPort() <= MOST_PORT
                    && List.of("http", "https").contains(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException noUrl) {
            // Said below.
        }
        throw new IllegalArgumentException(
                name + " is no URL: give it as https://HOST or http://HOST:PORT, or unset it");
    }

    /** Where a service answers; null: AWS's own place. */
    URI endpoint(String service) {
        return serviceEndpoints.getOrDefault(service, endpoint);
    }

    /** Credentials are not shown. */
    @Override
    public String toString() {
        return "AwsSettings[" + region + (endpoint == null ? "" : ", " + endpoint)
                + (serviceEndpoints.isEmpty() ? "" : ", " + new TreeMap<>(serviceEndpoints)) + "]";
    }
}
