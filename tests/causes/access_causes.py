"""Credentials, permissions, the connection to AWS."""

from __future__ import annotations

from contextlib import contextmanager

from grounds import Account, Bakery
from injections import Ended, injection

#: What a caller without any keys has.
NO_KEYS = {
    "AWS_ACCESS_KEY_ID": None,
    "AWS_SECRET_ACCESS_KEY": None,
    "AWS_SESSION_TOKEN": None,
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_EC2_METADATA_DISABLED": "true",
}
DEPLOY = ("deploy", "--auto-approve", "--create-state-bucket")
#: Beginning of what EC2 says without a word of who and what; only sts:DecodeAuthorizationMessage reads it.
ENCODED = "4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcd-fexRXLkn-abcd" * 8


@injection("NO_CREDENTIALS", "no credentials anywhere", "credentials", exit_code=2)
def no_credentials(account: Account) -> Ended:
    return account.run(*DEPLOY, environment=NO_KEYS)


@injection("CREDENTIALS_EXPIRED", "a session that has expired", "expired", exit_code=2)
def expired_session(account: Account) -> Ended:
    with account.fault("expire-credentials"):
        return account.run(*DEPLOY)


@injection("CREDENTIALS_EXPIRED", "a session that expires during the bake", "expired", exit_code=1)
def session_expires_in_the_bake(bakery: Bakery) -> Ended:
    def expires(running) -> None:
        running.wait_for("configuring with Ansible", limit=300)
        bakery.world.fault("expire-credentials")
        running.show()
        # Packer asks AWS again when Ansible is through; a task that is silent for long is looked into before.
        running.until(lambda: running.said("stopping instance") or running.said("have expired"), "a call", limit=600)
        if not running.said("have expired"):
            running.show()

    try:
        return bakery.meanwhile(expires, "bake")
    finally:
        bakery.world.fault("clear")
        bakery.remove_machines()


@injection("CREDENTIALS_REFUSED", "a key that AWS does not know", exit_code=2)
def unknown_key(account: Account) -> Ended:
    with account.fault(
        "fail", "*:*", "--code", "InvalidClientTokenId", "--status", "403",
        "--message", "The security token included in the request is invalid.",
    ):  # fmt: skip
        return account.run(*DEPLOY)


@injection("PROFILE_MISSING", "AWS_PROFILE names a profile that is in no file", "nobody-has-this", exit_code=2)
def missing_profile(account: Account) -> Ended:
    return account.run(*DEPLOY, environment=NO_KEYS | {"AWS_PROFILE": "nobody-has-this"})


@contextmanager
def profile(account: Account, text: str):
    """A configuration file with the profile ``work``."""
    file = account.repository.path / ".work" / "aws-config"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    yield NO_KEYS | {"AWS_CONFIG_FILE": str(file), "AWS_PROFILE": "work", "HOME": str(file.parent)}


@injection("LOGIN_NEEDED", "a profile of single sign-on, and nobody is logged in", "aws sso login", exit_code=2)
def sso_without_login(account: Account) -> Ended:
    text = (
        "[profile work]\nsso_session = company\nsso_account_id = 123456789012\nsso_role_name = Deployer\n"
        f"region = {account.region}\n[sso-session company]\nsso_region = {account.region}\n"
        "sso_start_url = https://company.awsapps.com/start\n"
    )
    with profile(account, text) as environment:
        return account.run(*DEPLOY, environment=environment)


@injection("CLOCK_SKEW", "this computer's clock is 20 minutes behind", "20 min", "behind", exit_code=2)
def clock_behind(account: Account) -> Ended:
    # SDKs correct a wrong clock by the date of the answer; tools do not all, and not where a proxy changes it.
    with account.fault("clock", "--offset", "20m", "--undated"):
        return account.run(*DEPLOY)


@injection("CLOCK_SKEW", "the clock is 20 minutes behind, and the answers say the time", exit_code=2)
def clock_behind_for_the_tools(account: Account) -> Ended:
    with account.fault("clock", "--offset", "20m"):
        return account.run("bake")


@injection("REGION_NOT_ENABLED", "a region that the account has not enabled", "me-south-1", exit_code=2)
def region_not_enabled(account: Account) -> Ended:
    with account.settings(region="me-south-1"):
        return account.run(*DEPLOY, environment={"AWS_REGION": "me-south-1"})


@injection("ACCESS_DENIED", "the credentials may not look at images", "ec2:DescribeImages", exit_code=1)
def action_not_allowed(account: Account) -> Ended:
    message = (
        "You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/deployer/run is not "
        "authorized to perform: ec2:DescribeImages because no identity-based policy allows the ec2:DescribeImages action"
    )
    with account.fault("fail", "ec2:DescribeImages", "--code", "UnauthorizedOperation", "--message", message):
        return account.run("bake")


@injection("ACCESS_DENIED", "Packer may not launch, with an encoded message", "ec2:RunInstances", exit_code=1)
def launch_not_allowed_encoded(account: Account) -> Ended:
    message = (
        "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/deployer is not authorized "
        "to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:123456789012:instance/* because no identity-based "
        f"policy allows the ec2:RunInstances action. Encoded authorization failure message: {ENCODED}"
    )
    with account.fault("fail", "ec2:RunInstances", "--code", "UnauthorizedOperation", "--message", message):
        ended = account.run("bake")
    assert ENCODED not in "\n".join(ended.lines), "the encoded message is printed whole"
    return ended


@injection(
    "DENIED_EXPLICITLY", "a service control policy denies launches", "service control policy", "ec2:RunInstances",
    exit_code=1,
)  # fmt: skip
def denied_by_the_organisation(account: Account) -> Ended:
    with account.fault("deny", "ec2:RunInstances", "--by", "scp"):
        return account.run("bake")


@injection(
    "DENIED_EXPLICITLY", "a policy denies, and only the encoded message says so", "ec2:DescribeImages", exit_code=1
)
def denied_in_an_encoded_message(account: Account) -> Ended:
    with account.fault("deny", "ec2:DescribeImages", "--by", "boundary", "--terse"):
        return account.run("bake")


@injection("DENIED_EXPLICITLY", "a session policy denies the state's bucket", "session policy", exit_code=1)
def denied_by_the_session(account: Account) -> Ended:
    account.with_bucket()
    with account.fault("deny", "s3:PutObject", "--by", "session"):
        return account.run(*DEPLOY)


@injection("NO_ANSWER", "nothing listens at the endpoint", "http://127.0.0.1:9", exit_code=1)
def endpoint_is_silent(account: Account) -> Ended:
    return account.run(*DEPLOY, environment={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})


@injection("THROTTLED", "AWS answers every look at images with “slow down”", exit_code=1)
def throttled(account: Account) -> Ended:
    with account.fault("throttle", "ec2:DescribeImages"):
        return account.run("bake")


@injection("AWS_REFUSED", "AWS refuses a call in words that nobody knows", "OptInRequired", exit_code=1)
def refused_in_other_words(account: Account) -> Ended:
    words = "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe."
    with account.fault("fail", "ec2:DescribeImages", "--code", "OptInRequired", "--message", words):
        return account.run("bake")
