package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jenkins.plugins.amideploy.engine.diagnosis.AwsWords;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Profiles that {@code aws login} makes, by the SDK that the command line carries: nothing but its module is needed, and it must be there. */
@DisabledIfEnvironmentVariable(
        named = "AWS_ACCESS_KEY_ID",
        matches = ".+",
        disabledReason = "keys in the environment come before any profile")
class AwsLoginTest {
    private static final String SESSION = "arn:aws:iam::123456789012:user/me";

    @TempDir
    Path home;

    private Map<String, String> properties;

    @BeforeEach
    void set() throws IOException {
        Path config = Files.writeString(
                home.resolve("config"), "[profile work]\nlogin_session = " + SESSION + "\nregion = eu-central-1\n");
        properties = Map.of(
                "aws.loginCacheDirectory", home.toString(),
                "aws.disableEc2Metadata", "true",
                "aws.configFile", config.toString(),
                "aws.sharedCredentialsFile", home.resolve("credentials").toString(),
                "aws.profile", "work");
        properties.forEach(System::setProperty);
    }

    @AfterEach
    void unset() {
        properties.keySet().forEach(System::clearProperty);
    }

    @Test
    void sessionThatWasBegun_isUsed() throws IOException, NoSuchAlgorithmException {
        loggedInUntil(Instant.now().plus(Duration.ofHours(1)));

        AwsCredentials credentials = credentials();

        assertThat(credentials.accessKeyId()).isEqualTo("ASIAEXAMPLE");
        assertThat(credentials.accountId()).contains("123456789012");
    }

    @Test
    void sessionThatWasNeverBegun_isSaidWithTheCommandThatBeginsIt() {
        Throwable refused = catchThrowable(this::credentials);

        assertThat(AwsWords.in(refused.getMessage())).hasValueSatisfying(why -> {
            assertThat(why.cause()).isEqualTo(Cause.LOGIN_NEEDED);
            assertThat(why.summary())
                    .isEqualTo("the session of aws login of profile work has ended, or was never begun");
            assertThat(why.command()).isEqualTo("aws login --profile work");
        });
    }

    @Test
    void sessionThatCannotBeRead_isNoStackTraceButALogIn() throws IOException, NoSuchAlgorithmException {
        Files.writeString(token(), "{}");

        assertThat(AwsWords.in(catchThrowable(this::credentials).getMessage()).map(Diagnosis::cause))
                .contains(Cause.LOGIN_NEEDED);
    }

    private AwsCredentials credentials() {
        try (DefaultCredentialsProvider chain =
                DefaultCredentialsProvider.builder().build()) {
            return chain.resolveCredentials();
        }
    }

    /** As the AWS CLI keeps it (AWS SDKs and Tools reference, "Login credentials provider"). */
    private void loggedInUntil(Instant end) throws IOException, NoSuchAlgorithmException {
        Files.writeString(
                token(),
                """
                {"accessToken": {"accessKeyId": "ASIAEXAMPLE", "secretAccessKey": "s3cret", "sessionToken": "token",
                  "accountId": "123456789012", "expiresAt": "%s"},
                 "tokenType": "aws_sigv4", "refreshToken": "again", "idToken": "who", "identityToken": "who",
                 "clientId": "arn:aws:signin:::devtools/same-device", "dpopKey": "key"}
                """
                        .formatted(end));
    }

    private Path token() throws NoSuchAlgorithmException {
        byte[] name = MessageDigest.getInstance("SHA-256").digest(SESSION.getBytes(StandardCharsets.UTF_8));
        return home.resolve(HexFormat.of().formatHex(name) + ".json");
    }
}
