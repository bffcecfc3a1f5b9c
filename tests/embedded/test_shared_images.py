"""Two environments that share one image: what a teardown takes and what it leaves, also while the other one is just being deployed.

The tests share one world and one bake, and stand on each other.
"""

from __future__ import annotations

import json
import subprocess

import pytest
from cached_images import CachedImages
from deployment import Deployment, version
from world import World, eventually

APP = "shared"
#: A health check that settles soon, and patience with a computer that has much else to do.
QUICK = {
    "health_check_interval": 5,
    "health_check_timeout": 2,
    "deregistration_delay": 5,
    "health_check_grace_period": 600,
}
OF_THE_APP = [{"Name": "tag:ami-deploy:app", "Values": [APP]}]


@pytest.fixture(scope="module")
def shared(deployment: Deployment, base_layers: CachedImages, clients) -> Deployment:
    """The deployment with the files of both environments, and a base layer where another application has one to be copied."""
    base_layers.load_application(APP)
    base_layers.lend_to(APP)
    for name in ("demo", "prod"):
        deployment.environment_file(name, app=APP, **QUICK)
    return deployment


def deploy_arguments(environment: str) -> list[str]:
    return ["deploy", "--environment", environment, "--auto-approve", "--create-state-bucket", "--json"]


def destroy_arguments(environment: str) -> list[str]:
    return ["destroy", "--environment", environment, "--auto-approve", "--json"]


def claims(clients) -> list[str]:
    """Keys of all claims and removal markers of the application."""
    s3 = clients("s3")
    return [
        entry["Key"]
        for bucket in s3.list_buckets()["Buckets"]
        for entry in s3.list_objects_v2(Bucket=bucket["Name"], Prefix=f"{APP}/claims/").get("Contents", [])
    ]


def images(clients, layer: str) -> list[str]:
    filters = [*OF_THE_APP, {"Name": "tag:ami-deploy:layer", "Values": [layer]}]
    return [image["ImageId"] for image in clients("ec2").describe_images(Owners=["self"], Filters=filters)["Images"]]


def only_with_its_base_layer(clients, image: str) -> str:
    """The base layer that the image was baked on; what else the cache brought, of other states of recipes or application, goes."""
    ec2 = clients("ec2")
    (found,) = ec2.describe_images(ImageIds=[image])["Images"]
    base = next(tag["Value"] for tag in found["Tags"] if tag["Key"] == "ami-deploy:base-image").split()[0]
    for other in {*images(clients, "application"), *images(clients, "base")} - {image, base}:
        (copy,) = ec2.describe_images(ImageIds=[other])["Images"]
        ec2.deregister_image(ImageId=other)
        for device in copy["BlockDeviceMappings"]:
            ec2.delete_snapshot(SnapshotId=device["Ebs"]["SnapshotId"])
    return base


def instance(clients, environment: str) -> dict:
    filters = [
        *OF_THE_APP,
        {"Name": "tag:ami-deploy:environment", "Values": [environment]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    reservations = clients("ec2").describe_instances(Filters=filters)["Reservations"]
    (found,) = [instance for reservation in reservations for instance in reservation["Instances"]]
    return found


def ended(process: subprocess.Popen) -> dict:
    """What a command that was started says in the end."""
    out, err = process.communicate(timeout=900)
    print(err, out)
    assert process.returncode == 0, err
    return json.loads(out)


def heal(clients, environment: str, url: str) -> None:
    """Kills the environment's machine and waits until another one answers."""
    before = instance(clients, environment)["InstanceId"]
    listing = subprocess.run(
        ["docker", "ps", "-q", "--filter", f"label=ami-deploy.local.instance={before}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    subprocess.run(["docker", "kill", listing.stdout.strip()], check=True, capture_output=True)
    eventually(
        f"an answer of another instance than {before}",
        lambda: version(url)["instance"] not in ("", before),
        timeout=180,
    )


def test_deployThatIsUnderWay_keepsItsImageFromADestroy(shared: Deployment, base_layers: CachedImages, clients):
    image = ended(shared.start(*deploy_arguments("demo")))["image_id"]
    base_layers.keep()
    base_layers.keep_application(APP, image)
    base = only_with_its_base_layer(clients, image)
    assert claims(clients) == []

    deploying = shared.start(*deploy_arguments("prod"))
    eventually("prod's claim", lambda: any("/prod." in key for key in claims(clients)), timeout=60, every=0.2)
    destroyed = ended(shared.start(*destroy_arguments("demo")))
    prod = ended(deploying)

    assert prod["image_id"] == image
    assert destroyed["left_behind"] == 0
    assert [line.split(" (")[0] for line in destroyed["kept"]] == [f"keeps image {image}", f"keeps image {base}"] or [
        line.split(" (")[0] for line in destroyed["kept"]
    ] == [f"keeps image {base}", f"keeps image {image}"]
    assert all("prod" in line.split(": ")[1] for line in destroyed["kept"])
    assert images(clients, "application") == [image] and images(clients, "base") == [base]
    assert claims(clients) == []
    heal(clients, "prod", prod["url"])


def test_deployWhileItsImageIsBeingRemoved_endsOnAnImageThatStays(shared: Deployment, world: World, clients):
    world.fault("throttle", "ec2:DeregisterImage")
    try:
        destroying = shared.start(*destroy_arguments("prod"))
        eventually(
            "a removal marker",
            lambda: any(key.endswith("/removing.json") for key in claims(clients)),
            timeout=300,
            every=0.2,
        )
        deploying = shared.start(*deploy_arguments("demo"))
        eventually("demo's claim", lambda: any("/demo." in key for key in claims(clients)), timeout=60, every=0.2)
    finally:
        world.fault("clear")
    destroyed = ended(destroying)
    demo = ended(deploying)

    assert destroyed["left_behind"] == 0
    assert demo["image_id"] in images(clients, "application")
    heal(clients, "demo", demo["url"])


def test_destroyOfTheLastEnvironment_leavesNothingOfTheApplication(shared: Deployment, clients):
    destroyed = ended(shared.start(*destroy_arguments("demo")))

    assert destroyed["left_behind"] == 0
    assert destroyed["kept"] == []
    ec2 = clients("ec2")
    assert ec2.describe_images(Owners=["self"], Filters=OF_THE_APP)["Images"] == []
    assert ec2.describe_snapshots(OwnerIds=["self"], Filters=OF_THE_APP)["Snapshots"] == []
    assert ec2.describe_launch_templates(Filters=OF_THE_APP)["LaunchTemplates"] == []
    assert ec2.describe_security_groups(Filters=OF_THE_APP)["SecurityGroups"] == []
    assert claims(clients) == []
