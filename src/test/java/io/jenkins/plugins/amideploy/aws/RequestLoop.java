package io.jenkins.plugins.amideploy.aws;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** A person who reloads the page ten times a second and notices everything. */
final class RequestLoop implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final HttpRequest request;
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Set<String> answers = new ConcurrentSkipListSet<>();
    private final Thread thread = new Thread(this::loop, "requests");
    private volatile String last = "";
    private volatile boolean over;

    RequestLoop(String address) {
        request = HttpRequest.newBuilder(URI.create("http://" + address + "/"))
                .timeout(Duration.ofSeconds(5))
                .build();
        thread.start();
    }

    private void loop() {
        while (!over) {
            try {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                last = response.body();
                if (response.statusCode() == 200) {
                    answers.add(response.body());
                } else {
                    failures.add(Instant.now() + " HTTP " + response.statusCode());
                }
            } catch (IOException failure) {
                failures.add(Instant.now() + " " + failure);
            } catch (InterruptedException stop) {
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    List<String> failures() {
        return failures;
    }

    Set<String> answers() {
        return answers;
    }

    String last() {
        return last;
    }

    void goOnFor(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    @Override
    public void close() {
        over = true;
        thread.interrupt();
    }
}
