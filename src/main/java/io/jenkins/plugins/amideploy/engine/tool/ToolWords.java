package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names what Terraform, Packer and the programs of the recipes say of their own troubles; credentials, permissions and the way to AWS are
 * {@link io.jenkins.plugins.amideploy.engine.diagnosis.AwsWords}'. {@link Explanation} asks.
 */
final class ToolWords {
    /** First match wins. The groups of a pattern fill the "%s" of its summary. */
    private static final List<Known> KNOWN = List.of(
            new Known(
                    Cause.PLAN_STALE,
                    "Saved plan is stale|plan file can no longer be applied",
                    "the saved plan is stale, the state has changed since it was made",
                    "plan again"),
            new Known(
                    Cause.NOT_OURS,
                    "(ELBv2 [A-Za-z ]+ \\([^)]+\\)|[Aa]uto ?[Ss]caling ?[Gg]roup by this name|[Ll]aunch template name|security group '[^']+') already"
                            + " (?:exists|in use)",
                    "%s already exists and is not in the stack's state",
                    "it lacks the stack's tags, else it would have been taken up: choose another app or environment, or remove it and run again"),
            new Known(
                    Cause.NOT_OURS,
                    "Tried to create resource record set \\[name='([^']+?)\\.?',",
                    "the DNS record %s already exists and is not in the stack's state",
                    "remove it in its hosted zone, or take domain_name out of the variables file; then run again"),
            new Known(
                    Cause.NOT_OURS,
                    "InvalidPermission\\.Duplicate|DuplicateListener",
                    "a rule or listener that the stack is to have is there already, and not in its state",
                    "somebody made it by hand: remove it, then apply again"),
            new Known(
                    Cause.IMAGE_NAME_TAKEN,
                    "is used by an existing AMI: (ami-\\w+)",
                    "an image of that name exists already (%s)",
                    "run again, a new run takes a new name"),
            new Known(
                    Cause.SSH_REFUSED,
                    "[Ss]sh: unable to authenticate|SSH\\. This can happen if your username/password are wrong|Permission denied \\(publickey",
                    "the machine that bakes answers by SSH and does not take the bake's key",
                    "take a base_image that cloud-init or its like sets up at the first boot, with a user whom it lets log in"),
            new Known(
                    Cause.SSH_REFUSED,
                    "[Tt]imeout waiting for SSH",
                    "the machine that bakes did not answer by SSH",
                    "let its security group admit this computer (PKR_VAR_builder_cidr), and this computer's network let port 22 out"));

    /** What {@code ansible/survey.py} refuses, and what {@code ansible/wheelhouse.py} says of pip's ahead of a bake. */
    private static final Pattern OF_RECIPES = Pattern.compile("(?s)(survey|pip): (.*)");

    private static final String SURVEY_CURE = "docs/images.md says what an application's files have to say";
    private static final String PIP_CURE =
            "correct the requirements, or build_packages of image.yml; all that pip said is in the log of python3";

    private ToolWords() {}

    private record Known(Cause cause, Pattern pattern, String summary, String cure) {
        Known(Cause cause, String pattern, String summary, String cure) {
            this(cause, Pattern.compile(pattern), summary, cure);
        }

        Optional<Diagnosis> in(Problem problem) {
            Matcher matcher = pattern.matcher(problem.text());
            if (!matcher.find()) {
                return Optional.empty();
            }
            String summarised = matcher.groupCount() == 0 ? summary : String.format(summary, matcher.group(1));
            return Optional.of(Diagnosis.of(cause, summarised, List.of(problem.line()), cure));
        }
    }

    static Optional<Diagnosis> in(Problem problem) {
        return ofRecipes(problem)
                .or(() -> KNOWN.stream()
                        .flatMap(known -> known.in(problem).stream())
                        .findFirst())
                .or(() -> MachineWords.full(problem.text(), "what this computer does", List.of(problem.line())));
    }

    /** A lock that is held, which Terraform tells together with AWS's refusal to overwrite it. */
    static Optional<Diagnosis> lock(Problem problem) {
        return StateLock.ofError(problem.text()).map(StateLock::diagnosis);
    }

    private static Optional<Diagnosis> ofRecipes(Problem problem) {
        Matcher matcher = OF_RECIPES.matcher(problem.text());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String said = matcher.group(2).strip();
        return Optional.of("survey".equals(matcher.group(1)) ? refused(said) : ofPip(said));
    }

    private static Diagnosis refused(String said) {
        return Diagnosis.of(Cause.SURVEY_REFUSED, said, List.of(), SURVEY_CURE);
    }

    private static Diagnosis ofPip(String said) {
        List<String> words = List.of("pip: " + said);
        return MachineWords.full(said, "what this computer fetches", words)
                .or(() -> MachineWords.packageMissing(said, words))
                .orElseGet(() -> Diagnosis.of(Cause.COMMAND_FAILED, "pip: " + said, List.of(), PIP_CURE));
    }
}
