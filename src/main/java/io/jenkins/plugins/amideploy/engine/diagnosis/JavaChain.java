package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the SDK for Java says when no place had credentials: all places with their reasons in one message of two thousand characters, in which the
 * profile's reason matters most. Its words were taken down from version 2.33.4 and are those of 2.40.2.
 *
 * @param profile the profile that was looked for
 * @param there names of the profiles that there are
 * @param properties names of what the profile has
 * @param reason why the profile gave none
 * @param others why the other places gave none, without those that were simply not set
 */
record JavaChain(String profile, List<String> there, Set<String> properties, String reason, List<String> others) {
    private static final String BEGINNING = "Unable to load credentials from any of the providers in the chain";

    private static final Pattern PROFILE = Pattern.compile(
            "ProfileCredentialsProvider\\(profileName=(.*?), profileFile=(.*?)\\)\\): (.*?), ContainerCredentialsProvider\\(");

    private static final Pattern NAMED = Pattern.compile("Profile\\(name=(.*?), properties=\\[(.*?)]\\)");

    private static final Pattern PLACE = Pattern.compile(
            "(WebIdentityToken|Container|InstanceProfile)CredentialsProvider\\(\\): (.*?)(?=, \\w+CredentialsProvider\\(|]$)");

    /** Of places that nobody set up. */
    private static final Pattern NOT_SET = Pattern.compile("must be set|are set\\.|have been disabled");

    /** Empty for other words. */
    static Optional<JavaChain> in(String message) {
        int reasons = message.indexOf(" : [");
        if (!message.startsWith(BEGINNING) || reasons < 0) {
            return Optional.empty();
        }
        String said = message.substring(reasons);
        Matcher profile = PROFILE.matcher(said);
        return profile.find()
                ? Optional.of(of(profile.group(1), profile.group(2), profile.group(3), others(said)))
                : Optional.of(new JavaChain("default", List.of(), Set.of(), "", others(said)));
    }

    private static JavaChain of(String name, String file, String reason, List<String> others) {
        List<String> there = new ArrayList<>();
        Set<String> properties = Set.of();
        Matcher each = NAMED.matcher(file);
        while (each.find()) {
            there.add(each.group(1));
            if (each.group(1).equals(name)) {
                properties = Arrays.stream(each.group(2).split(", ")).collect(Collectors.toSet());
            }
        }
        return new JavaChain(name, there, properties, reason, others);
    }

    private static List<String> others(String said) {
        List<String> others = new ArrayList<>();
        Matcher place = PLACE.matcher(said);
        while (place.find()) {
            if (!NOT_SET.matcher(place.group(2)).find()) {
                others.add(place.group(1) + ": " + place.group(2));
            }
        }
        return others;
    }

    boolean isThere() {
        return there.contains(profile);
    }

    boolean hasAny(String... names) {
        return Arrays.stream(names).anyMatch(properties::contains);
    }
}
