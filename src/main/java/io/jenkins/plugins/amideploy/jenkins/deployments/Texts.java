package io.jenkins.plugins.amideploy.jenkins.deployments;

import hudson.Util;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;

/** How times and builds read on the Deployments page. */
final class Texts {
    private static final Pattern BUILD_PAGE = Pattern.compile(".*/job/([^/]+)/(\\d+)/?");

    private Texts() {}

    /** {@code 3 hr 5 min ago}. */
    static String ago(Instant at) {
        Duration since = Duration.between(at, Instant.now());
        return Util.getTimeSpanString(Math.max(0, since.toMillis())) + " ago";
    }

    /** In the language of whoever looks and in the controller's time zone, as Jenkins shows times. */
    static String moment(Instant at) {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        DateTimeFormatter format = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM);
        return format.withLocale(request == null ? java.util.Locale.ROOT : request.getLocale())
                .withZone(ZoneId.systemDefault())
                .format(at);
    }

    /** {@code deploy #7} for the page of a build, else the id of the run. */
    static String buildName(String id, String url) {
        Matcher page = BUILD_PAGE.matcher(url);
        try {
            return page.matches()
                    ? URLDecoder.decode(page.group(1).replace("+", "%2B"), StandardCharsets.UTF_8) + " #"
                            + page.group(2)
                    : id;
        } catch (IllegalArgumentException malformed) {
            return id;
        }
    }
}
