"""Groups over HTTP: launches, replacements, activities and errors as a client sees them; the clock is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld, Stack


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True)
    yield world
    world.close()


@pytest.fixture
def stack(w: HttpWorld) -> Stack:
    return Stack(w)


def code_of(call: Callable, **arguments: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def test_group_launches_over_zones_with_tags_and_versions(w: HttpWorld, stack: Stack) -> None:
    version = stack.new_version(
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "from", "Value": "lt"}]}]
    )
    tags = [
        {"Key": "kept", "Value": "1", "PropagateAtLaunch": True},
        {"Key": "not", "Value": "1", "PropagateAtLaunch": False},
    ]
    stack.create(3, version="$Latest", Tags=tags)
    stack.settle(3)
    instances = stack.instances()
    assert sorted(i["AvailabilityZone"] for i in instances) == ["us-east-1a", "us-east-1a", "us-east-1b"]
    assert {i["LaunchTemplate"]["Version"] for i in instances} == {version}
    found = w.ec2.describe_instances(InstanceIds=[instances[0]["InstanceId"]])["Reservations"][0]["Instances"][0]
    tagged = {tag["Key"]: tag["Value"] for tag in found["Tags"]}
    assert (tagged["kept"], tagged["from"], tagged["aws:autoscaling:groupName"]) == ("1", "lt", "web")
    assert "not" not in tagged
    listed = w.autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"]
    assert {i["AutoScalingGroupName"] for i in listed} == {"web"} and len(listed) == 3


def test_activity_of_a_first_launch_reads_as_on_aws(w: HttpWorld, stack: Stack) -> None:
    stack.create(1)
    w.advance(1)
    assert stack.activities()[0]["StatusCode"] == "InProgress"
    stack.settle(1)
    activity = stack.activities()[0]
    assert activity["Description"] == f"Launching a new EC2 instance: {stack.instances()[0]['InstanceId']}"
    assert activity["Cause"] == (
        "At 2026-09-01T12:00:00Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 1."
        "  At 2026-09-01T12:00:01Z an instance was started in response to a difference between desired and actual "
        "capacity, increasing the capacity from 0 to 1."
    )
    assert (activity["StatusCode"], activity["Progress"]) == ("Successful", 100)
    assert '"Availability Zone":"us-east-1a"' in activity["Details"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"ImageId": "ami-00000000000000000"}, "The AMI ID ami-00000000000000000 does not exist."),
        ({"SecurityGroupIds": ["sg-00000000"]}, "The security group sg-00000000 does not exist."),
        ({"KeyName": "lost"}, "The key pair lost does not exist."),
    ],
)
def test_failed_launch_says_why_and_is_tried_again_later(w: HttpWorld, stack: Stack, data: dict, message: str) -> None:
    stack.create(1, version=stack.new_version(**data))
    w.advance(120)
    activities = stack.activities()
    assert activities[0]["StatusCode"] == "Failed"
    assert activities[0]["StatusMessage"] == f"{message} Launching EC2 instance failed."
    assert activities[0]["Description"].startswith("Launching a new EC2 instance.  Status Reason: ")
    assert 3 <= len(activities) <= 6
    assert stack.instances() == []


def test_deleted_target_group_fails_the_launch(w: HttpWorld, stack: Stack) -> None:
    target_group = stack.target_group()
    stack.create(0, TargetGroupARNs=[target_group])
    w.elbv2.delete_target_group(TargetGroupArn=target_group)
    w.autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    w.advance(2)
    assert stack.activities()[0]["StatusMessage"].startswith("One or more target groups not found.")


def test_new_version_lets_a_failing_group_launch_at_once(w: HttpWorld, stack: Stack) -> None:
    stack.create(1, version=stack.new_version(KeyName="lost"))
    w.advance(60)
    template = {"LaunchTemplateId": stack.template_id, "Version": "1"}
    w.autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", LaunchTemplate=template)
    w.advance(3)
    assert len(stack.instances("InService")) == 1


def test_machine_that_dies_is_replaced_at_once(w: HttpWorld, stack: Stack) -> None:
    stack.create(2)
    stack.settle(2)
    victim = stack.instances()[0]["InstanceId"]
    w.world.machines.kill(victim)
    w.until(lambda: victim not in stack.ids() and len(stack.ids("InService")) == 2, 10)
    causes = [a["Cause"] for a in stack.activities()]
    assert any(
        c.endswith("in response to an EC2 health check indicating it has been terminated or stopped.") for c in causes
    )
    assert any(c.endswith("launched in response to an unhealthy instance needing to be replaced.") for c in causes)


def elb_group(stack: Stack, **more: object) -> str:
    target_group = stack.target_group()
    stack.attributes(target_group, deregistration_delay="10")
    stack.balancer(target_group)
    stack.create(1, TargetGroupARNs=[target_group], HealthCheckType="ELB", HealthCheckGracePeriod=30, **more)
    stack.settle(1)
    return target_group


def test_balancer_failure_counts_after_the_grace_period_only(w: HttpWorld, stack: Stack) -> None:
    elb_group(stack)
    first = stack.ids()
    w.set_health("unhealthy")
    w.advance(25)
    assert stack.instances()[0]["HealthStatus"] == "Healthy"
    w.advance(10)
    assert stack.ids("Terminating") == first
    assert stack.activities()[0]["Cause"].endswith("needing to be replaced.")
    assert stack.activities()[1]["Cause"].endswith("in response to an ELB system health check failure.")


def test_maintenance_policy_launches_before_it_terminates(w: HttpWorld, stack: Stack) -> None:
    elb_group(stack, InstanceMaintenancePolicy={"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200})
    assert stack.group()["InstanceMaintenancePolicy"] == {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200}
    first = stack.ids()
    w.set_health("healthy")
    w.advance(31)
    w.set_health("unhealthy")
    w.advance(5)
    assert len(stack.ids("InService")) == 2, "the unhealthy one stays until its replacement serves"
    w.set_health("healthy", *(stack.ids() - first))
    w.advance(2)
    assert stack.ids("Terminating") == first


def test_terminating_instance_drains_first(w: HttpWorld, stack: Stack) -> None:
    target_group = elb_group(stack)
    instance_id = next(iter(stack.ids()))
    w.autoscaling.terminate_instance_in_auto_scaling_group(InstanceId=instance_id, ShouldDecrementDesiredCapacity=True)
    w.advance(3)
    assert stack.targets(target_group)[instance_id] == ("draining", "Target.DeregistrationInProgress")
    assert stack.activities()[0]["StatusCode"] == "WaitingForELBConnectionDraining"
    state = w.ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]["State"]["Name"]
    assert state == "running"
    w.advance(10)
    assert stack.targets(target_group) == {}
    assert stack.ids() == set()
    assert "shrinking the capacity from 1 to 0" in stack.activities()[0]["Cause"]


def test_user_marks_an_instance_unhealthy(w: HttpWorld, stack: Stack) -> None:
    stack.create(1)
    stack.settle(1)
    victim = stack.instances()[0]["InstanceId"]
    w.autoscaling.set_instance_health(InstanceId=victim, HealthStatus="Unhealthy")
    w.advance(5)
    assert victim not in stack.ids()
    assert any(a["Cause"].endswith("in response to a user health-check.") for a in stack.activities())


def test_scaling_in_names_cause_and_selection(w: HttpWorld, stack: Stack) -> None:
    stack.create(2)
    stack.settle(2)
    w.autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    stack.settle(1)
    cause = stack.activities()[0]["Cause"]
    assert "a user request explicitly set group desired capacity changing the desired capacity from 2 to 1." in cause
    assert "shrinking the capacity from 2 to 1." in cause and cause.endswith("was selected for termination.")


def test_suspended_launch_waits_for_resume(w: HttpWorld, stack: Stack) -> None:
    stack.create(0)
    w.autoscaling.suspend_processes(AutoScalingGroupName="web", ScalingProcesses=["Launch"])
    w.autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    w.advance(10)
    assert stack.instances() == []
    w.autoscaling.resume_processes(AutoScalingGroupName="web")
    stack.settle(1)


def test_group_with_instances_is_deleted_by_force_only(w: HttpWorld, stack: Stack) -> None:
    stack.create(1)
    stack.settle(1)
    assert code_of(w.autoscaling.delete_auto_scaling_group, AutoScalingGroupName="web") == "ResourceInUse"
    w.autoscaling.delete_auto_scaling_group(AutoScalingGroupName="web", ForceDelete=True)
    assert stack.group()["Status"] == "Delete in progress"
    w.advance(5)
    assert stack.group() == {}
    left = w.ec2.describe_instances()["Reservations"]
    assert {i["State"]["Name"] for r in left for i in r["Instances"]} == {"terminated"}
    kept = w.autoscaling.describe_scaling_activities(AutoScalingGroupName="web", IncludeDeletedGroups=True)[
        "Activities"
    ]
    assert len(kept) == 2


def test_emptied_group_is_deleted_without_force(w: HttpWorld, stack: Stack) -> None:
    stack.create(1)
    stack.settle(1)
    w.autoscaling.update_auto_scaling_group(AutoScalingGroupName="web", MinSize=0, MaxSize=0, DesiredCapacity=0)
    stack.settle(0)
    w.autoscaling.delete_auto_scaling_group(AutoScalingGroupName="web")
    assert stack.group() == {}


def test_standby_attach_and_detach(w: HttpWorld, stack: Stack) -> None:
    stack.create(2)
    stack.settle(2)
    first, second = sorted(stack.ids())
    asg = w.autoscaling
    asg.enter_standby(AutoScalingGroupName="web", InstanceIds=[first], ShouldDecrementDesiredCapacity=True)
    w.advance(2)
    assert stack.ids("Standby") == {first} and len(stack.instances()) == 2
    asg.exit_standby(AutoScalingGroupName="web", InstanceIds=[first])
    stack.settle(2)
    asg.detach_instances(AutoScalingGroupName="web", InstanceIds=[second], ShouldDecrementDesiredCapacity=True)
    w.advance(2)
    assert stack.ids() == {first}
    asg.attach_instances(AutoScalingGroupName="web", InstanceIds=[second])
    stack.settle(2)
    assert stack.ids() == {first, second}


def test_errors_are_those_of_aws(w: HttpWorld, stack: Stack) -> None:
    stack.create(1)
    asg = w.autoscaling
    assert code_of(asg.set_desired_capacity, AutoScalingGroupName="web", DesiredCapacity=11) == "ValidationError"
    assert code_of(asg.set_desired_capacity, AutoScalingGroupName="none", DesiredCapacity=1) == "ValidationError"
    assert code_of(
        asg.terminate_instance_in_auto_scaling_group, InstanceId="i-0", ShouldDecrementDesiredCapacity=False
    ) == ("ValidationError")
    assert code_of(stack.create) == "AlreadyExists"
    policy = {"MinHealthyPercentage": 50, "MaxHealthyPercentage": 200}
    assert (
        code_of(asg.update_auto_scaling_group, AutoScalingGroupName="web", InstanceMaintenancePolicy=policy)
        == "ValidationError"
    )
