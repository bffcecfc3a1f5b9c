"""The version is launched, and then something is wrong with it, with the way to it, or with the refresh."""

from __future__ import annotations

import time
from contextlib import contextmanager

from grounds import Application, Stack
from group_causes import protected
from injections import Ended, injection
from world import eventually


@injection("NEVER_HEALTHY", "the health check is answered with 503", "503")
def check_is_answered_503(application: Application) -> Ended:
    application.new_version(BEHAVE="answers 503")
    return application.rollout(happens=application.when_unhealthy)


@injection("DOES_NOT_STAY_HEALTHY", "the health check fails from the 25th second on", "503")
def check_fails_later(application: Application) -> Ended:
    application.new_version(BEHAVE="fails later")
    return application.rollout(happens=application.when_unhealthy)


@injection(
    "APPLICATION_ENDS", "the application raises when it starts", "ConnectionError: no database at db.internal:5432"
)
def application_raises(application: Application) -> Ended:
    application.new_version(BEHAVE="raises")
    return application.rollout(happens=application.when_unhealthy)


@injection("APPLICATION_ENDS", "the application ends by itself, with a status of its own", "licence", "7")
def application_exits(application: Application) -> Ended:
    application.new_version(BEHAVE="exits")
    return application.rollout(happens=application.when_unhealthy)


@injection("WRONG_PORT", "the application listens on 8080", "80", "8080")
def application_listens_elsewhere(application: Application) -> Ended:
    application.new_version(BEHAVE="another port")
    return application.rollout(happens=application.when_unhealthy)


@injection("SETTING_MISSING", "a parameter of app_secrets is gone when the instance reads it", "DATABASE_URL")
def secret_is_gone(application: Application) -> Ended:
    ssm, name = application.client("ssm"), "/tryout/database-url"
    ssm.put_parameter(Name=name, Type="SecureString", Value="postgresql://nobody", Overwrite=True)
    with application.settings(app_secrets={"DATABASE_URL": name}):
        application.applied = {}
        application.new_version()
        ssm.delete_parameter(Name=name)
        ended = application.rollout(happens=application.when_unhealthy)
    ssm.put_parameter(Name=name, Type="SecureString", Value="postgresql://nobody", Overwrite=True)
    application.stand()
    application.applied = {}
    application.new_version()
    return ended


@contextmanager
def without_rule(stack: Stack, group: str, egress: bool = False):
    """A security group without its rules of one direction; they come back as the cure says."""
    ec2 = stack.client("ec2")
    found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    rules = found["IpPermissionsEgress" if egress else "IpPermissions"]
    revoke = ec2.revoke_security_group_egress if egress else ec2.revoke_security_group_ingress
    revoke(GroupId=group, IpPermissions=rules)
    try:
        yield
    finally:
        stack.must("apply", "--auto-approve")


def group_of_instances(stack: Stack) -> str:
    ids = [each["InstanceId"] for each in stack.instances()]
    found = stack.client("ec2").describe_instances(InstanceIds=ids)["Reservations"][0]["Instances"][0]
    return found["SecurityGroups"][0]["GroupId"]


@injection("PATH_CLOSED", "the instances' rule for the load balancer is removed, then a rollout", "sg-")
def instances_admit_nobody(application: Application) -> Ended:
    application.new_version()
    with without_rule(application, group_of_instances(application)):
        return application.rollout()


@injection("PATH_CLOSED", "the instances' rule for the load balancer is removed during the rollout", "sg-")
def instances_admit_nobody_from_now_on(application: Application) -> Ended:
    application.new_version()
    began, group = application.during(), group_of_instances(application)
    with without_rule_later(application, group) as close:

        def closes(running) -> None:
            running.until(began, "a refresh")
            close()
            application.when_unhealthy(running)

        return application.rollout(happens=closes)


@contextmanager
def without_rule_later(stack: Stack, group: str):
    """The same, from the moment on at which what is given is called."""
    ec2 = stack.client("ec2")
    rules = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    closed = []

    def close() -> None:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rules)
        closed.append(group)

    try:
        yield close
    finally:
        if closed:
            stack.must("apply", "--auto-approve")


@injection("PATH_CLOSED", "the load balancer's rule for the instances is removed", "sg-")
def balancer_reaches_nobody(application: Application) -> Ended:
    application.new_version()
    with without_rule(application, application.balancer()["SecurityGroups"][0], egress=True):
        return application.rollout()


@injection("LISTENER_MISSING", "the load balancer's listener was deleted", "listener")
def listener_is_gone(stack: Stack) -> Ended:
    stack.new_version()
    elbv2, arn = stack.client("elbv2"), stack.balancer()["LoadBalancerArn"]
    for each in elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
        elbv2.delete_listener(ListenerArn=each["ListenerArn"])
    try:
        return stack.rollout()
    finally:
        stack.must("apply", "--auto-approve")


@injection("ZONE_NOT_ENABLED", "the load balancer is not enabled in the instances' zone", "us-east-1")
def zone_is_not_enabled(stack: Stack) -> Ended:
    stack.new_version()
    elbv2, balancer = stack.client("elbv2"), stack.balancer()
    every = [each["SubnetId"] for each in balancer["AvailabilityZones"]]
    zones = {each["AvailabilityZone"] for each in stack.instances()}
    others = [each["SubnetId"] for each in balancer["AvailabilityZones"] if each["ZoneName"] not in zones]
    autoscaling = stack.client("autoscaling")
    subnets = stack.group()["VPCZoneIdentifier"]
    here = [each["SubnetId"] for each in balancer["AvailabilityZones"] if each["ZoneName"] in zones]
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, VPCZoneIdentifier=",".join(here))
    elbv2.set_subnets(LoadBalancerArn=balancer["LoadBalancerArn"], Subnets=others)
    try:
        return stack.rollout()
    finally:
        elbv2.set_subnets(LoadBalancerArn=balancer["LoadBalancerArn"], Subnets=every)
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, VPCZoneIdentifier=subnets)


@injection("REFRESH_CANCELLED", "somebody cancels the refresh", "cancelled")
def refresh_is_cancelled(stack: Stack) -> Ended:
    return interfered(stack, lambda autoscaling: autoscaling.cancel_instance_refresh(AutoScalingGroupName=stack.name))


@injection("ROLLED_BACK", "somebody rolls the refresh back", "rolled back")
def refresh_is_rolled_back(stack: Stack) -> Ended:
    return interfered(stack, lambda autoscaling: autoscaling.rollback_instance_refresh(AutoScalingGroupName=stack.name))


def interfered(stack: Stack, act) -> Ended:
    """A rollout in which somebody else acts on its refresh."""
    stack.new_version()
    began = stack.during()

    def interferes(running) -> None:
        running.until(began, "a refresh")
        act(stack.client("autoscaling"))
        running.show()

    return stack.rollout(happens=interferes)


@injection("DEADLINE", "the rollout may take no longer than 12 s", "12 s", "--timeout")
def time_is_too_short(stack: Stack) -> Ended:
    stack.new_version()
    begun = time.monotonic()

    def over(running) -> None:
        running.until(lambda: time.monotonic() >= begun + 12, "12 s")
        running.show()

    return stack.rollout("--timeout", "12s", happens=over)


@injection("ABORTED", "Ctrl-C during the rollout", exit_code=130)
def interrupted(stack: Stack) -> Ended:
    stack.new_version()
    began = stack.during()

    def interrupts(running) -> None:
        running.until(began, "a refresh")
        running.interrupt()
        running.show()

    return stack.rollout(happens=interrupts)


@injection("WRONG_VERSION", "somebody else's refresh has left a protected instance as it was", "version")
def refresh_left_an_instance(stack: Stack) -> Ended:
    autoscaling, version = stack.client("autoscaling"), stack.new_version()
    with protected(stack):
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, MaxSize=2, DesiredCapacity=2)
        stack.until_healthy()
        autoscaling.start_instance_refresh(
            AutoScalingGroupName=stack.name,
            DesiredConfiguration={"LaunchTemplate": {"LaunchTemplateId": stack.template(), "Version": version}},
            Preferences={
                "MinHealthyPercentage": 100,
                "MaxHealthyPercentage": 200,
                "ScaleInProtectedInstances": "Ignore",
                "InstanceWarmup": 0,
            },
        )
        eventually("the end of the refresh", lambda: stack.refresh()["Status"] == "Successful", 120)
        ended = stack.run("await")
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=stack.name, MaxSize=1, DesiredCapacity=1)
    return ended


@injection("REFRESH_CANNOT_LAUNCH", "the refresh is under way and launches nothing", "has launched nothing")
def refresh_launches_nothing(stack: Stack) -> Ended:
    stack.new_version()
    began = stack.during()

    def stands_still(running) -> None:
        running.until(began, "a refresh")
        running.show()

    with stack.fault("hold-refreshes"):
        return stack.rollout(happens=stands_still)


@injection("REFRESH_FAILED", "the version is awaited, and somebody else's refresh to it has failed", "no progress")
def refresh_has_failed(stack: Stack) -> Ended:
    template = {"LaunchTemplateId": stack.template(), "Version": stack.new_version()}
    with stack.fault("hold-refreshes"):
        stack.client("autoscaling").start_instance_refresh(
            AutoScalingGroupName=stack.name,
            DesiredConfiguration={"LaunchTemplate": template},
            Preferences={"MinHealthyPercentage": 100},
        )
        eventually("the end of the refresh", lambda: stack.refresh()["Status"] == "Failed", 400, every=2)
    return stack.run("await")
