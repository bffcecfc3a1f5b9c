package io.jenkins.plugins.amideploy.engine.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The words are real ones: of runs of Terraform 1.11, Packer 1.6 and 1.16 and the SDK for Java 2.33 and 2.40 here, of AWS's documentation, and of what people
 * reported (appsecco/breaking-and-pwning-apps-and-servers-aws-azure-training 14, ewbankkit in hashicorp/terraform-provider-aws 12940, 35639,
 * turbot/steampipe-plugin-aws 75, StreisandEffect/streisand 82, kubernetes-sigs/aws-load-balancer-controller 1233, aws/aws-cli 10330).
 */
class AwsWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    CLOCK_SKEW | this computer's clock is 17 minutes behind AWS's | error calling sts:GetCallerIdentity: SignatureDoesNotMatch: Signature expired: 20200531T052050Z is now earlier than 20200531T052308Z (20200531T053808Z - 15 min.)
                    CLOCK_SKEW | this computer's clock is 45 minutes ahead of AWS's | operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error SignatureDoesNotMatch: Signature not yet current: 20210502T183640Z is still later than 20210502T180640Z (20210502T175140Z + 15 min.)
                    CLOCK_SKEW | this computer's clock is too far from AWS's | Signature expired: 20260709T101500Z is now earlier than 20260709T102000Z
                    CLOCK_SKEW | this computer's clock is too far from AWS's | operation error S3: ListObjectsV2, https response error StatusCode: 403, RequestID: 1, HostID: 1, api error RequestTimeTooSkewed: The difference between the request time and the current time is too large.
                    REGION_NOT_ENABLED | region me-south-1 is not enabled in this account | AWS was not able to validate the provided access credentials; region me-south-1 is not enabled in this account
                    REGION_NOT_ENABLED | the region is not enabled in this account | api error RegionDisabledException: STS is not activated in this region for account:123456789012.
                    BAD_INPUT | eu-west-11 is no AWS region | invalid AWS Region: eu-west-11
                    IMAGE_NOT_SHARED | image ami-5287d500 belongs to another account, which has not shared it with this one | AuthFailure: Not authorized for images: [ami-5287d500]
                    IMAGE_MISSING | image ami-0123456789abcdef0 does not exist in this region, or is not shared with this account | operation error EC2: DescribeImages, https response error StatusCode: 400, RequestID: 1, api error InvalidAMIID.NotFound: The image id '[ami-0123456789abcdef0]' does not exist
                    PROFILE_MISSING | profile nosuch is in no AWS configuration file of this user | failed to get shared config profile, nosuch
                    PROFILE_MISSING | profile nosuch is in no AWS configuration file of this user | error configuring Terraform AWS Provider: failed to get shared config profile, nosuch
                    LOGIN_NEEDED | the profile wants the code of a second factor (mfa_serial), which nothing here asks for | Error creating AWS session: AssumeRoleTokenProviderNotSetError: assume role with MFA enabled, but AssumeRoleTokenProvider session option not set.
                    LOGIN_NEEDED | the single sign-on session has ended, or was never begun | No valid credential sources found Error: failed to refresh cached credentials, refresh cached SSO token failed, cached SSO token is expired, or not present, and cannot be refreshed
                    LOGIN_NEEDED | the single sign-on session has ended, or was never begun | failed to refresh cached credentials, failed to read cached SSO token file, open /home/me/.aws/sso/cache/34c6.json: no such file or directory
                    LOGIN_NEEDED | the single sign-on session has ended, or was never begun | no valid credential sources for  found. Error: SSOProviderInvalidToken: the SSO session has expired or is invalid
                    LOGIN_NEEDED | the single sign-on session has ended, or was never begun | unable to refresh SSO token, operation error SSO OIDC: CreateToken, https response error StatusCode: 400, RequestID: 0, InvalidGrantException:
                    LOGIN_NEEDED | the session of aws login has ended, or was never begun | An error occurred (AccessDeniedException) when calling the CreateOAuth2Token operation: The refresh token has expired.
                    LOGIN_NEEDED | the session of aws login has ended, or was never begun | Your session has expired. Please reauthenticate using 'aws login'.
                    LOGIN_NEEDED | profile sso is one of single sign-on of a kind, which not every tool reads yet | profile "sso" is configured to use SSO but is missing required configuration: sso_region, sso_start_url
                    NO_ANSWER | the single sign-on session cannot be renewed: AWS does not answer | refresh cached SSO token failed, unable to refresh SSO token, operation error SSO OIDC: CreateToken, https response error StatusCode: 0, RequestID: , request send failed, Post "https://oidc.eu-west-1.amazonaws.com/token": dial tcp: lookup oidc.eu-west-1.amazonaws.com on 10.0.0.2:53: no such host
                    NO_CREDENTIALS | the credential_process failed | failed to refresh cached credentials, process provider error: error in credential_process: exit status 1
                    NO_CREDENTIALS | no AWS credentials were found in the environment, the profile files or instance metadata | No valid credential sources found Error: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded
                    NO_CREDENTIALS | no AWS credentials were found in the environment, the profile files or instance metadata | NoCredentialProviders: no valid providers in chain. Deprecated.
                    NO_CREDENTIALS | no AWS credentials were found in the environment, the profile files or instance metadata | No valid credential sources found
                    DENIED_EXPLICITLY | ec2:DescribeImages is denied to arn:aws:sts::123456789012:assumed-role/dev/me by a session policy | operation error EC2: DescribeImages, https response error StatusCode: 403, RequestID: 1, api error UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/dev/me is not authorized to perform: ec2:DescribeImages with an explicit deny in a session policy
                    DENIED_EXPLICITLY | s3:GetObject is denied to arn:aws:iam::123456789012:user/mary by a service control policy | User: arn:aws:iam::123456789012:user/mary is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k with an explicit deny in a service control policy: arn:aws:organizations::777788889999:policy/o-example/service_control_policy/p-1
                    DENIED_EXPLICITLY | s3:GetObject is denied to arn:aws:iam::123456789012:user/mary by a permissions boundary | User: arn:aws:iam::123456789012:user/mary is not authorized to perform: s3:GetObject with an explicit deny in a permissions boundary
                    DENIED_EXPLICITLY | s3:GetObject is denied to arn:aws:iam::123456789012:user/mary by a resource-based policy | User: arn:aws:iam::123456789012:user/mary is not authorized to perform: s3:GetObject with an explicit deny in a resource-based policy
                    DENIED_EXPLICITLY | s3:GetObject is denied to arn:aws:iam::123456789012:user/mary by a VPC endpoint policy | User: arn:aws:iam::123456789012:user/mary is not authorized to perform: s3:GetObject with an explicit deny in a VPC endpoint policy
                    DENIED_EXPLICITLY | kms:Decrypt is denied to arn:aws:iam::123456789012:user/mary by a policy | User: arn:aws:iam::123456789012:user/mary is not authorized to perform: kms:Decrypt with an explicit deny
                    ACCESS_DENIED | s3:GetObject is not allowed to arn:aws:iam::123456789012:user/mary | User: arn:aws:iam::123456789012:user/mary is not authorized to perform: s3:GetObject because no identity-based policy allows the s3:GetObject action
                    ACCESS_DENIED | sts:AssumeRole is not allowed to arn:aws:iam::123456789012:user/me | operation error S3: HeadBucket, get identity: get credentials: failed to refresh cached credentials, operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/r
                    ACCESS_DENIED | s3:GetObject is not allowed to the caller | Unable to access object "k" in S3 bucket "b": operation error S3: HeadObject, https response error StatusCode: 403, RequestID: 1, HostID: 1, api error Forbidden: Forbidden
                    ACCESS_DENIED | elasticloadbalancing:CreateLoadBalancer is not allowed to the caller | creating ELBv2 application Load Balancer (web): operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: Access Denied
                    CREDENTIALS_EXPIRED | the AWS credentials have expired | operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error ExpiredToken: The security token included in the request is expired
                    CREDENTIALS_EXPIRED | the AWS credentials have expired | Error waiting for AMI: RequestExpired: Request has expired. status code: 400, request id: 1
                    CREDENTIALS_REFUSED | AWS does not know these credentials | AuthFailure: AWS was not able to validate the provided access credentials status code: 401, request id: 868174ba
                    CREDENTIALS_REFUSED | AWS does not know these credentials | error calling sts:GetCallerIdentity: InvalidClientTokenId: The security token included in the request is invalid. status code: 403, request id: c2cb2d98
                    CREDENTIALS_REFUSED | the secret key does not belong to the access key | operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided.
                    NO_ANSWER | AWS endpoint http://127.0.0.1:1 does not answer (connection refused) | operation error S3: HeadObject, https response error StatusCode: 0, RequestID: , HostID: , request send failed, Head "http://127.0.0.1:1/b1/k": dial tcp 127.0.0.1:1: connect: connection refused
                    NO_ANSWER | AWS endpoint https://ec2.eu-west-11.amazonaws.com does not answer (no such host) | RequestError: send request failed caused by: Post "https://ec2.eu-west-11.amazonaws.com/": dial tcp: lookup ec2.eu-west-11.amazonaws.com: no such host
                    NO_ANSWER | https://registry.terraform.io does not answer (no such host) | could not connect to registry.terraform.io: failed to request discovery document: Get "https://registry.terraform.io/.well-known/terraform.json": dial tcp: lookup registry.terraform.io: no such host
                    THROTTLED | AWS asks for fewer calls (ec2:DescribeImages), longer than it was waited for | operation error EC2: DescribeImages, exceeded maximum number of attempts, 25, https response error StatusCode: 503, RequestID: 1, api error RequestLimitExceeded: Request limit exceeded.
                    STATE_BUCKET_MISSING | state bucket b1 does not exist | S3 bucket "b1" does not exist.
                    NO_FREE_ADDRESSES | subnet subnet-08885c58 has too few addresses left: a load balancer needs eight | InvalidSubnet: Not enough IP space available in subnet-08885c58. ELB requires at least 8 free IP addresses in each subnet. status code: 400
                    """)
    void toolsAndServices_areNamed(Cause cause, String summary, String words) {
        assertThat(AwsWords.in(words)).hasValueSatisfying(why -> {
            assertThat(why.cause()).isEqualTo(cause);
            assertThat(why.summary()).isEqualTo(summary).hasSizeLessThanOrEqualTo(200);
            assertThat(why.cure()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ELBv2 Load Balancer (web-demo) already exists
                    Invalid value for variable: revision is 0
                    pip: HTTP error 403 Client Error: Forbidden for url: https://pypi.example/simple/flask/
                    Saved plan is stale
                    """)
    void wordsOfOthers_areLeftToThem(String words) {
        assertThat(AwsWords.in(words)).isEmpty();
    }

    @Test
    void explicitDeny_isNotToBeCuredByAllowing_andNamesThePolicy() {
        Diagnosis why = AwsWords.in(
                        "User: arn:aws:iam::1:user/m is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k with an"
                                + " explicit deny in a service control policy: arn:aws:organizations::7:policy/o-1/service_control_policy/p-1")
                .orElseThrow();
        assertThat(why.cure()).doesNotContain("docs/iam").endsWith("allowing it elsewhere does not help");
        assertThat(why.evidence())
                .startsWith(
                        "policy arn:aws:organizations::7:policy/o-1/service_control_policy/p-1", "on arn:aws:s3:::b/k");
    }

    @Test
    void implicitDenyOfAnotherPolicy_saysWhichHasToAllow() {
        assertThat(AwsWords.in(
                                "User: arn:aws:iam::1:user/m is not authorized to perform: s3:GetObject because no permissions boundary allows the"
                                        + " s3:GetObject action")
                        .orElseThrow()
                        .cure())
                .isEqualTo("the permissions boundary has to allow s3:GetObject, and the caller's own policies, too");
    }

    private static final String ENCODED =
            "You are not authorized to perform this operation. Encoded authorization failure message:"
                    + " p1EyykaD2fI3csh_sf_WvdHF_s5IYypR-3EcbaGMemY_lrLJhI9yhfwzJxUfir6yM4mJMUmXALL-L3CURvK71l41YQfZxzmEjzm8RDi3b5TN5";

    @Test
    void encodedMessage_isLeftOut_whereItCannotBeDecoded() {
        Diagnosis why = AwsWords.of(new AwsSaid("ec2:RunInstances", "UnauthorizedOperation", ENCODED))
                .orElseThrow();
        assertThat(why.headline()).isEqualTo("ACCESS_DENIED: ec2:RunInstances is not allowed to the caller");
        assertThat(String.join("\n", why.lines()))
                .doesNotContain("p1EyykaD2f")
                .contains("sts:DecodeAuthorizationMessage would tell more");
    }

    @Test
    void encodedMessage_decoded_namesStatementResourceAndCaller() {
        String json =
                """
                {"allowed": false, "explicitDeny": true, "matchedStatements": {"items": [{"statementId": "NoRunForYou",
                 "effect": "DENY", "actions": {"items": [{"value": "ec2:RunInstances"}]}}]}, "failures": {"items": []},
                 "context": {"principal": {"id": "AIDA1", "name": "bob", "arn": "arn:aws:iam::123456789012:user/bob"},
                 "action": "ec2:RunInstances", "resource": "arn:aws:ec2:eu-west-1:123456789012:instance/*"}}""";
        String text = Denials.decoded(ENCODED, json);
        assertThat(Denials.encoded(ENCODED))
                .hasValueSatisfying(
                        blob -> assertThat(blob).startsWith("p1Eyyka").endsWith("5TN5"));
        Diagnosis why = AwsWords.of(new AwsSaid("ec2:RunInstances", "UnauthorizedOperation", text))
                .orElseThrow();
        assertThat(why.headline())
                .isEqualTo(
                        "DENIED_EXPLICITLY: ec2:RunInstances is denied to arn:aws:iam::123456789012:user/bob by a policy");
        assertThat(why.evidence())
                .startsWith("on arn:aws:ec2:eu-west-1:123456789012:instance/*", "statement NoRunForYou")
                .noneMatch(line -> line.contains("matchedStatements"));
    }

    @Test
    void logIn_ofWhichTheProfileIsKnown_canBePasted() {
        assertThat(AwsWords.in("assume role with MFA enabled, but AssumeRoleTokenProvider session option not set.")
                        .orElseThrow()
                        .command())
                .isEqualTo("eval \"$(aws configure export-credentials --format env)\"");
        assertThat(AwsWords.in("the SSO session has expired or is invalid")
                        .orElseThrow()
                        .command())
                .isEqualTo("aws sso login");
    }
}
