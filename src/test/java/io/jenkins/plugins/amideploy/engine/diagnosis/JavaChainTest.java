package io.jenkins.plugins.amideploy.engine.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message of the SDK for Java 2.33.4 when no place has credentials, as it was said with these profiles. */
class JavaChainTest {
    private static final String FILE =
            "ProfileFile(sections=[profiles, sso-session, services], profiles=[Profile(name=login, properties=[login_session,"
                    + " region]), Profile(name=mfa, properties=[source_profile, role_arn, mfa_serial]), Profile(name=base, properties=[aws_access_key_id,"
                    + " aws_secret_access_key]), Profile(name=sso, properties=[sso_session, sso_role_name, region, sso_account_id]), Profile(name=ssoold,"
                    + " properties=[sso_region, sso_start_url, sso_role_name, sso_account_id]), Profile(name=empty, properties=[region]), Profile(name=proc,"
                    + " properties=[credential_process]), Profile(name=role, properties=[source_profile, role_arn])])";
    private static final String NONE = "Profile file contained no credentials for profile";

    private static String words(String profile, String reason, String metadata) {
        String named = "ProfileCredentialsProvider(profileName=" + profile + ", profileFile=" + FILE + ")";
        String unset =
                "Unable to load credentials from system settings. Access key must be specified either via environment variable"
                        + " (AWS_ACCESS_KEY_ID) or system property (aws.accessKeyId).";
        return "Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain(credentialsProviders=["
                + "SystemPropertyCredentialsProvider(), EnvironmentVariableCredentialsProvider(), WebIdentityTokenCredentialsProvider(), "
                + named + ", ContainerCredentialsProvider(), InstanceProfileCredentialsProvider()]) : ["
                + "SystemPropertyCredentialsProvider(): " + unset + ", EnvironmentVariableCredentialsProvider(): "
                + unset
                + ", WebIdentityTokenCredentialsProvider(): Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty"
                + " aws.webIdentityTokenFile must be set., " + named + ": " + reason
                + (reason.startsWith(NONE) ? ": " + FILE : "")
                + ", ContainerCredentialsProvider(): Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or"
                + " AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set., InstanceProfileCredentialsProvider(): "
                + metadata
                + "]";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    nosuch  | Profile file contained no credentials for profile 'nosuch' | PROFILE_MISSING | profile nosuch is in no AWS configuration file of this user | aws configure list-profiles
                    default | Profile file contained no credentials for profile 'default' | NO_CREDENTIALS | no AWS credentials were found in the environment, the profile files or instance metadata | ``
                    empty   | Profile file contained no credentials for profile 'empty' | NO_CREDENTIALS | profile empty has no credentials | ``
                    login   | Profile file contained no credentials for profile 'login' | LOGIN_NEEDED | profile login is one of aws login, which not every tool reads yet | eval "$(aws configure export-credentials --profile login --format env)"
                    login   | Token cache file for login_session 'arn:aws:iam::123456789012:user/me' not found. You must re-authenticate. | LOGIN_NEEDED | the session of aws login of profile login has ended, or was never begun | aws login --profile login
                    login   | Your session has expired. Please reauthenticate. | LOGIN_NEEDED | the session of aws login of profile login has ended, or was never begun | aws login --profile login
                    login   | Received an UnknownHostException when attempting to interact with a service. See cause for the exact endpoint that is failing to resolve. | NO_ANSWER | the session of aws login of profile login cannot be renewed: AWS does not answer | ``
                    mfa     | User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/admin (Service: Sts, Status Code: 403, Request ID: 1) | LOGIN_NEEDED | profile mfa wants the code of a second factor (mfa_serial), which nothing here asks for | eval "$(aws configure export-credentials --profile mfa --format env)"
                    role    | User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/admin (Service: Sts, Status Code: 403, Request ID: 1) | ACCESS_DENIED | sts:AssumeRole is not allowed to arn:aws:iam::123456789012:user/me | ``
                    sso     | Unable to load SSO token | LOGIN_NEEDED | the single sign-on session of profile sso has ended, or was never begun | aws sso login --profile sso
                    sso     | Token is expired | LOGIN_NEEDED | the single sign-on session of profile sso has ended, or was never begun | aws sso login --profile sso
                    ssoold  | The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile. | LOGIN_NEEDED | the single sign-on session of profile ssoold has ended, or was never begun | aws sso login --profile ssoold
                    sso     | Received an UnknownHostException when attempting to interact with a service. See cause for the exact endpoint that is failing to resolve. | NO_ANSWER | the single sign-on session of profile sso cannot be renewed: AWS does not answer | ``
                    proc    | Failed to refresh process-based credentials. | NO_CREDENTIALS | the credential_process of profile proc failed | ``
                    """)
    void profile_saysWhatIsToBeDone(String profile, String reason, Cause cause, String summary, String command) {
        assertThat(AwsWords.in(words(
                        profile,
                        reason,
                        "IMDS credentials have been disabled by environment variable or system property.")))
                .hasValueSatisfying(why -> {
                    assertThat(why.cause()).isEqualTo(cause);
                    assertThat(why.summary()).isEqualTo(summary);
                    assertThat(why.command()).isEqualTo(command);
                    assertThat(why.cure()).isNotEmpty();
                    assertThat(String.join("\\n", why.lines()))
                            .doesNotContain("ProfileFile(")
                            .doesNotContain("AWS_WEB_IDENTITY");
                });
    }

    @Test
    void profileThatIsMissing_isToldWhichThereAre() {
        assertThat(AwsWords.in(words("nosuch", NONE + " 'nosuch'", "IMDS credentials have been disabled"))
                        .orElseThrow()
                        .evidence())
                .containsExactly("there are: login, mfa, base, sso, ssoold, empty, proc, role");
    }

    @Test
    void otherPlaces_areToldWhereTheyHaveNews() {
        assertThat(AwsWords.in(words("default", NONE + " 'default'", "Failed to load credentials from IMDS."))
                        .orElseThrow()
                        .evidence())
                .containsExactly("InstanceProfile: Failed to load credentials from IMDS.");
    }
}
