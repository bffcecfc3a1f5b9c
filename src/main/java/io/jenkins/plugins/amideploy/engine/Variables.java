package io.jenkins.plugins.amideploy.engine;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the front doors themselves need from an environment's variables file; everything else in it is
 * Terraform's.
 *
 * @param app application and environment
 * @param region AWS region of the stack, such as {@code eu-central-1}
 * @param accountId the account that the environment is in, where the file says so: work in another one is refused
 * @param stateBucket bucket of the Terraform state; empty where the default name is to be used
 * @param requireApproval whether a person must agree to a plan in a build; the file must say {@code require_approval = false}
 *     for none to be asked
 * @param bake what a bake heeds of the environment
 * @param application settings of the application, and its way in and out
 * @param audience who is told of releases
 */
public record Variables(
        AppId app,
        String region,
        Optional<String> accountId,
        Optional<String> stateBucket,
        boolean requireApproval,
        BakeVariables bake,
        ApplicationVariables application,
        Audience audience) {
    /** What every partition's codes have in common; whether there is one, AWS knows. */
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]+");

    /** S3 user guide, "General purpose bucket naming rules". */
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");

    public Variables {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(accountId, "accountId");
        Objects.requireNonNull(stateBucket, "stateBucket");
        Objects.requireNonNull(bake, "bake");
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(audience, "audience");
    }

    /**
     * Takes them from the text of a variables file.
     *
     * @param file the file's name for messages
     * @throws IllegalArgumentException with file, line and cure when something is missing or malformed
     */
    public static Variables parse(String file, String text) {
        return of(file, VariablesFile.parse(file, text));
    }

    static Variables of(String file, VariablesFile variables) {
        variables.refuse("base_image", "images belong to the application: move it to image.yml, as base_image");
        variables.refuse(
                "bake_instance_type", "images belong to the application: move it to image.yml, as instance_type");
        AppId app;
        try {
            app = new AppId(variables.required("app"), variables.required("environment"));
        } catch (IllegalArgumentException badName) {
            throw badName.getMessage().startsWith(file)
                    ? badName
                    : new IllegalArgumentException(file + ": " + badName.getMessage(), badName);
        }
        return new Variables(
                app,
                region(variables),
                accountId(variables),
                stateBucket(variables),
                variables.flag("require_approval").orElse(true),
                BakeVariables.of(variables),
                ApplicationVariables.of(variables),
                Audience.of(variables));
    }

    private static String region(VariablesFile variables) {
        String region = variables.required("region");
        if (!REGION.matcher(region).matches()) {
            throw variables.wrong("region", "is " + region + ": it must be a region's code, such as eu-central-1");
        }
        return region;
    }

    private static Optional<String> stateBucket(VariablesFile variables) {
        Optional<String> bucket = variables.optional("state_bucket");
        if (bucket.isPresent() && !BUCKET.matcher(bucket.get()).matches()) {
            throw variables.wrong(
                    "state_bucket",
                    "is " + bucket.get()
                            + ": it must be a bucket's name, 3 to 63 lower-case letters, digits, dots and hyphens");
        }
        return bucket;
    }

    private static Optional<String> accountId(VariablesFile variables) {
        Optional<String> accountId = variables.optional("account_id");
        if (accountId.isPresent() && !ACCOUNT_ID.matcher(accountId.get()).matches()) {
            throw variables.wrong(
                    "account_id", "is " + accountId.get() + ": it must be the 12 digits of an AWS account");
        }
        return accountId;
    }

    /**
     * Why nothing may be done with these credentials: the environment is in another account. Front doors ask before anything else.
     *
     * @param file the variables file's name for messages
     * @param caller of the credentials
     */
    public Optional<Diagnosis> otherAccount(String file, String callersAccount, String caller) {
        return accountId
                .filter(own -> !own.equals(callersAccount))
                .map(own -> Diagnosis.of(
                        Cause.BAD_INPUT,
                        file + " says account_id = \"" + own + "\", and these credentials are of account "
                                + callersAccount,
                        List.of("they are " + caller),
                        "use credentials of account " + own + ", for instance by AWS_PROFILE, or another environment"));
    }

    /** The bucket given, or the account's default one for the region. */
    public String stateBucketIn(String accountId) {
        return stateBucket.orElse(defaultStateBucket(accountId, region));
    }

    /** The bucket where the variables file names none. */
    public static String defaultStateBucket(String accountId, String region) {
        return "ami-deploy-state-" + accountId + "-" + region;
    }

    /** Key of the state in its bucket, one for each application and environment. */
    public String stateKey() {
        return app.app() + "/" + app.environment() + "/terraform.tfstate";
    }
}
