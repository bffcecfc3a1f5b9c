package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a table of {@link AwsWords}.
 *
 * @param codes AWS's codes that it is about; empty where the words decide
 * @param words looked for in the message
 * @param name makes the diagnosis; the match is that of the words
 */
record Rule(Set<String> codes, Pattern words, BiFunction<AwsSaid, Matcher, Diagnosis> name) {
    private static final Pattern ANY = Pattern.compile("");

    /** By codes, separated by spaces. */
    static Rule codes(String codes, BiFunction<AwsSaid, Matcher, Diagnosis> name) {
        return new Rule(Set.of(codes.split(" ")), ANY, name);
    }

    /** By words. */
    static Rule words(String words, BiFunction<AwsSaid, Matcher, Diagnosis> name) {
        return new Rule(Set.of(), Pattern.compile(words), name);
    }

    /** By words, where a cure is all that is to be said beside them. */
    static Rule words(String words, Cause cause, String summary, String cure) {
        return words(words, (said, match) -> Diagnosis.of(cause, filled(summary, match), List.of(said.line()), cure));
    }

    /** By codes, where a cure is all that is to be said beside AWS's words. */
    static Rule codes(String codes, Cause cause, String summary, String cure) {
        return codes(codes, (said, match) -> Diagnosis.of(cause, summary, List.of(said.line()), cure));
    }

    private static String filled(String summary, Matcher match) {
        String filled = summary;
        for (int group = 1; group <= match.groupCount(); group++) {
            filled = filled.replace(
                    "{" + group + "}", Optional.ofNullable(match.group(group)).orElse(""));
        }
        return filled;
    }

    Optional<Diagnosis> in(AwsSaid said) {
        Matcher match = words.matcher(said.message());
        return (codes.isEmpty() || said.has(codes)) && match.find()
                ? Optional.of(name.apply(said, match))
                : Optional.empty();
    }

    static Optional<Diagnosis> first(List<Rule> rules, AwsSaid said) {
        return rules.stream().flatMap(rule -> rule.in(said).stream()).findFirst();
    }
}
