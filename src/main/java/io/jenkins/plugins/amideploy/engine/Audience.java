package io.jenkins.plugins.amideploy.engine;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who is told of an environment's releases, as its variables file says. Front doors hand it to the {@code aws} package, which knows how.
 *
 * @param topicArn an SNS topic, in whichever region
 * @param webhook where to post; it is a secret, since whoever knows it may post there
 */
public record Audience(Optional<String> topicArn, Optional<URI> webhook) {
    private static final String TOPIC = "release_topic_arn";
    private static final String WEBHOOK = "release_webhook_url";

    /** Standard topics: one of kind FIFO asks for more than a message. */
    private static final Pattern TOPIC_ARN =
            Pattern.compile("arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}");

    /** Names of this machine, for which no certificate is to be had. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    public Audience {
        Objects.requireNonNull(topicArn, "topicArn");
        Objects.requireNonNull(webhook, "webhook");
    }

    /** Nobody. */
    public static Audience none() {
        return new Audience(Optional.empty(), Optional.empty());
    }

    static Audience of(VariablesFile variables) {
        Optional<String> topic = variables.optional(TOPIC);
        if (topic.isPresent() && !TOPIC_ARN.matcher(topic.get()).matches()) {
            throw variables.wrong(
                    TOPIC,
                    "is " + topic.get() + ": it must be the ARN of a standard SNS topic, such as"
                            + " arn:aws:sns:eu-central-1:123456789012:releases");
        }
        Optional<URI> webhook = variables.secret(WEBHOOK).map(text -> uri(text)
                .orElseThrow(() -> variables.wrong(
                        WEBHOOK,
                        "is no URL that may be told of releases: it must begin with https:// (http:// on this machine only) and a"
                                + " host, without user and #; it is not shown, as it is a secret")));
        return new Audience(topic, webhook);
    }

    private static Optional<URI> uri(String text) {
        try {
            URI uri = URI.create(text);
            boolean safe = "https".equals(uri.getScheme())
                    || "http".equals(uri.getScheme())
                            && uri.getHost() != null
                            && LOOPBACK.matcher(uri.getHost()).matches();
            boolean plain = uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null;
            return safe && plain ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** Of the webhook, the host. */
    @Override
    public String toString() {
        return "Audience[" + topicArn.orElse("no topic") + ", "
                + webhook.map(URI::getHost).orElse("no webhook") + "]";
    }
}
