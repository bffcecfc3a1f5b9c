package io.jenkins.plugins.amideploy.engine;

import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One application in one environment: what every image, stack, rollout and teardown is about.
 *
 * @param app name of the application, for example {@code web}
 * @param environment name of the environment, for example {@code prod}
 */
public record AppId(String app, String environment) {
    /** Same rule as in the variables files: the names become part of AWS names, which have at most 32 characters. */
    public static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,20}");

    /** What stands beside the environments of an application in the state bucket, so that no environment can be called so. */
    public static final Set<String> NO_ENVIRONMENTS = Set.of("bakes", "claims", "images");

    /** @throws IllegalArgumentException when a name does not match {@link #NAME}, or is none for an environment */
    public AppId {
        check("app", app);
        check("environment", environment);
        if (NO_ENVIRONMENTS.contains(environment)) {
            throw new IllegalArgumentException("environment \"" + environment
                    + "\": the state bucket keeps an application's " + environment
                    + " under that name; choose another one");
        }
    }

    private static void check(String what, String name) {
        Objects.requireNonNull(name, what);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(what + " \"" + name + "\": must be 2 to 21 characters of a-z, 0-9 and -,"
                    + " starting with a letter; change it in the variables file");
        }
    }

    /** The name that load balancer, group and launch template of the stack carry: {@code <app>-<environment>}. */
    public String stackName() {
        return app + "-" + environment;
    }

    @Override
    public String toString() {
        return stackName();
    }
}
