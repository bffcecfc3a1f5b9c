package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.AwsFailure.Kind;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshRequest;
import io.jenkins.plugins.amideploy.engine.rollout.ScaleInProtectedInstances;
import io.jenkins.plugins.amideploy.engine.rollout.StandbyInstances;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;

/** What the SDK makes of recorded answers, and what we make of that: a kind, a cause and a cure. Two wait for all its attempts. */
@Execution(ExecutionMode.CONCURRENT)
class AwsFailuresTest {
    private static final AwsCredentialsProvider KEYS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

    private final AtomicInteger calls = new AtomicInteger();
    private HttpServer server;
    private volatile int status;
    private volatile String body;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            calls.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            byte[] answer = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private AwsFailure failure(int code, String error, String message) {
        status = code;
        body =
                """
                <ErrorResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><Error><Type>Sender</Type><Code>%s</Code>
                <Message>%s</Message></Error><RequestId>1</RequestId></ErrorResponse>"""
                        .formatted(error, message);
        return failure(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), KEYS);
    }

    private static AwsFailure failure(URI endpoint, AwsCredentialsProvider credentials) {
        RefreshRequest request = new RefreshRequest(
                "web-prod",
                new TemplateVersion("lt-1", "2"),
                100,
                200,
                true,
                true,
                null,
                List.of(),
                StandbyInstances.WAIT,
                ScaleInProtectedInstances.WAIT);
        try (AwsClients clients = new AwsClients(new AwsSettings("eu-west-1", endpoint, credentials))) {
            return catchThrowableOfType(
                    AwsFailure.class, () -> clients.groupWriter().startRefresh(request));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, InstanceRefreshInProgress, REFUSED, AWS_REFUSED",
        "400, ResourceContention, BUSY, AWS_REFUSED",
        "400, ScalingActivityInProgress, BUSY, AWS_REFUSED",
        "400, ValidationError, REFUSED, AWS_REFUSED",
        "403, AccessDenied, ACCESS_DENIED, ACCESS_DENIED",
        "403, ExpiredToken, EXPIRED_CREDENTIALS, CREDENTIALS_EXPIRED",
        "400, ExpiredTokenException, EXPIRED_CREDENTIALS, CREDENTIALS_EXPIRED",
        "403, InvalidClientTokenId, BAD_CREDENTIALS, CREDENTIALS_REFUSED",
        "403, SignatureDoesNotMatch, BAD_CREDENTIALS, CREDENTIALS_REFUSED",
        "401, AuthFailure, BAD_CREDENTIALS, CREDENTIALS_REFUSED",
        "400, InvalidAction, NOT_SUPPORTED, AWS_REFUSED",
        "400, InvalidGroup.NotFound, NOT_FOUND, AWS_REFUSED"
    })
    void call_refused_hasItsKindItsCauseAndItsCure(int code, String error, Kind kind, Cause cause) {
        AwsFailure failure = failure(code, error, "words\n  over two lines");
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(error);
        assertThat(failure.action()).isEqualTo("autoscaling:StartInstanceRefresh");
        assertThat(failure.getMessage()).doesNotContain("\n");
        assertThat(failure.diagnosis().cause()).isEqualTo(cause);
        assertThat(failure.diagnosis().cure()).isNotEmpty();
        assertThat(failure.diagnosis().lines())
                .anyMatch(
                        line -> line.contains("autoscaling:StartInstanceRefresh: " + error + ": words over two lines"));
        assertThat(calls).as("not repeated").hasValue(1);
    }

    /** EC2's word for both: the answer's date tells them apart. */
    @ParameterizedTest
    @CsvSource({
        "PT0S, CREDENTIALS_EXPIRED, the AWS credentials have expired",
        "PT20M, CLOCK_SKEW, this computer's clock is 20 minutes behind AWS's",
        "PT-3H, CLOCK_SKEW, this computer's clock is 3 hours ahead of AWS's"
    })
    void translate_requestExpired_isACredentialsOrAClocks(Duration ahead, Cause cause, String summary) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plus(ahead).atZone(ZoneOffset.UTC));
        AwsErrorDetails details = AwsErrorDetails.builder()
                .errorCode("RequestExpired")
                .errorMessage("Request has expired.")
                .sdkHttpResponse(
                        SdkHttpResponse.builder().putHeader("Date", date).build())
                .build();

        AwsFailure failure = AwsFailures.translate(
                "ec2:DescribeImages",
                AwsServiceException.builder().awsErrorDetails(details).build());

        assertThat(failure.diagnosis().cause()).isEqualTo(cause);
        assertThat(failure.diagnosis().summary()).isEqualTo(summary);
    }

    @Test
    void call_accessDenied_namesTheActionToAllow() {
        assertThat(failure(403, "AccessDenied", "User: x is not authorized").getMessage())
                .endsWith("; allow autoscaling:StartInstanceRefresh to the caller (docs/iam/ has all that is needed)");
    }

    @Test
    void call_serverError_isRepeatedAndThenPassing() {
        AwsFailure failure = failure(503, "ServiceUnavailable", "later");
        assertThat(failure.kind()).isEqualTo(Kind.SERVER_ERROR);
        assertThat(failure.kind().passing()).isTrue();
        assertThat(calls.get()).isGreaterThan(3);
    }

    @Test
    void call_nobodyListens_saysThatTheEndpointDoesNotAnswer() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        AwsFailure failure = failure(URI.create("http://127.0.0.1:" + port), KEYS);
        assertThat(failure.kind()).isEqualTo(Kind.NO_ANSWER);
        assertThat(failure.getMessage())
                .startsWith("autoscaling:StartInstanceRefresh: AWS does not answer: Connect to 127.0.0.1:" + port)
                .endsWith("; check the network, the proxy, AWS_ENDPOINT_URL and the region's name");
    }

    /** As the SDK wraps it: UnknownHostExceptionInterceptor. */
    @Test
    void translate_hostWithoutAnAddress_saysWhich() {
        SdkClientException inner =
                SdkClientException.create("Unable to execute", new UnknownHostException("proxy.example"));

        AwsFailure failure = AwsFailures.translate(
                "sts:GetCallerIdentity",
                SdkClientException.create("Received an UnknownHostException when attempting to interact", inner));

        assertThat(failure.kind()).isEqualTo(Kind.NO_ANSWER);
        assertThat(failure.diagnosis().line()).contains("proxy.example").doesNotContain("Exception");
    }

    @Test
    void call_ofAThreadThatIsInterrupted_mayBeMadeAgain() {
        Thread.currentThread().interrupt();
        try {
            AwsFailure failure =
                    failure(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), KEYS);
            assertThat(failure.kind()).isEqualTo(Kind.NO_ANSWER);
            assertThat(failure.getMessage()).contains("broken off before there was an answer");
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void call_withoutCredentials_saysWhereToPutThem() {
        AwsCredentialsProvider none = () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        };
        AwsFailure failure =
                failure(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), none);
        assertThat(failure.kind()).isEqualTo(Kind.NO_CREDENTIALS);
        assertThat(failure.getMessage()).contains("set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        assertThat(calls).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:5000, true",
        "http://localhost:4566, true",
        "http://[::1]:5000, true",
        "https://s3.eu-west-1.amazonaws.com, false",
        ", false"
    })
    void needsPathStyle_addressesOnly(URI endpoint, boolean expected) {
        assertThat(AwsClients.needsPathStyle(endpoint)).isEqualTo(expected);
    }
}
