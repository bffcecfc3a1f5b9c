package io.jenkins.plugins.amideploy.aws;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.http.SdkHttpResponse;

/** How far AWS's clock is from ours, as an answer's {@code Date} tells. */
final class AnswerDate {
    private AnswerDate() {}

    /** How far AWS's clock is ahead; empty where an answer has no date. */
    static Optional<Duration> ahead(AwsErrorDetails details, InstantSource clock) {
        return details == null || details.sdkHttpResponse() == null
                ? Optional.empty()
                : ahead(details.sdkHttpResponse(), clock);
    }

    /** The same for any answer. */
    static Optional<Duration> ahead(SdkHttpResponse answer, InstantSource clock) {
        return answer.firstMatchingHeader("Date").flatMap(date -> {
            try {
                return Optional.of(Duration.between(
                        clock.instant(),
                        ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant()));
            } catch (DateTimeException none) {
                return Optional.empty();
            }
        });
    }
}
