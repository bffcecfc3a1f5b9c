"""The whole way, in the order in which a user goes it: deploy, heal, redeploy, a bad version, three instances, destroy.

The tests share one stack and one world and stand on each other, because that is what a deployment does.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cached_images import CachedImages
from deployment import Deployment, constant_requests, page, version
from world import eventually

APP, ENVIRONMENT = "web", "way"
TAGGED = [
    {"Name": "tag:ami-deploy:app", "Values": [APP]},
    {"Name": "tag:ami-deploy:environment", "Values": [ENVIRONMENT]},
]
#: Images belong to the application, whatever environment runs them.
IMAGES = [TAGGED[0], {"Name": "tag:ami-deploy:layer", "Values": ["application"]}]


def deploy(deployment: Deployment, app_version: str, *more: str, environment: dict[str, str] | None = None):
    return deployment.run(
        "deploy", "--environment", ENVIRONMENT, "--auto-approve", "--create-state-bucket",
        "--app-version", app_version, "--commit", f"{app_version.replace('.', '')}c0ffee", *more,
        environment=environment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def url(deployment: Deployment, base_layers: CachedImages) -> str:
    """The URL of the first deployment; every test of this module needs it."""
    base_layers.lend_to("web")
    deployment.environment_file(ENVIRONMENT, health_check_interval=5, health_check_timeout=2, deregistration_delay=5)
    result = deploy(deployment, "1.0.0")
    assert result.code == 0, result.text
    base_layers.keep()
    print("\n".join(base_layers.origins()))
    assert result.last_line.startswith("http://")
    return result.last_line


def instances(clients, state: str = "running") -> list[dict]:
    filters = [*TAGGED, {"Name": "instance-state-name", "Values": [state]}]
    return [
        instance
        for reservation in clients("ec2").describe_instances(Filters=filters)["Reservations"]
        for instance in reservation["Instances"]
    ]


def group(clients) -> dict:
    return clients("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[f"{APP}-{ENVIRONMENT}"])[
        "AutoScalingGroups"
    ][0]


def causes(clients) -> str:
    """The causes of all activities of the group, a line each."""
    name = f"{APP}-{ENVIRONMENT}"
    activities = clients("autoscaling").describe_scaling_activities(AutoScalingGroupName=name)["Activities"]
    return "\n".join(activity["Cause"] for activity in activities)


def machine(clients, label: str) -> str:
    listing = subprocess.run(
        ["docker", "ps", "-q", "--filter", f"label={label}"], capture_output=True, text=True, check=True
    )
    return listing.stdout.strip()


def test_deploy_printsUrlThatAnswers(url: str):
    text = page(url)
    assert "1.0.0" in text
    assert version(url)["version"] == "1.0.0"
    assert page(f"{url}/health")


def test_deploy_tagsEverythingAndRequiresImdsv2(url: str, clients):
    (instance,) = instances(clients)
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    images = clients("ec2").describe_images(Owners=["self"], Filters=IMAGES)["Images"]
    assert [image["ImageId"] for image in images] == [instance["ImageId"]]
    tags = {tag["Key"]: tag["Value"] for tag in images[0]["Tags"]}
    assert tags["ami-deploy:version"] == "1.0.0"
    assert {"ami-deploy:commit", "ami-deploy:build", "ami-deploy:base-image", "ami-deploy:fingerprint"} <= tags.keys()
    assert "ami-deploy:environment" not in tags
    snapshots = clients("ec2").describe_snapshots(OwnerIds=["self"], Filters=IMAGES)["Snapshots"]
    assert len(snapshots) == 1
    assert clients("ec2").describe_key_pairs()["KeyPairs"] == []
    groups = clients("ec2").describe_security_groups()["SecurityGroups"]
    assert not [each for each in groups if each["GroupName"].startswith("packer")]


def test_deploy_instanceTakesRequestsFromTheBalancerOnly(url: str, clients):
    (instance,) = instances(clients)
    probe = subprocess.run(
        ["curl", "-s", "-o", "/dev/null", "--max-time", "3", f"http://{instance['PrivateIpAddress']}/health"],
        check=False,
    )
    assert probe.returncode == 28  # timed out: the security group lets nobody but the balancer in


def test_plan_afterDeploy_hasNoChanges(url: str, deployment: Deployment, clients):
    image = instances(clients)[0]["ImageId"]
    result = deployment.run(
        "plan", "--environment", ENVIRONMENT, "--image-id", image, "--app-version", "1.0.0", "--commit", "100c0ffee"
    )
    assert result.code == 0, result.text
    assert "no changes" in result.text.lower()


def test_deployAgain_withNothingChanged_changesNothing(url: str, deployment: Deployment, world):
    changing = {"RunInstances", "CreateImage", "CreateLaunchTemplateVersion", "StartInstanceRefresh"}
    before = len(world.calls())
    result = deploy(deployment, "1.0.0")
    assert result.code == 0, result.text
    assert result.last_line == url
    assert "reused ami-" in result.text and "no changes" in result.text
    assert [call["action"] for call in world.calls()[before:] if call["action"] in changing] == []


def test_killedMachine_isReplacedAndAnswersAgain(url: str, clients):
    (before,) = instances(clients)
    subprocess.run(
        ["docker", "kill", machine(clients, f"ami-deploy.local.instance={before['InstanceId']}")],
        check=True,
        capture_output=True,
    )
    after = eventually(
        "another instance",
        lambda: [i for i in instances(clients) if i["InstanceId"] != before["InstanceId"]],
        timeout=90,
    )
    assert after
    eventually("an answer from it", lambda: version(url)["instance"] == after[0]["InstanceId"], timeout=60)


def test_hangingApp_isReplacedByTheElbHealthCheck(url: str, world, clients):
    (before,) = instances(clients)
    world.fault("break", before["InstanceId"])
    eventually(
        "the answer of another instance",
        lambda: version(url)["instance"] not in ("", before["InstanceId"]),
        timeout=180,
    )
    eventually("its activity", lambda: "ELB system health check failure" in causes(clients), timeout=60)


def test_redeploy_replacesWithoutAFailedRequest(url: str, deployment: Deployment):
    template = next((deployment.checkout / "webapp").rglob("*.html"))
    template.write_text(template.read_text().replace("</body>", "<p>a second edition</p></body>"))
    with constant_requests(url) as seen:
        result = deploy(deployment, "2.0.0")
    assert result.code == 0, result.text
    assert result.last_line == url
    assert "a second edition" in page(url)
    assert seen.failures == []
    assert seen.versions[0] == "1.0.0" and seen.versions[-1] == "2.0.0"


def test_versionThatNeverGetsHealthy_failsWithItsCauseWhileTheOldOneServes(url: str, deployment: Deployment, clients):
    before = group(clients)
    module = deployment.checkout / "webapp" / "webapp" / "__init__.py"
    good = module.read_text()
    # Healthy for the bake, which asks from the machine itself, and for nobody else.
    ready = "if is_ready():"
    assert ready in good
    module.write_text(
        good.replace(ready, 'if is_ready() and request.remote_addr == "127.0.0.1":').replace(
            "import Flask, ", "import Flask, request, "
        )
    )
    try:
        with constant_requests(url) as seen:
            result = deploy(deployment, "3.0.0")
    finally:
        module.write_text(good)
    assert result.code == 3, result.text
    assert "Target.ResponseCodeMismatch" in result.text and "503" in result.text
    assert "rolled back" in result.text.lower()
    assert seen.failures == []
    assert seen.versions == ["2.0.0"]
    after = group(clients)
    assert after["LaunchTemplate"]["Version"] == before["LaunchTemplate"]["Version"]
    staying = [each for each in after["Instances"] if not each["LifecycleState"].startswith("Terminating")]
    assert {each["LaunchTemplate"]["Version"] for each in staying} == {before["LaunchTemplate"]["Version"]}


def test_versionThatDoesNotEvenStart_endsTheBakeWithItsTask(url: str, deployment: Deployment, short_directory: Path):
    module = deployment.checkout / "webapp" / "webapp" / "__init__.py"
    good = module.read_text()
    module.write_text(good.replace('"/health"', '"/nowhere"'))
    try:
        result = deploy(deployment, "3.1.0", environment={"TMPDIR": str(short_directory)})
    finally:
        module.write_text(good)
    assert result.code == 1, result.text
    assert "NEVER_HEALTHY: the application says 404 to http://127.0.0.1/health after 90 s" in result.err
    assert list(short_directory.iterdir()) == [], "Packer's Ansible provisioner leaves the builder's private key"
    assert version(url)["version"] == "2.0.0"


def test_groupOfThree_redeploysWithoutAFailedRequest(url: str, deployment: Deployment, clients):
    deployment.environment_file(
        ENVIRONMENT, health_check_interval=5, health_check_timeout=2, deregistration_delay=5,
        min_size=3, max_size=3, desired_capacity=3,
        # Six machines at once, on a computer that may have much else to do; a new one's warm-up would be as long.
        health_check_grace_period=600, instance_warmup=10,
    )  # fmt: skip
    with constant_requests(url) as seen:
        result = deploy(deployment, "4.0.0")
    assert result.code == 0, result.text
    assert seen.failures == []
    assert len(instances(clients)) == 3
    assert {version(url)["version"] for _ in range(12)} == {"4.0.0"}


def test_existingImage_isDeployedWithoutABakeAndSaysItsOwnVersion(url: str, deployment: Deployment, clients):
    images = clients("ec2").describe_images(Owners=["self"], Filters=IMAGES)["Images"]
    first = next(
        image["ImageId"] for image in images if {"Key": "ami-deploy:version", "Value": "1.0.0"} in image["Tags"]
    )
    with constant_requests(url) as seen:
        result = deployment.run(
            "deploy", "--environment", ENVIRONMENT, "--auto-approve", "--image-id", first, "--build", "back-7"
        )
    assert result.code == 0, result.text
    assert seen.failures == []
    assert version(url)["version"] == "1.0.0"
    assert "a second edition" not in page(url)


def test_calls_areAllowedByTheShippedPolicy(url: str, world):
    import sys

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import iam_policy

    deployer = world.environment["AWS_ACCESS_KEY_ID"]
    calls = [call for call in world.calls() if call["key"] == deployer]
    assert calls
    assert iam_policy.refused_calls(calls) == set()


def test_destroy_leavesNothing(url: str, deployment: Deployment, clients):
    result = deployment.run("destroy", "--environment", ENVIRONMENT, "--auto-approve")
    assert result.code == 0, result.text
    ec2, elb = clients("ec2"), clients("elbv2")
    assert instances(clients) == []
    assert ec2.describe_images(Owners=["self"], Filters=TAGGED[:1])["Images"] == []
    assert ec2.describe_snapshots(OwnerIds=["self"], Filters=TAGGED[:1])["Snapshots"] == []
    assert ec2.describe_launch_templates(Filters=TAGGED)["LaunchTemplates"] == []
    assert ec2.describe_security_groups(Filters=TAGGED)["SecurityGroups"] == []
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    assert elb.describe_target_groups()["TargetGroups"] == []
    assert clients("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
