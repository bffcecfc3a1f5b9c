"""The stack, its state and its environment."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager

from command import Running
from grounds import ENVIRONMENT, Account, Stack
from injections import Ended, injection

DEPLOY = ("deploy", "--auto-approve", "--create-state-bucket")


@injection(
    "STATE_BUCKET_MISSING", "there is no bucket for the state, and nobody to ask", "--create-state-bucket", exit_code=2
)
def no_state_bucket(account: Account) -> Ended:
    with account.settings(state_bucket="nobody-has-made-this-bucket"):
        return account.run("deploy", "--auto-approve")


@contextmanager
def state_object(account: Account, name: str, text: str):
    """An object beside the state of the environment."""
    s3, bucket, key = account.client("s3"), account.with_bucket(), f"{account.app}/{ENVIRONMENT}/{name}"
    s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    try:
        yield
    finally:
        s3.delete_object(Bucket=bucket, Key=key)


@injection("STATE_LOCKED", "another Terraform holds the state's lock", "jenkins@agent-7", exit_code=5)
def state_is_locked(stack: Stack) -> Ended:
    lock = {
        "ID": "0f5c1c0e-4f4c-4f5e-9a3e-6f1f2a3b4c5d",
        "Operation": "OperationTypeApply",
        "Info": "",
        "Who": "jenkins@agent-7",
        "Version": "1.11.4",
        "Created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "Path": f"{stack.bucket}/{stack.app}/{ENVIRONMENT}/terraform.tfstate",
    }
    with state_object(stack, "terraform.tfstate.tflock", json.dumps(lock)):
        return stack.run("plan")


@injection("ENVIRONMENT_HELD", "another run works on the environment", "works on try", exit_code=5)
def environment_is_held(stack: Stack) -> Ended:
    change(stack)
    with stack.command("apply", terminal=True) as other:
        other.wait_for("yes/no")
        ended = stack.run("rollout")
        other.answer("no")
    return ended


@injection(
    "STATE_NOT_WRITTEN",
    "S3 takes no object any more when an apply comes to its end",
    "errored.tfstate",
    "push-state",
    exit_code=1,
)
def state_cannot_be_written(stack: Stack) -> Ended:
    change(stack)
    before = stack.newest()
    held = json.loads(stack.world.fault("hold", "ec2:CreateLaunchTemplateVersion", "--agent", "*Terraform*"))

    def at_the_end(running: Running) -> None:
        running.until(lambda: stack.newest() != before, "a launch template version")
        stack.world.fault("fail", "s3:PutObject", "--code", "AccessDenied", "--status", "403")
        running.show()
        stack.world.fault("clear", str(held["id"]))

    try:
        return stack.meanwhile(at_the_end, "apply", "--auto-approve")
    finally:
        stack.world.fault("clear")
        stack.must("unlock")
        stack.must("push-state")


def change(stack: Stack) -> None:
    """Something that an apply asks about."""
    stack.repository.set(app_environment={"CHANGED": str(time.time_ns())})
    stack.applied = {}


@injection("PLAN_STALE", "the state changes between plan and consent", exit_code=1)
def state_changes_after_the_plan(stack: Stack) -> Ended:
    s3, key = stack.client("s3"), f"{stack.app}/{ENVIRONMENT}/terraform.tfstate"
    change(stack)

    def changes(running) -> None:
        running.wait_for("yes/no")
        state = json.loads(s3.get_object(Bucket=stack.bucket, Key=key)["Body"].read())
        s3.put_object(Bucket=stack.bucket, Key=key, Body=json.dumps(state | {"serial": state["serial"] + 1}).encode())
        running.answer("yes")
        running.show()

    return stack.meanwhile(changes, "apply", terminal=True)


@injection("NOT_OURS", "a load balancer of that name is there already", "shop-try", exit_code=1)
def name_is_taken(account: Account) -> Ended:
    elbv2, ec2 = account.client("elbv2"), account.client("ec2")
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]][:2]
    made = elbv2.create_load_balancer(Name="shop-try", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    [image, *_] = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"]
    try:
        return account.run("apply", "--auto-approve", "--create-state-bucket", "--image-id", image["ImageId"])
    finally:
        elbv2.delete_load_balancer(LoadBalancerArn=made)
        account.run("destroy", "--auto-approve")


@injection("DELETION_PROTECTED", "destroy, and the load balancer is protected", "deletion_protection", exit_code=2)
def balancer_is_protected(stack: Stack) -> Ended:
    elbv2, arn = stack.client("elbv2"), stack.balancer()["LoadBalancerArn"]

    def protect(on: str) -> None:
        elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": on}]
        )

    protect("true")
    try:
        return stack.run("destroy", "--auto-approve")
    finally:
        protect("false")
        stack.make()


@injection("LEFT_BEHIND", "destroy, and a group of ours is still in use", exit_code=4)
def something_stays(stack: Stack) -> Ended:
    """An interface of a tagged instance that somebody protected from termination."""
    ec2 = stack.client("ec2")
    [image, *_] = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"]
    tags = [{"Key": "ami-deploy:app", "Value": stack.app}, {"Key": "ami-deploy:environment", "Value": ENVIRONMENT}]
    made = ec2.run_instances(
        ImageId=image["ImageId"], MinCount=1, MaxCount=1, InstanceType="t3.small", DisableApiTermination=True,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )["Instances"][0]["InstanceId"]  # fmt: skip
    try:
        return stack.run("destroy", "--auto-approve")
    finally:
        ec2.modify_instance_attribute(InstanceId=made, DisableApiTermination={"Value": False})
        ec2.terminate_instances(InstanceIds=[made])
        stack.make()


@injection("TOOL_FAILED", "Terraform is answered in words that nobody knows", "ServiceBusy", exit_code=1)
def terraform_fails_otherwise(stack: Stack) -> Ended:
    change(stack)
    words = ("--code", "ServiceBusy", "--message", "The request cannot be carried out at this time.")
    with stack.fault("fail", "ec2:CreateLaunchTemplateVersion", *words):
        return stack.run("apply", "--auto-approve")
