package io.jenkins.plugins.amideploy.jenkins.credentials;

import com.amazonaws.auth.AWSCredentials;
import com.cloudbees.jenkins.plugins.awscredentials.BaseAmazonWebServicesCredentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** AWS credentials that yield another session every time they are asked, each of half a minute. */
public final class ShortSessions extends BaseAmazonWebServicesCredentials {
    private static final long serialVersionUID = 1L;
    private static final Duration SESSION = Duration.ofSeconds(30);

    private final transient AtomicInteger issued = new AtomicInteger();

    public ShortSessions(String id) {
        super(CredentialsScope.GLOBAL, id, "");
    }

    /** How many sessions there were. */
    public int issued() {
        return issued.get();
    }

    /** Access key id of a session, the first being number 1. */
    public static String keyId(int number) {
        return "ASIASHORT" + number;
    }

    @Override
    public AwsCredentials resolveCredentials() {
        int number = issued.incrementAndGet();
        return AwsSessionCredentials.builder()
                .accessKeyId(keyId(number))
                .secretAccessKey("secret-of-session-" + number)
                .sessionToken("token-of-session-" + number)
                .expirationTime(Instant.now().plus(SESSION))
                .build();
    }

    @Override
    public AwsCredentials resolveCredentials(String mfaToken) {
        return resolveCredentials();
    }

    @Override
    public AWSCredentials getCredentials() {
        throw new UnsupportedOperationException("of version 1 of the SDK");
    }

    @Override
    public AWSCredentials getCredentials(String mfaToken) {
        return getCredentials();
    }

    @Override
    public void refresh() {
        // Every answer is fresh.
    }

    @Override
    public String getDisplayName() {
        return getId();
    }
}
