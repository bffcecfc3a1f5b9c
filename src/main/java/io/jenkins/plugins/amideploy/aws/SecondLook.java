package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.diagnosis.Denials;
import io.jenkins.plugins.amideploy.engine.diagnosis.Regions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Asks AWS once more about an answer whose words leave the cause open, and puts what it learns into these words, in which {@code AwsWords} finds it:
 * credentials that are not known may be those of an account that has not enabled the region, and a denial may be told in an encoded message. Every
 * client of {@link AwsClients} has it. Where the question is not answered either, the words stay as they are.
 */
final class SecondLook implements ExecutionInterceptor {
    /** Enabled in every account, and answers for all others. */
    static final String KNOWS_ALL_REGIONS = "us-east-1";

    /** Somebody waits for a failure that has happened already. */
    static final Duration PATIENCE = Duration.ofSeconds(8);

    /** What AWS answers in a region that is not enabled: EC2 the first, STS and the query services the second, JSON services the third. */
    private static final Set<String> UNKNOWN_CALLER =
            Set.of("AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidToken");

    private final String region;
    private final Lazy<Ec2Client> ec2;
    private final Lazy<StsClient> sts;

    /**
     * @param ec2 of {@link #KNOWS_ALL_REGIONS}
     * @param region of the clients that have this
     */
    SecondLook(String region, Lazy<Ec2Client> ec2, Lazy<StsClient> sts) {
        this.region = region;
        this.ec2 = ec2;
        this.sts = sts;
    }

    @Override
    public Throwable modifyException(Context.FailedExecution failed, ExecutionAttributes attributes) {
        return failed.exception() instanceof AwsServiceException failure
                        && failure.awsErrorDetails() != null
                        && failure.awsErrorDetails().errorMessage() != null
                ? learned(failure.awsErrorDetails())
                        .<Throwable>map(words -> saying(failure, words))
                        .orElse(failure)
                : failed.exception();
    }

    private Optional<String> learned(AwsErrorDetails details) {
        try {
            String words = details.errorMessage();
            Optional<String> encoded = Denials.encoded(words);
            if (encoded.isPresent()) {
                return Optional.of(Denials.decoded(words, decode(encoded.get())));
            }
            return UNKNOWN_CALLER.contains(details.errorCode()) && isNotEnabled()
                    ? Optional.of(Regions.notEnabled(words, region))
                    : Optional.empty();
        } catch (SdkException | LinkageError unanswered) {
            // A controller may have another version of a client than is needed here, or none.
            return Optional.empty();
        }
    }

    /** STS API reference, {@code DecodeAuthorizationMessage}. */
    private String decode(String encoded) {
        return sts.get()
                .decodeAuthorizationMessage(request -> request.encodedMessage(encoded))
                .decodedMessage();
    }

    /** EC2 API reference, {@code DescribeRegions}: {@code AllRegions} shows those that are not enabled, too. */
    private boolean isNotEnabled() {
        return Regions.hasToBeEnabled(region)
                && ec2.get().describeRegions(request -> request.allRegions(true).regionNames(region)).regions().stream()
                        .anyMatch(each -> "not-opted-in".equals(each.optInStatus()));
    }

    private static AwsServiceException saying(AwsServiceException failure, String words) {
        AwsErrorDetails details =
                failure.awsErrorDetails().toBuilder().errorMessage(words).build();
        return failure.toBuilder().awsErrorDetails(details).build();
    }
}
