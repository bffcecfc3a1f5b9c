"""Subnets without free addresses, and images that another account does not share."""

from __future__ import annotations

from collections.abc import Iterator

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


def free(w: HttpWorld, subnet: str) -> int:
    return w.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"]


def run(w: HttpWorld, stack: Stack, **more: object) -> str:
    arguments = {"ImageId": stack.image_id, "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1}
    return w.ec2.run_instances(**(arguments | more))["Instances"][0]["InstanceId"]


def refused(call: object, **arguments: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)  # type: ignore[operator]
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def none_left(subnet: str) -> str:
    return f"There are not enough free addresses in subnet '{subnet}' to satisfy the requested number of instances."


def test_addresses_fall_with_each_instance_and_come_back(w: HttpWorld, stack: Stack) -> None:
    subnet = stack.subnet_ids[0]
    before = free(w, subnet)
    instance = run(w, stack, SubnetId=subnet)
    assert free(w, subnet) == before - 1
    w.ec2.terminate_instances(InstanceIds=[instance])
    w.until(lambda: free(w, subnet) == before, 10)


def test_smallest_subnet_runs_out_after_eleven(w: HttpWorld, stack: Stack) -> None:
    vpc = w.ec2.create_vpc(CidrBlock="10.90.0.0/24")["Vpc"]["VpcId"]
    subnet = w.ec2.create_subnet(VpcId=vpc, CidrBlock="10.90.0.0/28")["Subnet"]["SubnetId"]
    assert free(w, subnet) == 11
    for _ in range(11):
        w.ec2.create_network_interface(SubnetId=subnet)
    assert free(w, subnet) == 0
    found = refused(lambda: run(w, stack, SubnetId=subnet))
    assert found == ("InsufficientFreeAddressesInSubnet", none_left(subnet))


def test_exhausted_subnet_gives_what_is_left_and_then_refuses(w: HttpWorld, stack: Stack) -> None:
    subnet = stack.subnet_ids[0]
    w.fault(do="add", kind="exhaust", subnet=subnet, left=1)
    assert free(w, subnet) == 1
    run(w, stack, SubnetId=subnet)
    assert free(w, subnet) == 0
    assert refused(lambda: run(w, stack, SubnetId=subnet))[0] == "InsufficientFreeAddressesInSubnet"
    w.fault(do="clear")
    run(w, stack, SubnetId=subnet)


def test_group_goes_to_another_zone_and_says_why(w: HttpWorld, stack: Stack) -> None:
    first, second = stack.subnet_ids
    w.fault(do="add", kind="exhaust", subnet=first)
    stack.create(1)
    stack.settle(1)
    (failed,) = [a for a in stack.activities() if a["StatusCode"] == "Failed"]
    assert failed["StatusMessage"] == f"{none_left(first)} Launching EC2 instance failed."
    assert second in stack.activities()[0]["Details"]


def test_group_without_any_address_keeps_trying(w: HttpWorld, stack: Stack) -> None:
    for subnet in stack.subnet_ids:
        w.fault(do="add", kind="exhaust", subnet=subnet)
    stack.create(1)
    w.advance(5)
    said = {a["StatusMessage"] for a in stack.activities()}
    assert said == {f"{none_left(subnet)} Launching EC2 instance failed." for subnet in stack.subnet_ids}
    w.fault(do="clear")
    stack.settle(1)


def test_unshared_image_is_not_found_and_not_launched(w: HttpWorld, stack: Stack) -> None:
    w.fault(do="add", kind="unshare", image=stack.image_id)
    code, message = refused(w.ec2.describe_images, ImageIds=[stack.image_id])
    assert (code, message) == ("InvalidAMIID.NotFound", f"The image id '[{stack.image_id}]' does not exist")
    assert stack.image_id not in {one["ImageId"] for one in w.ec2.describe_images()["Images"]}
    assert refused(lambda: run(w, stack)) == ("AuthFailure", f"Not authorized for images: [{stack.image_id}]")
    w.fault(do="clear")
    assert w.ec2.describe_images(ImageIds=[stack.image_id])["Images"]


def test_group_says_that_it_may_not_launch_the_image(w: HttpWorld, stack: Stack) -> None:
    stack.create(1)
    w.fault(do="add", kind="unshare", image=stack.image_id)
    w.advance(2)
    assert stack.activities()[0]["StatusMessage"] == (
        f"Not authorized for images: [{stack.image_id}]. Launching EC2 instance failed."
    )
