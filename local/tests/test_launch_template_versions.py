"""Launch-template versions that are deleted: gone for describes and launches, and their numbers never come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from worlds import HttpWorld, Stack

SAFE = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0}


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld(boots=True)
    yield world
    world.close()


@pytest.fixture
def stack(w: HttpWorld) -> Stack:
    stack = Stack(w)
    stack.new_version()
    stack.new_version()
    return stack


def delete(stack: Stack, *versions: str) -> dict:
    return stack.w.ec2.delete_launch_template_versions(LaunchTemplateId=stack.template_id, Versions=list(versions))


def numbers(stack: Stack, **more: object) -> list[int]:
    found = stack.w.ec2.describe_launch_template_versions(LaunchTemplateId=stack.template_id, **more)
    return [version["VersionNumber"] for version in found["LaunchTemplateVersions"]]


def gone(stack: Stack, version: str) -> str:
    return f"Could not find the specified version {version} for the launch template with ID {stack.template_id}."


def test_deleted_version_is_gone_and_its_number_not_given_again(stack: Stack) -> None:
    (deleted,) = delete(stack, "2")["SuccessfullyDeletedLaunchTemplateVersions"]
    assert deleted == {"LaunchTemplateId": stack.template_id, "LaunchTemplateName": "web", "VersionNumber": 2}
    assert numbers(stack) == [1, 3]
    assert numbers(stack, MinVersion="2") == [3] and numbers(stack, MaxVersion="2") == [1]
    assert numbers(stack, Versions=["3", "$Latest", "$Default"]) == [3, 3, 1]
    delete(stack, "3")
    assert stack.new_version() == "4"
    with pytest.raises(ClientError) as caught:
        numbers(stack, Versions=["2"])
    assert caught.value.response["Error"] == {
        "Code": "InvalidLaunchTemplateId.VersionNotFound",
        "Message": gone(stack, "2"),
    }


def test_default_and_missing_versions_stay_where_they_are(stack: Stack) -> None:
    answer = delete(stack, "1", "9", "3")
    assert [one["VersionNumber"] for one in answer["SuccessfullyDeletedLaunchTemplateVersions"]] == [3]
    kept = answer["UnsuccessfullyDeletedLaunchTemplateVersions"]
    assert [one["ResponseError"]["Code"] for one in kept] == ["unexpectedError", "launchTemplateVersionDoesNotExist"]
    assert numbers(stack) == [1, 2]


def test_group_cannot_launch_from_a_deleted_version(w: HttpWorld, stack: Stack) -> None:
    stack.create(0, version="2")
    delete(stack, "2")
    w.autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    w.advance(3)
    assert stack.activities()[0]["StatusMessage"] == f"{gone(stack, '2')} Launching EC2 instance failed."
    assert stack.group()["LaunchTemplate"]["Version"] == "2"


def test_group_cannot_launch_from_a_deleted_template(w: HttpWorld, stack: Stack) -> None:
    stack.create(1, version="2")
    stack.settle(1)
    w.ec2.delete_launch_template(LaunchTemplateId=stack.template_id)
    w.autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)
    w.advance(3)
    assert stack.activities()[0]["StatusMessage"] == (
        f"The specified launch template, with template ID {stack.template_id}, does not exist. "
        "Launching EC2 instance failed."
    )
    with pytest.raises(ClientError, match=r"InvalidLaunchTemplateId\.NotFound"):
        w.ec2.describe_launch_templates(LaunchTemplateIds=[stack.template_id])


def test_refresh_to_a_deleted_version_is_refused_and_one_away_from_it_is_not(w: HttpWorld, stack: Stack) -> None:
    stack.create(1, version="2")
    stack.settle(1)
    delete(stack, "2", "3")
    with pytest.raises(ClientError) as caught:
        stack.start_refresh("3", AutoRollback=True, **SAFE)
    error = caught.value.response["Error"]
    assert error["Message"] == f"You must use a valid fully-formed launch template. {gone(stack, '3')}"
    stack.start_refresh("1", AutoRollback=True, **SAFE)
    w.until(lambda: stack.refresh()["Status"] == "Successful", 60)


def test_version_deleted_during_a_refresh_fails_its_launches(w: HttpWorld, stack: Stack) -> None:
    stack.create(1)
    stack.settle(1)
    stack.start_refresh("2", AutoRollback=True, **SAFE)
    delete(stack, "2")
    w.advance(3)
    assert stack.activities()[0]["StatusMessage"] == f"{gone(stack, '2')} Launching EC2 instance failed."
