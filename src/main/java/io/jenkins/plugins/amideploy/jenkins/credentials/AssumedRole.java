package io.jenkins.plugins.amideploy.jenkins.credentials;

import io.jenkins.plugins.amideploy.aws.AwsFailures;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Sessions of a role, from STS. Used by {@link AwsIdentity} for the parameter {@code roleArn}. */
final class AssumedRole {
    /** One hour: the most that AWS allows where one role assumes another (IAM user guide, "Role chaining"). */
    private static final Duration SESSION = Duration.ofHours(1);

    /** STS answers in well under a second; a controller whose way to AWS is blocked shall say so soon. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

    /** Longest role session name (AWS STS API reference, AssumeRole, RoleSessionName). */
    private static final int LONGEST_NAME = 64;

    private AssumedRole() {}

    static IssuedCredentials assume(
            String roleArn,
            IssuedCredentials base,
            Optional<String> region,
            Optional<String> endpoint,
            Requester requester) {
        try (SdkHttpClient http = http();
                StsClient sts = client(base, region, endpoint, http)) {
            Credentials session =
                    AwsFailures.call("sts:AssumeRole", () -> sts.assumeRole(request -> request.roleArn(roleArn)
                                    .roleSessionName(sessionName(requester))
                                    .durationSeconds((int) SESSION.toSeconds()))
                            .credentials());
            return new IssuedCredentials(
                    AwsSessionCredentials.create(
                            session.accessKeyId(), session.secretAccessKey(), session.sessionToken()),
                    Optional.of(session.expiration()));
        }
    }

    private static StsClient client(
            IssuedCredentials base, Optional<String> region, Optional<String> endpoint, SdkHttpClient http) {
        StsClientBuilder builder = StsClient.builder()
                .httpClient(http)
                .credentialsProvider(AwsIdentity.fixed(base))
                .overrideConfiguration(configuration -> configuration.apiCallTimeout(CALL_TIMEOUT));
        region.map(Region::of).ifPresent(builder::region);
        endpoint.map(URI::create).ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static SdkHttpClient http() {
        ApacheHttpClient.Builder builder = ApacheHttpClient.builder();
        ControllerProxy.configuration().ifPresent(builder::proxyConfiguration);
        return builder.build();
    }

    /** Job and build, so that CloudTrail tells which build acted. */
    private static String sessionName(Requester requester) {
        String name = requester.sessionName().replaceAll("[^\\w+=,.@-]", "-");
        return name.length() <= LONGEST_NAME ? name : name.substring(name.length() - LONGEST_NAME);
    }
}
