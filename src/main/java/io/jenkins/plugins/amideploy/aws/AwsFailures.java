package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.AwsFailure.Kind;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns the SDK's exceptions into one-line failures. Every call to AWS goes through {@link #call}. */
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
        String code =
                failure.awsErrorDetails() == null || failure.awsErrorDetails().errorCode() == null
                        ? ""
                        : failure.awsErrorDetails().errorCode();
        String said =
                failure.awsErrorDetails() == null || failure.awsErrorDetails().errorMessage() == null
                        ? ""
                        : oneLine(failure.awsErrorDetails().errorMessage());
        Kind kind = kind(code, failure.statusCode(), failure.isThrottlingException());
        String what = code.isEmpty() ? "HTTP " + failure.statusCode() : code;
        String line = action + ": " + what + (said.isEmpty() ? "" : ": " + said) + cure(kind, action);
        return new AwsFailure(kind, action, code, line, failure);
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

    private static String cure(Kind kind, String action) {
        return switch (kind) {
            case EXPIRED_CREDENTIALS -> "; the credentials have expired: get new ones and run the same command again";
            case BAD_CREDENTIALS ->
                "; AWS does not know these credentials: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN,"
                        + " or the profile";
            case ACCESS_DENIED -> "; allow " + action + " to the caller (docs/iam/ has all that is needed)";
            default -> "";
        };
    }

    private static AwsFailure client(String action, SdkException failure) {
        String said = oneLine(String.valueOf(failure.getMessage()));
        if (said.contains("Unable to load credentials") || said.contains("credentials from any of the providers")) {
            return new AwsFailure(
                    Kind.NO_CREDENTIALS,
                    action,
                    "",
                    action
                            + ": no AWS credentials found in the environment, the profile files or the instance's metadata;"
                            + " set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                    failure);
        }
        if (said.contains("Profile file contained no credentials")
                || said.contains("Profile") && said.contains("not found")) {
            return new AwsFailure(
                    Kind.NO_CREDENTIALS,
                    action,
                    "",
                    action + ": " + said + "; check AWS_PROFILE and ~/.aws/config",
                    failure);
        }
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return new AwsFailure(
                    Kind.NO_ANSWER,
                    action,
                    "",
                    action + ": no answer in time; look at the network and at AWS_ENDPOINT_URL",
                    failure);
        }
        if (failure instanceof SdkClientException && failure.getCause() instanceof IOException) {
            return new AwsFailure(
                    Kind.NO_ANSWER,
                    action,
                    "",
                    action + ": the endpoint does not answer: " + network(failure.getCause())
                            + "; look at the network and at AWS_ENDPOINT_URL",
                    failure);
        }
        Kind kind = failure.retryable() ? Kind.NO_ANSWER : Kind.REFUSED;
        return new AwsFailure(kind, action, "", action + ": " + said, failure);
    }

    /** The HTTP client's own words name the address; deeper causes do not. */
    private static String network(Throwable cause) {
        return cause instanceof UnknownHostException
                ? "unknown host " + oneLine(String.valueOf(cause.getMessage()))
                : oneLine(String.valueOf(cause.getMessage()));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").strip();
    }
}
