package io.jenkins.plugins.amideploy.aws;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Compares this computer's clock with the dates of AWS's answers. The SDK does so, too, and sets its own requests right without a word, while other
 * tools fail; {@code doctor} says it.
 */
final class ClockWatch implements ExecutionInterceptor {
    private final InstantSource clock;
    private volatile Duration ahead;

    ClockWatch(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void afterTransmission(Context.AfterTransmission sent, ExecutionAttributes attributes) {
        AnswerDate.ahead(sent.httpResponse(), clock).ifPresent(measured -> ahead = measured);
    }

    /** How far AWS's clock is ahead, by the last answer; empty before there was one. */
    Optional<Duration> ahead() {
        return Optional.ofNullable(ahead);
    }
}
