package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Regions that an account has to enable first, and names that are none. */
public final class Regions {
    /** Enabled in every account; all that came after 20 March 2019 are not (AWS Account Management reference guide, "Enable or disable AWS Regions"). */
    private static final Set<String> ALWAYS = Set.of(
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
            "ap-south-1",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "eu-north-1",
            "sa-east-1");

    /** What the {@code aws} package adds to an answer when it has asked: AWS itself says that it does not know the credentials. */
    private static final String NOT_ENABLED = "region %s is not enabled in this account";

    private static final List<Rule> RULES = List.of(
            Rule.words(
                    "; region ([a-z0-9-]+) is not enabled in this account$",
                    (said, match) -> notEnabled(
                            match.group(1),
                            List.of(new AwsSaid(said.action(), said.code(), match.replaceFirst("")).line()))),
            Rule.words(
                    "RegionDisabledException|STS is not activated in (?:this|the requested) region",
                    Cause.REGION_NOT_ENABLED,
                    "the region is not enabled in this account",
                    "enable it, or choose another region in the variables file"),
            Rule.words(
                    "[Ii]nvalid AWS Region: \"?([\\w-]+)",
                    Cause.BAD_INPUT,
                    "{1} is no AWS region",
                    "correct region in the variables file"));

    private Regions() {}

    static Optional<Diagnosis> of(AwsSaid said) {
        return Rule.first(RULES, said);
    }

    /** Whether an account may not have it enabled. China's and the government's regions are other partitions, with all of theirs enabled. */
    public static boolean hasToBeEnabled(String region) {
        return !ALWAYS.contains(region) && !region.startsWith("cn-") && !region.startsWith("us-");
    }

    /** The words of AWS with what is known once somebody has asked; {@link AwsWords} knows it again. */
    public static String notEnabled(String words, String region) {
        return words + "; " + NOT_ENABLED.formatted(region);
    }

    private static Diagnosis notEnabled(String region, List<String> evidence) {
        return new Diagnosis(
                Cause.REGION_NOT_ENABLED,
                NOT_ENABLED.formatted(region),
                evidence,
                "",
                "enable it, which takes AWS minutes to hours, or choose another region in the variables file",
                "aws account enable-region --region-name " + region);
    }
}
