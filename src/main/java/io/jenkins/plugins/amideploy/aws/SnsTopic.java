package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.Announcement;
import io.jenkins.plugins.amideploy.engine.release.Announcer;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.sns.SnsClient;

/** Tells an SNS topic, in the topic's own region. */
final class SnsTopic implements Announcer {
    private final String arn;
    private final Function<String, SnsClient> clients;

    /** @param clients makes one for a region; it is closed after use */
    SnsTopic(String arn, Function<String, SnsClient> clients) {
        this.arn = arn;
        this.clients = clients;
    }

    @Override
    public Optional<String> tell(Announcement announcement) {
        try (SnsClient client = clients.apply(arn.split(":")[3])) {
            AwsFailures.call(
                    "sns:Publish",
                    () -> client.publish(request -> request.topicArn(arn)
                            .subject(announcement.subject())
                            .message(announcement.body())));
            return Optional.empty();
        } catch (AwsFailure failure) {
            return Optional.of("topic " + arn + " was not told of the release: " + failure.getMessage());
        }
    }
}
