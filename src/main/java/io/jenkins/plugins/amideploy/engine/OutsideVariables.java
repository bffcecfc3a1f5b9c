package io.jenkins.plugins.amideploy.engine;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Variables of a caller's surroundings that would change what tools do behind the back of the variables file, of a run and of a fingerprint. Both
 * front doors ask here: some are kept from the tools, some refused, and either is said.
 */
public final class OutsideVariables {
    /**
     * Kept from the tools. {@code TF_WORKSPACE} would put the state elsewhere and {@code TF_CLI_ARGS} change what was asked (Terraform CLI,
     * "Environment Variables"); an image is made of what its fingerprint knows, so that Packer is told how it bakes, never what.
     */
    private static final List<Kept> KEPT = List.of(
            new Kept(
                    "TF_WORKSPACE|TF_CLI_ARGS|TF_CLI_ARGS_(?!init$).*",
                    "handed to Terraform: a stack's state is in one place, and its commands are these"),
            new Kept(
                    "TF_VAR_(image_id|build|commit|app_version)",
                    "handed to Terraform: the run says it, by --image-id, --build, --commit and --app-version or the step's parameters"),
            new Kept(
                    "PKR_VAR_(?!builder_cidr$|poll_seconds$|dead_man_minutes$).*",
                    "handed to Packer: an image is made of the application, image.yml and the recipes"));

    private static final String TERRAFORM = "TF_VAR_";

    private record Kept(Pattern names, String why) {
        Kept(String names, String why) {
            this(Pattern.compile(names), why);
        }

        boolean isAbout(String name) {
            return names.matcher(name).matches();
        }
    }

    private OutsideVariables() {}

    /** Whether no tool may get a variable of that name. */
    public static boolean isKeptFromTools(String name) {
        return KEPT.stream().anyMatch(kept -> kept.isAbout(name));
    }

    /** One line for each variable that is kept from the tools. @param names of variables that have a value */
    public static List<String> remarks(Collection<String> names) {
        return new TreeSet<>(names)
                .stream()
                        .flatMap(name -> KEPT.stream()
                                .filter(kept -> kept.isAbout(name))
                                .map(kept -> name + " is set, and not " + kept.why() + "; unset it"))
                        .toList();
    }

    /**
     * Why a command cannot be carried out with these variables: {@code TF_VAR_…} of something that front doors read, too, and read in the variables
     * file alone. Where the file gives it, it wins in Terraform as well.
     *
     * @param file the file's name for messages
     * @throws IllegalArgumentException when the file cannot be read, as {@link Variables#parse}
     */
    public static Optional<String> refusal(String file, String text, Collection<String> names) {
        VariablesFile read = VariablesFile.parse(file, text);
        Variables.of(file, read);
        ShapeVariables.of(read);
        Set<String> silent = read.askedInVain();
        return new TreeSet<>(names)
                .stream()
                        .filter(name ->
                                name.startsWith(TERRAFORM) && silent.contains(name.substring(TERRAFORM.length())))
                        .findFirst()
                        .map(name -> name + " is set, which only Terraform would heed: write "
                                + name.substring(TERRAFORM.length()) + " = … into " + file + ", or unset " + name);
    }
}
