package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;
import java.util.Optional;

/** Credentials that AWS was shown and did not take: over, or not known. */
final class CredentialWords {
    private static final String AGAIN =
            "get new ones and run the same command again; long work needs credentials that outlast it";

    private static final List<Rule> RULES = List.of(
            Rule.codes(
                    "ExpiredToken ExpiredTokenException TokenRefreshRequired",
                    Cause.CREDENTIALS_EXPIRED,
                    "the AWS credentials have expired",
                    AGAIN),
            // EC2's word for both; our own client tells them apart by the answer's date, a tool does not show it.
            Rule.codes(
                    "RequestExpired",
                    Cause.CREDENTIALS_EXPIRED,
                    "the AWS credentials have expired",
                    AGAIN + "; where they are new it is this computer's clock: ami-deploy doctor tells"),
            Rule.words(
                    "token included in the request is expired",
                    Cause.CREDENTIALS_EXPIRED,
                    "the AWS credentials have expired",
                    AGAIN),
            Rule.codes(
                    "InvalidClientTokenId InvalidAccessKeyId UnrecognizedClientException InvalidToken MissingAuthenticationToken"
                            + " MissingAuthenticationTokenException AuthFailure",
                    Cause.CREDENTIALS_REFUSED,
                    "AWS does not know these credentials",
                    "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile; an old session token beside"
                            + " new keys does it, too"),
            Rule.codes(
                    "SignatureDoesNotMatch IncompleteSignature InvalidSignatureException",
                    Cause.CREDENTIALS_REFUSED,
                    "the secret key does not belong to the access key",
                    "check AWS_SECRET_ACCESS_KEY, or aws_secret_access_key of the profile: a character too many or too few does it"));

    private CredentialWords() {}

    static Optional<Diagnosis> of(AwsSaid said) {
        return Rule.first(RULES, said);
    }
}
