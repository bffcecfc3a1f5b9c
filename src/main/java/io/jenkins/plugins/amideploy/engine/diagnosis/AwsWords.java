package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Names what AWS and its clients say about credentials, permissions, the way to AWS and what an account has not, whoever was told it: our own client
 * (the {@code aws} package), Terraform or Packer ({@code engine.tool.Explanation}). Their own words are in the table of the test.
 */
public final class AwsWords {
    /** First match wins: a wrong clock looks like a wrong key, and an image that is not shared like a caller that is not known. */
    private static final List<Function<AwsSaid, Optional<Diagnosis>>> RULES = List.of(
            ClockSkew::of,
            Regions::of,
            AccountWords::of,
            LogIns::of,
            Denials::of,
            CredentialWords::of,
            LogIns::ofMetadata,
            Connection::of,
            LogIns::nowhere);

    private AwsWords() {}

    /** The cause with evidence and cure; empty for words that have no name here. */
    public static Optional<Diagnosis> of(AwsSaid said) {
        return RULES.stream().flatMap(rule -> rule.apply(said).stream()).findFirst();
    }

    /** The same for what a tool printed. */
    public static Optional<Diagnosis> in(String text) {
        return of(AwsSaid.in(text));
    }

    /** Nothing answered our own client. @param said with the client's words, which name the address */
    public static Diagnosis noAnswer(AwsSaid said) {
        return Connection.ofClient(said);
    }
}
