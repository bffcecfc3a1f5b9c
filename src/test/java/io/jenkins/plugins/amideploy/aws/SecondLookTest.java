package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What is asked about an answer whose words leave the cause open, with recorded answers by action. */
class SecondLookTest {
    private static final String UNKNOWN =
            """
            <ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message>\
            </Error><RequestId>1</RequestId></ErrorResponse>""";
    private static final String ENCODED =
            """
            <Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation. Encoded\
             authorization failure message: p1EyykaD2fI3csh_sf_WvdHF_s5IYypR-3EcbaGMemY</Message></Error></Errors><RequestID>1</RequestID></Response>""";
    private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=(\\w+)");

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile Map<String, String> answers = Map.of();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Matcher action =
                    ACTION.matcher(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String name = action.find() ? action.group(1) : "";
            asked.add(name);
            String text = answers.getOrDefault(name, UNKNOWN);
            byte[] answer = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(text.contains("<Error>") ? 403 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private AwsFailure failure(String region, String called) {
        AwsSettings settings = new AwsSettings(
                region,
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
        try (AwsClients clients = new AwsClients(settings)) {
            return catchThrowableOfType(AwsFailure.class, () -> {
                if (called.equals("GetCallerIdentity")) {
                    clients.accountReader().identity();
                } else {
                    clients.accountReader().keyPairExists("k");
                }
            });
        }
    }

    private static String regions(String status) {
        return "<DescribeRegionsResponse><regionInfo><item><regionName>me-south-1</regionName><optInStatus>" + status
                + "</optInStatus></item></regionInfo></DescribeRegionsResponse>";
    }

    @Test
    void unknownCaller_inARegionThatIsNotEnabled_isTheRegion() {
        answers = Map.of("DescribeRegions", regions("not-opted-in"));
        AwsFailure failure = failure("me-south-1", "GetCallerIdentity");
        assertThat(failure.diagnosis().headline())
                .isEqualTo("REGION_NOT_ENABLED: region me-south-1 is not enabled in this account");
        assertThat(failure.diagnosis().command()).isEqualTo("aws account enable-region --region-name me-south-1");
        assertThat(failure.kind()).isEqualTo(AwsFailure.Kind.BAD_CREDENTIALS);
    }

    @Test
    void unknownCaller_inARegionThatIsEnabled_isTheCredentials() {
        answers = Map.of("DescribeRegions", regions("opted-in"));
        assertThat(failure("me-south-1", "GetCallerIdentity").diagnosis().cause())
                .isEqualTo(Cause.CREDENTIALS_REFUSED);
    }

    @Test
    void unknownCaller_everywhere_isTheCredentials() {
        assertThat(failure("me-south-1", "GetCallerIdentity").diagnosis().cause())
                .isEqualTo(Cause.CREDENTIALS_REFUSED);
        assertThat(asked).containsExactly("GetCallerIdentity", "DescribeRegions");
    }

    @Test
    void unknownCaller_inARegionThatEveryAccountHas_asksNothingMore() {
        assertThat(failure("eu-west-1", "GetCallerIdentity").diagnosis().cause())
                .isEqualTo(Cause.CREDENTIALS_REFUSED);
        assertThat(asked).containsExactly("GetCallerIdentity");
    }

    @Test
    void encodedMessage_isDecodedWhereAllowed() {
        answers = Map.of(
                "DescribeKeyPairs",
                ENCODED,
                "DecodeAuthorizationMessage",
                """
                <DecodeAuthorizationMessageResponse><DecodeAuthorizationMessageResult><DecodedMessage>{"allowed":false,"explicitDeny":true,\
                "matchedStatements":{"items":[{"statementId":"NoKeys","effect":"DENY"}]},"context":{"principal":{"arn":"arn:aws:iam::1:user/bob"},\
                "action":"ec2:DescribeKeyPairs","resource":"*"}}</DecodedMessage></DecodeAuthorizationMessageResult></DecodeAuthorizationMessageResponse>""");
        AwsFailure failure = failure("eu-west-1", "DescribeKeyPairs");
        assertThat(failure.diagnosis().headline())
                .isEqualTo("DENIED_EXPLICITLY: ec2:DescribeKeyPairs is denied to arn:aws:iam::1:user/bob by a policy");
        assertThat(failure.diagnosis().evidence()).contains("statement NoKeys");
        assertThat(failure.kind()).isEqualTo(AwsFailure.Kind.ACCESS_DENIED);
    }

    @Test
    void encodedMessage_thatMayNotBeDecoded_isLeftOut() {
        answers = Map.of("DescribeKeyPairs", ENCODED);
        AwsFailure failure = failure("eu-west-1", "DescribeKeyPairs");
        assertThat(failure.diagnosis().cause()).isEqualTo(Cause.ACCESS_DENIED);
        assertThat(String.join(" ", failure.diagnosis().lines())).doesNotContain("p1EyykaD2f");
    }
}
