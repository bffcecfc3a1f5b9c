package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** What needs no AWS to be seen; the rest is in {@link EmbeddedAccountTest}. */
class SdkAccountReaderTest {
    @Test
    void identity_makesNoOtherClient() {
        assertThat(new SdkAccountReader(
                                never(), new Lazy<>(Caller::new), never(), new ClockWatch(InstantSource.system()))
                        .identity())
                .isEqualTo(new AccountReader.Identity("123456789012", "arn:aws:iam::123456789012:user/me"));
    }

    private static <T extends SdkAutoCloseable> Lazy<T> never() {
        return new Lazy<>(() -> {
            throw new NoClassDefFoundError("of another version of the SDK");
        });
    }

    private static final class Caller implements StsClient {
        @Override
        public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
            return GetCallerIdentityResponse.builder()
                    .account("123456789012")
                    .arn("arn:aws:iam::123456789012:user/me")
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }
}
