package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.Audience;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader;
import io.jenkins.plugins.amideploy.engine.doctor.EnvironmentReader;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.release.Announcer;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.stack.ProtectionReader;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceReader;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceWriter;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader;
import java.util.List;

/** The engine's ports to AWS for one region, opened by a command and closed at its end. */
interface Cloud extends AutoCloseable {
    AccountReader account();

    ImageReader images();

    EnvironmentReader environmentReader();

    ProtectionReader protectionReader();

    StateBucketPort stateBucket();

    /** Small texts in the state bucket, which need not exist. */
    ObjectStore objects(String bucket);

    /** Those who are to be told of releases. */
    List<Announcer> announcers(Audience audience);

    GroupReader groupReader();

    GroupWriter groupWriter();

    BalancerReader balancerReader();

    ResourceReader resourceReader();

    ResourceWriter resourceWriter();

    StandingReader standingReader();

    @Override
    void close();

    /** Over the SDK's clients. */
    static Cloud of(AwsClients clients) {
        return new Cloud() {
            @Override
            public AccountReader account() {
                return clients.accountReader();
            }

            @Override
            public ImageReader images() {
                return clients.imageReader();
            }

            @Override
            public EnvironmentReader environmentReader() {
                return clients.environmentReader();
            }

            @Override
            public ProtectionReader protectionReader() {
                return clients.protectionReader();
            }

            @Override
            public StateBucketPort stateBucket() {
                return clients.stateBucket();
            }

            @Override
            public ObjectStore objects(String bucket) {
                return clients.objects(bucket);
            }

            @Override
            public List<Announcer> announcers(Audience audience) {
                return clients.announcers(audience);
            }

            @Override
            public GroupReader groupReader() {
                return clients.groupReader();
            }

            @Override
            public GroupWriter groupWriter() {
                return clients.groupWriter();
            }

            @Override
            public BalancerReader balancerReader() {
                return clients.balancerReader();
            }

            @Override
            public ResourceReader resourceReader() {
                return clients.resourceReader();
            }

            @Override
            public ResourceWriter resourceWriter() {
                return clients.resourceWriter();
            }

            @Override
            public StandingReader standingReader() {
                return clients.standingReader();
            }

            @Override
            public void close() {
                clients.close();
            }
        };
    }
}
