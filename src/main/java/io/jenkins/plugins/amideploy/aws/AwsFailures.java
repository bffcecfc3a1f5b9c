package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.AwsFailure.Kind;
import io.jenkins.plugins.amideploy.engine.diagnosis.AwsSaid;
import io.jenkins.plugins.amideploy.engine.diagnosis.AwsWords;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.ClockSkew;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns the SDK's exceptions into failures with a name and a cure. Every call to AWS goes through {@link #call}. */
public final class AwsFailures {
    /** EC2's and the query services' words for "too fast" (EC2 API reference, "Request throttling"; SDK reference, "Retry behavior"). */
    private static final Set<String> THROTTLED = Set.of(
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "RequestLimitExceeded",
            "TooManyRequestsException",
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "SlowDown",
            "EC2ThrottledException",
            "PriorRequestNotComplete");

    /** Codes of an activity in the way, for which the Auto Scaling API reference says to try again. */
    private static final Set<String> BUSY = Set.of("ResourceContention", "ScalingActivityInProgress");

    private static final Set<String> EXPIRED =
            Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired");

    private static final Set<String> BAD_CREDENTIALS = Set.of(
            "AuthFailure",
            "InvalidClientTokenId",
            "InvalidAccessKeyId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "InvalidToken");

    private static final Set<String> DENIED = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "UnauthorizedAccess",
            "OperationNotPermitted",
            "AllAccessDisabled");

    private static final Set<String> NOT_SUPPORTED = Set.of(
            "NotImplemented",
            "NotImplementedException",
            "InvalidAction",
            "UnknownOperationException",
            "UnsupportedOperation");

    /** What to do where the cause has no name of its own. */
    private static final Map<Kind, String> CURES = Map.of(
            Kind.SERVER_ERROR,
                    "AWS itself fails: run the same command again later; https://health.aws.amazon.com/ tells of outages",
            Kind.BUSY, "wait until the other activity has ended, then run the same command again",
            Kind.NOT_FOUND, "check the name and the region",
            Kind.NOT_SUPPORTED, "this endpoint does not offer the call: look at AWS_ENDPOINT_URL",
            Kind.ACCESS_DENIED, "allow the action to the caller (docs/iam/ has all that is needed)",
            Kind.NO_ANSWER, "look at the network, the proxy and AWS_ENDPOINT_URL, then run the same command again",
            Kind.REFUSED, "correct what AWS's words name, then run the same command again");

    /** For what is dated: answers are. */
    private static final InstantSource CLOCK = InstantSource.system();

    private AwsFailures() {}

    /**
     * Makes a call.
     *
     * @param action as IAM writes it
     * @throws AwsFailure for whatever the SDK throws
     */
    public static <T> T call(String action, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException failure) {
            throw translate(action, failure);
        }
    }

    static AwsFailure translate(String action, SdkException failure) {
        if (failure instanceof AwsServiceException service) {
            return service(action, service);
        }
        return client(action, failure);
    }

    private static AwsFailure service(String action, AwsServiceException failure) {
        AwsErrorDetails details = failure.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String said = details == null || details.errorMessage() == null ? "" : details.errorMessage();
        AwsSaid words = new AwsSaid(action, code.isEmpty() ? "HTTP " + failure.statusCode() : code, said);
        Optional<Diagnosis> named = AnswerDate.ahead(details, CLOCK)
                .flatMap(ahead -> ClockSkew.of(words, ahead))
                .or(() -> AwsWords.of(words));
        Kind kind = named.flatMap(why -> kind(why.cause()))
                .orElseGet(() -> kind(code, failure.statusCode(), failure.isThrottlingException()));
        return new AwsFailure(kind, action, code, named.orElseGet(() -> unnamed(kind, words)), failure);
    }

    /** What a cause means for those who decide by the kind, where AWS's code alone would mislead them. */
    private static Optional<Kind> kind(Cause cause) {
        return Optional.ofNullable(
                switch (cause) {
                    case CLOCK_SKEW, REGION_NOT_ENABLED -> Kind.BAD_CREDENTIALS;
                    case IMAGE_NOT_SHARED -> Kind.REFUSED;
                    case NO_CREDENTIALS, PROFILE_MISSING, LOGIN_NEEDED -> Kind.NO_CREDENTIALS;
                    default -> null;
                });
    }

    private static Diagnosis unnamed(Kind kind, AwsSaid words) {
        String summary =
                words.action() + ": " + words.code() + (words.message().isEmpty() ? "" : ": " + words.message());
        return Diagnosis.of(kind.general(), summary, List.of(), CURES.getOrDefault(kind, ""));
    }

    private static Kind kind(String code, int status, boolean throttling) {
        if (BUSY.contains(code)) {
            return Kind.BUSY;
        }
        if (throttling || THROTTLED.contains(code) || status == 429) {
            return Kind.THROTTLED;
        }
        if (EXPIRED.contains(code)) {
            return Kind.EXPIRED_CREDENTIALS;
        }
        if (BAD_CREDENTIALS.contains(code)) {
            return Kind.BAD_CREDENTIALS;
        }
        if (DENIED.contains(code)) {
            return Kind.ACCESS_DENIED;
        }
        if (NOT_SUPPORTED.contains(code) || status == 501) {
            return Kind.NOT_SUPPORTED;
        }
        if (code.contains("NotFound") || code.startsWith("NoSuch") || code.endsWith(".Unknown") || status == 404) {
            return Kind.NOT_FOUND;
        }
        if (status >= 500) {
            return Kind.SERVER_ERROR;
        }
        return status == 403 && code.isEmpty() ? Kind.ACCESS_DENIED : Kind.REFUSED;
    }

    private static AwsFailure client(String action, SdkException failure) {
        AwsSaid words = new AwsSaid(action, "", String.valueOf(failure.getMessage()));
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return noAnswer(new AwsSaid(action, "", "no answer in time"), failure);
        }
        if (failure instanceof AbortedException) {
            // Who waits breaks a call off that takes too long; the next look asks again.
            return noAnswer(new AwsSaid(action, "", "broken off before there was an answer"), failure);
        }
        Optional<Throwable> broken = broken(failure);
        if (broken.isPresent()) {
            return noAnswer(new AwsSaid(action, "", network(broken.get())), failure);
        }
        Kind otherwise = failure.retryable() ? Kind.NO_ANSWER : Kind.REFUSED;
        return AwsWords.of(words)
                .map(why -> new AwsFailure(ofClient(why.cause()), action, "", why, failure))
                .orElseGet(() -> new AwsFailure(
                        otherwise,
                        action,
                        "",
                        Diagnosis.of(
                                otherwise.general(),
                                action + ": " + words.message(),
                                List.of(),
                                "run the same command again; where it says the same, look at the network and at AWS_ENDPOINT_URL"),
                        failure));
    }

    /** The connection's own failure; for a host without an address the SDK puts advice of its own around it. */
    private static Optional<Throwable> broken(SdkException failure) {
        Throwable cause = failure.getCause();
        while (cause instanceof SdkException && !(cause instanceof AwsServiceException)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause).filter(IOException.class::isInstance);
    }

    private static AwsFailure noAnswer(AwsSaid words, SdkException failure) {
        return new AwsFailure(Kind.NO_ANSWER, words.action(), "", AwsWords.noAnswer(words), failure);
    }

    /** Without a code, the cause tells what sort of failure it is. */
    private static Kind ofClient(Cause cause) {
        return switch (cause) {
            case CREDENTIALS_EXPIRED -> Kind.EXPIRED_CREDENTIALS;
            case CREDENTIALS_REFUSED -> Kind.BAD_CREDENTIALS;
            case ACCESS_DENIED, DENIED_EXPLICITLY -> Kind.ACCESS_DENIED;
            case NO_ANSWER -> Kind.NO_ANSWER;
            case THROTTLED -> Kind.THROTTLED;
            default -> kind(cause).orElse(Kind.REFUSED);
        };
    }

    /** The HTTP client's own words name the address; deeper causes do not. */
    private static String network(Throwable cause) {
        return cause instanceof UnknownHostException
                ? "no such host: " + cause.getMessage()
                : String.valueOf(cause.getMessage());
    }
}
