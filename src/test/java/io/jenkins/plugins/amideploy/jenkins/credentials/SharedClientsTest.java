package io.jenkins.plugins.amideploy.jenkins.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.aws.AwsSettings;
import io.jenkins.plugins.amideploy.aws.ClientSharing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SharedClientsTest {
    private final SharedClients shared = new SharedClients();
    private int made;

    @Test
    void lease_equalKeys_shareClientsUntilTheLastUserIsGone() {
        SharedClients.Lease one = shared.lease("me", this::make);
        SharedClients.Lease other = shared.lease("me", this::make);
        assertThat(other.clients()).isSameAs(one.clients());
        one.close();
        one.close();
        assertThat(shared.size()).as("closed twice by one user").isEqualTo(1);
        other.close();
        assertThat(shared.size()).isZero();
        assertThat(made).isEqualTo(1);
    }

    @Test
    void lease_afterTheLastUserIsGone_makesThemAnew() {
        shared.lease("me", this::make).close();
        shared.lease("me", this::make).close();
        assertThat(made).isEqualTo(2);
    }

    @Test
    void lease_otherKey_sharesNothing() {
        SharedClients.Lease one = shared.lease("me", this::make);
        SharedClients.Lease other = shared.lease("somebody else", this::make);
        assertThat(other.clients()).isNotSameAs(one.clients());
        assertThat(other.key()).isNotEqualTo(one.key());
        one.close();
        other.close();
    }

    private AwsClients make(ClientSharing sharing) {
        made++;
        return new AwsClients(new AwsSettings("us-east-1", null, null), null, Duration.ofSeconds(5), sharing);
    }
}
