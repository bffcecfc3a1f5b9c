package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Credentials that are not there: no place has any, the profile is not there, or a person has to log in. Words of the SDKs for Java and Go, each taken
 * down from a run.
 */
final class LogIns {
    /** Reasons that are the network's, though it is a log-in that is renewed. */
    private static final Pattern NETWORK =
            Pattern.compile("UnknownHost|Unable to execute HTTP|no such host|dial tcp|Connect to ");

    private static final List<Rule> TOOLS = List.of(
            Rule.words(
                    "failed to get shared config profile, ([^\\s,]+)",
                    (said, match) -> profileMissing(match.group(1).replaceAll("[.;]$", ""), List.of())),
            Rule.words("assume role with MFA enabled, but", (said, match) -> secondFactor("", List.of(said.line()))),
            Rule.words(
                    "profile \"([^\"]+)\" is configured to use SSO but is missing",
                    (said, match) -> unread(match.group(1), "single sign-on of a kind", List.of(said.line()))),
            Rule.words(
                    "SSO session (?:associated with this profile )?has expired|SSOProviderInvalidToken|SSO token (?:file|failed|is expired)"
                            + "|InvalidGrantException|Unable to load SSO token|Token has expired and refresh failed",
                    (said, match) -> NETWORK.matcher(said.message()).find()
                            ? Connection.none("the single sign-on session cannot be renewed: AWS does not answer", said)
                            : singleSignOn("", List.of(said.line()))),
            Rule.words(
                    "reauthenticate using '?aws login|CreateOAuth2Token|[Ll]ogin session has expired",
                    (said, match) -> loggedOut("", List.of(said.line()))),
            Rule.words(
                    "error in credential_process|refresh process-based credentials",
                    (said, match) -> process("", List.of(said.line()))));

    /** Instance metadata is the last place; that it does not answer is no matter of the network. */
    private static final List<Rule> METADATA =
            List.of(Rule.words("no EC2 IMDS role found|EC2RoleRequestError", (said, match) -> none(List.of())));

    /** Said around any reason, and alone. */
    private static final List<Rule> NOWHERE = List.of(Rule.words(
            "[Nn]o valid credential sources|NoCredentialProviders|Unable to locate credentials|Unable to load credentials",
            (said, match) -> none(List.of())));

    private LogIns() {}

    static Optional<Diagnosis> of(AwsSaid said) {
        return JavaChain.in(said.message()).map(LogIns::of).or(() -> Rule.first(TOOLS, said));
    }

    static Optional<Diagnosis> ofMetadata(AwsSaid said) {
        return Rule.first(METADATA, said);
    }

    static Optional<Diagnosis> nowhere(AwsSaid said) {
        return Rule.first(NOWHERE, said);
    }

    private static Diagnosis of(JavaChain chain) {
        String profile = chain.profile();
        List<String> evidence = new ArrayList<>();
        if (!chain.reason().startsWith("Profile file contained no credentials")) {
            evidence.add("profile " + profile + ": " + chain.reason());
        }
        evidence.addAll(chain.others());
        if (chain.hasAny("login_session")) {
            return logIn(profile, chain.reason(), evidence);
        }
        if (chain.hasAny("mfa_serial")) {
            return secondFactor(profile, evidence);
        }
        if (chain.hasAny("sso_session", "sso_start_url")) {
            return NETWORK.matcher(chain.reason()).find()
                    ? Connection.none(
                            "the single sign-on session of profile " + profile
                                    + " cannot be renewed: AWS does not answer",
                            new AwsSaid("", "", chain.reason()))
                    : singleSignOn(profile, evidence);
        }
        if (chain.hasAny("credential_process")) {
            return process(profile, evidence);
        }
        if (!chain.isThere() && !profile.equals("default")) {
            return profileMissing(
                    profile,
                    chain.there().isEmpty() ? List.of() : List.of("there are: " + String.join(", ", chain.there())));
        }
        return AwsWords.in(chain.reason())
                .orElseGet(() -> chain.isThere()
                        ? noCredentials("profile " + profile + " has no credentials", evidence)
                        : none(evidence));
    }

    private static Diagnosis profileMissing(String profile, List<String> evidence) {
        return new Diagnosis(
                Cause.PROFILE_MISSING,
                "profile " + profile + " is in no AWS configuration file of this user",
                evidence,
                "",
                "correct AWS_PROFILE, or make the profile in ~/.aws/config",
                "aws configure list-profiles");
    }

    private static Diagnosis singleSignOn(String profile, List<String> evidence) {
        return new Diagnosis(
                Cause.LOGIN_NEEDED,
                "the single sign-on session" + of(profile) + " has ended, or was never begun",
                evidence,
                "",
                "log in, then run the same command again",
                "aws sso login" + option(profile));
    }

    /** An SDK without the module that reads such sessions (the plugins' one, older ones) says that there are no credentials, or names the module. */
    private static Diagnosis logIn(String profile, String reason, List<String> evidence) {
        if (reason.startsWith("Profile file contained no credentials") || reason.contains("'signin'")) {
            return unread(profile, "aws login", List.of());
        }
        return NETWORK.matcher(reason).find()
                ? Connection.none(
                        "the session of aws login of profile " + profile + " cannot be renewed: AWS does not answer",
                        new AwsSaid("", "", reason))
                : loggedOut(profile, evidence);
    }

    private static Diagnosis loggedOut(String profile, List<String> evidence) {
        return new Diagnosis(
                Cause.LOGIN_NEEDED,
                "the session of aws login" + of(profile) + " has ended, or was never begun",
                evidence,
                "",
                "log in, then run the same command again",
                "aws login" + option(profile));
    }

    private static Diagnosis secondFactor(String profile, List<String> evidence) {
        return new Diagnosis(
                Cause.LOGIN_NEEDED,
                (profile.isEmpty() ? "the profile" : "profile " + profile)
                        + " wants the code of a second factor (mfa_serial), which nothing here asks for",
                evidence,
                "",
                "let the AWS CLI ask for it and hand the credentials over, then run the same command again",
                export(profile));
    }

    private static Diagnosis unread(String profile, String kind, List<String> evidence) {
        return new Diagnosis(
                Cause.LOGIN_NEEDED,
                "profile " + profile + " is one of " + kind + ", which not every tool reads yet",
                evidence,
                "",
                "log in where that is due, and let the AWS CLI hand the credentials over; then run the same command again",
                export(profile));
    }

    private static Diagnosis process(String profile, List<String> evidence) {
        return Diagnosis.of(
                Cause.NO_CREDENTIALS,
                "the credential_process" + of(profile) + " failed",
                evidence,
                "run the command that the profile names by hand, and mend what it says");
    }

    private static Diagnosis none(List<String> evidence) {
        return noCredentials(
                "no AWS credentials were found in the environment, the profile files or instance metadata", evidence);
    }

    private static Diagnosis noCredentials(String summary, List<String> evidence) {
        return Diagnosis.of(
                Cause.NO_CREDENTIALS,
                summary,
                evidence,
                "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }

    private static String export(String profile) {
        return "eval \"$(aws configure export-credentials" + option(profile) + " --format env)\"";
    }

    private static String of(String profile) {
        return profile.isEmpty() ? "" : " of profile " + profile;
    }

    private static String option(String profile) {
        return profile.isEmpty() || profile.equals("default") ? "" : " --profile " + profile;
    }
}
