package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.jenkins.releases.AskedRelease;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which release {@code findRelease} is asked for.
 *
 * @param kind promotion or rollback
 * @param environment whose release
 * @param number of that release; empty: the one that counts there
 */
record ReleaseChoice(Kind kind, String environment, OptionalInt number) {
    /** The last release that was proven before the present one. */
    private static final String PREVIOUS = "previous";

    private static final Pattern NUMBERED = Pattern.compile("(?:([a-z][a-z0-9-]*) )?([1-9]\\d{0,5})");

    /**
     * What the step says, else what was asked for with the build.
     *
     * @param environment which gets the release
     * @param from environment to promote from; empty: none
     * @param rollbackTo {@code previous} or a number; empty: no rollback
     * @param asked with the build; null: nothing
     * @throws AbortException when that is no question
     */
    static Optional<ReleaseChoice> of(String environment, String from, String rollbackTo, AskedRelease asked)
            throws AbortException {
        if (!from.isEmpty() && !rollbackTo.isEmpty()) {
            throw NamedFailure.badInput(
                    "from \"" + from + "\" and rollbackTo \"" + rollbackTo
                            + "\" (the parameters FROM and ROLLBACK_TO) exclude each other",
                    "give one of them");
        }
        if (from.equals(environment)) {
            throw NamedFailure.badInput(
                    "from \"" + from + "\" is the environment itself",
                    "to go back to one of its releases give rollbackTo (the parameter ROLLBACK_TO)");
        }
        if (!from.isEmpty()) {
            return Optional.of(new ReleaseChoice(Kind.PROMOTION, from, OptionalInt.empty()));
        }
        if (!rollbackTo.isEmpty()) {
            return Optional.of(new ReleaseChoice(Kind.ROLLBACK, environment, number(environment, rollbackTo)));
        }
        return Optional.ofNullable(asked)
                .filter(ask -> ask.getEnvironment().equals(environment))
                .map(ask -> new ReleaseChoice(
                        ask.isRollback() ? Kind.ROLLBACK : Kind.PROMOTION,
                        ask.getSourceEnvironment(),
                        OptionalInt.of(ask.getNumber())));
    }

    /** Also {@code prod 12}, as the parameter {@code releaseChoice} offers it. */
    private static OptionalInt number(String environment, String rollbackTo) throws AbortException {
        if (rollbackTo.equals(PREVIOUS)) {
            return OptionalInt.empty();
        }
        Matcher matcher = NUMBERED.matcher(rollbackTo);
        if (!matcher.matches()) {
            throw NamedFailure.badInput(
                    "rollbackTo \"" + rollbackTo + "\" (the parameter ROLLBACK_TO) is neither " + PREVIOUS
                            + " nor the number of a release",
                    "see the Deployments page of the folder for them");
        }
        String named = matcher.group(1);
        if (named != null && !named.equals(environment)) {
            throw NamedFailure.badInput(
                    "rollbackTo \"" + rollbackTo + "\" (the parameter ROLLBACK_TO) is a release of " + named
                            + ", and this is " + environment,
                    "choose one of its own, or promote that of " + named + " with from (the parameter FROM)");
        }
        return OptionalInt.of(Integer.parseInt(matcher.group(2)));
    }
}
