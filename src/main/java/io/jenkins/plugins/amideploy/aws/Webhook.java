package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.release.Announcement;
import io.jenkins.plugins.amideploy.engine.release.Announcer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Posts to a URL of which no message shows more than the host: path and query are the secret. */
final class Webhook implements Announcer {
    /** To connect, and again to answer: who is told late is as good as not told, and the deployment waits. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI url;
    private final Duration timeout;
    private final HttpClient client;

    /** @param builder with the caller's proxy, if any; redirects are not followed */
    Webhook(URI url, HttpClient.Builder builder) {
        this(url, builder, TIMEOUT);
    }

    Webhook(URI url, HttpClient.Builder builder, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        this.client = builder.connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public Optional<String> tell(Announcement announcement) {
        try {
            int status = post(announcement.body());
            return status / 100 == 2
                    ? Optional.empty()
                    : failed("answered HTTP " + status + ": check release_webhook_url");
        } catch (IOException failure) {
            return failed("did not take it (" + failure.getClass().getSimpleName() + ")");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return failed("was not waited for, as the run was stopped");
        } catch (RuntimeException refused) {
            return failed("cannot be asked (" + refused.getClass().getSimpleName() + "): check release_webhook_url");
        }
    }

    /** The answer's body is not read: it may be long, and slow. */
    private int post(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    private Optional<String> failed(String how) {
        return Optional.of("webhook at " + url.getHost() + " was not told of the release: it " + how);
    }
}
