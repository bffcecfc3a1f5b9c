"""The three jobs of a plain controller, from a push to nothing, with what happens to a controller on the way.

It is what `tools/demo-jenkins` starts: the plugin as built, the configuration of resources/controller, agents from the tooling
Dockerfile, repositories that are pushed to, and the embedded AWS with machines. The tests share one controller and stand on each
other, because that is what deployments do; each bake is used by several of them.
"""

from __future__ import annotations

import json
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import First
from controller import STAGE_LIMIT, files_with, git, page, second_repository, shown_by_ps
from relay import Relay, relay
from world import eventually

#: Key of the second application's folder; the world takes any, its log of calls tells them apart.
SHOP_KEY = "AKIASHOP"
#: Its secret, which nothing else is alike.
SHOP_SECRET = secrets.token_urlsafe(30)
#: Its folder, whose name holds that of a job in it.
FOLDER = "shop-deploy"


@pytest.fixture(scope="module")
def endpoint(first: First) -> Iterator[Relay]:
    """An endpoint that the controller's setting does not know: what comes here was told by a build's parameter."""
    with relay(first.world.environment["AWS_ENDPOINT_URL"]) as relayed:
        yield relayed


def image_of(log: str) -> str:
    return re.search(r"(?:Baked|Reused) (ami-\w+)", log)[1]


def last_lines(log: str, count: int = 5) -> str:
    return "\n".join(log.splitlines()[-count:])


def test_push_endsInUrlThatAnswers(first: First):
    assert first.url.startswith("http://")
    assert page(first.url)
    log = first.controller.ask("job/web/job/deploy/1/consoleText")
    assert "Started by an SCM change" in log
    assert first.url in log


def test_push_archivesPlanManifestAndLogsWithoutThePlanFile(first: First):
    build = json.loads(first.controller.ask("job/web/job/deploy/1/api/json"))
    paths = {artifact["fileName"]: artifact["relativePath"] for artifact in build["artifacts"]}
    names = list(paths)
    plan = first.controller.ask(f"job/web/job/deploy/1/artifact/{paths['plan.txt']}")
    assert "+ aws_lb.web\n" in plan
    assert "\nPlan: " in plan
    assert any(name.startswith("manifest-") for name in names)
    assert any(name.endswith(".log") for name in names)
    assert not any(name.endswith(".tfplan") for name in names)


def test_changePushed_controllerKilledInBakeApplyAndRollout_newVersionAnswers(first: First, tmp_path: Path):
    """Killed, not stopped; the other phases are run by the command `tests/jenkins`.

    The environment staging, for the tests below, comes with the same push.
    """
    controller, world = first.controller, first.world
    before = {action: len(world.calls_of(action)) for action in ("CreateImage", "StartInstanceRefresh", "RunInstances")}
    build = controller.next_build("web/deploy")
    clone = controller.clone(controller.repository, tmp_path / "clone")
    template = next((clone / "webapp").rglob("index.html"))
    template.write_text(template.read_text().replace("</body>", "<p>a second edition</p></body>"))
    (clone / "environments" / "staging.pkrvars.hcl").write_text(
        'app = "web"\nenvironment = "staging"\nregion = "us-east-1"\n'
    )
    git(clone, "add", ".")
    git(clone, "commit", "-qm", "a second edition")
    git(clone, "push", "-q")

    build_begun = eventually("the build of the push", build.state, STAGE_LIMIT)
    assert build_begun["number"] == build.number
    build.await_line("bake: configuring")
    assert shown_by_ps(controller.secret_key) == []
    controller.kill()
    build.await_line("[Pipeline] terraformApply")
    eventually("the lock of the apply", world.locks, STAGE_LIMIT, every=0.1)
    controller.kill()
    eventually("the refresh", lambda: world.refreshing("web-demo"), STAGE_LIMIT, every=0.2)
    controller.kill()

    build.succeeds()
    assert "a second edition" in page(first.url)
    after = {action: len(world.calls_of(action)) - count for action, count in before.items()}
    # One machine to bake on and one that the group launched.
    assert after == {"CreateImage": 1, "StartInstanceRefresh": 1, "RunInstances": 1}, after
    assert build.log().count("Baked ami-") == 1
    assert world.locks() == []


def test_rolledBackFromTheDeploymentsPage_runsTheReleaseBefore_andStaysThere(first: First):
    """From here on demo runs the first push's image. The next build of the same commit does not undo that."""
    controller, world = first.controller, first.world
    baked = len(world.calls_of("CreateImage"))
    deployments = controller.ask("job/web/deployments/")
    assert "demo" in deployments and "Roll back" in deployments
    build = controller.next_build("web/deploy")
    controller.post("job/web/deployments/rollBack", {"app": "web", "environment": "demo", "number": "1"})
    eventually("the build that was asked for", build.state, STAGE_LIMIT)
    build.succeeds()
    assert "release 1 of demo" in build.log()
    assert "a second edition" not in page(first.url)

    again = controller.start("web/deploy-by-hand", ENVIRONMENT="demo")
    again.succeeds()
    assert "Reused " in again.log()
    assert "Stays on release" in again.log()
    assert "a second edition" not in page(first.url)
    assert len(world.calls_of("CreateImage")) == baked
    releases = json.loads(controller.ask("job/web/deployments/api/json?depth=3"))
    demo = next(each for each in releases["environments"] if each["name"] == "demo")
    assert [(each["kind"], each["result"]) for each in demo["releases"]] == [
        ("deployment", "unchanged"),
        ("rollback", "healthy"),
        ("deployment", "healthy"),
        ("deployment", "healthy"),
    ], demo


def test_bakeAborted_leavesNothing_andSaysSo(first: First, endpoint: Relay):
    """Its endpoint is the build's parameter, in the first build of the job already."""
    controller, world = first.controller, first.world
    groups, images = world.security_groups(), len(world.calls_of("CreateImage"))
    machines = len(world.calls_of("RunInstances"))
    # This commit has an image already.
    build = controller.start("web/deploy-by-hand", ENVIRONMENT="demo", ENDPOINT=endpoint.url, FRESH="true")
    build.await_line("base: configuring")
    assert world.baking("demo")
    build.stop()
    assert build.end() == "ABORTED", build.log()
    assert world.baking("demo") == []
    assert world.temporary() == []
    assert world.security_groups() == groups
    assert world.locks() == []
    assert len(world.calls_of("CreateImage")) == images
    assert endpoint.calls()["RunInstances"] == len(world.calls_of("RunInstances")) - machines == 1
    assert controller.containers("web/deploy-by-hand") == []
    log = build.log()
    assert "Aborted by" in log
    assert "base: removing the temporary instance" in log
    assert "Finished: ABORTED" in last_lines(log)


def test_approvalRejected_appliesNothing(first: First):
    """The question is put while nothing runs on an agent, and not everybody may answer it."""
    controller, world = first.controller, first.world
    image = image_of(controller.ask("job/web/job/deploy/1/consoleText"))
    build = controller.start("web/deploy-by-hand", ENVIRONMENT="staging", IMAGE_ID=image)
    build.await_line("Apply to staging: ")
    eventually("free executors", lambda: controller.busy_executors() == 0, STAGE_LIMIT)
    assert controller.containers("web/deploy-by-hand") == []
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{controller.url}{build.path}/input/Apply/proceedEmpty", b"", timeout=60)
    assert refused.value.code in (401, 403)
    assert build.result() is None
    build.answer("Apply", "abort")
    assert build.end() == "ABORTED", build.log()
    assert "Rejected by" in build.log()
    assert "terraformApply" not in build.log()
    assert world.balancers() == ["web-demo"]
    assert world.locks() == []


def test_approved_applyAborted_releasesTheLock_andKnowsWhatIsThere(first: First):
    """What Terraform has made by then belongs to the environment: it is in the state, for the next apply or a destroy."""
    controller, world = first.controller, first.world
    groups = world.security_groups()
    image = image_of(controller.ask("job/web/job/deploy/1/consoleText"))
    build = controller.start("web/deploy-by-hand", ENVIRONMENT="staging", IMAGE_ID=image)
    build.await_line("Apply to staging: ")
    build.answer("Apply", "proceedEmpty")
    # Terraform is waiting for it: the answers to all requests are in the state.
    build.await_line("apply: creating aws_lb.web (10 s)", after="Approved by")
    assert world.locks() == ["web/staging/terraform.tfstate.tflock"]
    assert shown_by_ps(controller.secret_key) == []
    build.stop()
    assert build.end() == "ABORTED", build.log()
    assert world.locks() == []
    assert world.baking("staging") == [] and world.temporary() == []
    made = world.security_groups() - groups
    assert made and made == world.security_groups_in_state("web/staging/terraform.tfstate")
    assert controller.containers("web/deploy-by-hand") == []
    log = build.log()
    assert "Aborted by" in log
    assert "run apply again to finish, or destroy to remove what is there" in log
    assert "Finished: ABORTED" in last_lines(log)


def test_twoApplications_sideBySide_oneOfThemFromARepositoryOfItsOwn(first: First, endpoint: Relay):
    """Staging with the image that demo is proven healthy on, taken up where it was left, without approval, by an endpoint of its
    own; the shop, an ASGI application that knows nothing of this repository, by the five lines that the plugin brings, approved."""
    controller, world = first.controller, first.world
    shop = second_repository(controller.base)
    controller.post(f"createItem?name={FOLDER}", "<com.cloudbees.hudson.plugins.folder.Folder/>")
    controller.post(
        f"job/{FOLDER}/credentials/store/folder/domain/_/createCredentials",
        "<com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl><scope>GLOBAL</scope><id>aws-deploy</id>"
        f"<accessKey>{SHOP_KEY}</accessKey><secretKey>{SHOP_SECRET}</secretKey>"
        "</com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl>",
    )
    for name, script in (("deploy", "Jenkinsfile"), ("destroy", "Jenkinsfile.destroy")):
        controller.post(f"job/{FOLDER}/createItem?name={name}", pipeline_job(f"file://{shop}", script))
    before = len(world.calls_of("CreateAutoScalingGroup"))
    theirs = controller.start(f"{FOLDER}/deploy")
    ours = controller.start(
        "web/deploy-by-hand", ENVIRONMENT="staging", FROM="demo", SKIP_APPROVAL="true", ENDPOINT=endpoint.url
    )

    theirs.await_line("Apply to production: ")
    assert controller.containers(f"{FOLDER}/deploy") == []
    theirs.answer("Apply", "proceedEmpty")
    ours.succeeds()
    assert "Apply to staging" not in ours.log()
    assert "Baked" not in ours.log()
    # The image of the first push, to which demo was taken back.
    assert "a second edition" not in page(url_at_the_end(ours.log()))
    assert "promotion" in ours.log() or "release 3 of demo" in ours.log()
    theirs.succeeds()
    assert json.loads(page(url_at_the_end(theirs.log())))["application"] == "asgi"
    kept = [artifact["fileName"] for artifact in theirs.state()["artifacts"]]
    assert [name for name in kept if name.startswith("requirements-shop-") and name.endswith(".lock")], kept
    assert "a second edition" not in page(first.url)
    assert (locks(theirs.log()), locks(ours.log())) == ([f"deploy {FOLDER}/production"], ["deploy web/staging"])
    assert {call["key"] for call in world.calls_of("CreateLoadBalancer")} == {"test", SHOP_KEY}
    # Terraform, its state and the rollout of the one build that was given the endpoint, and nothing of the other.
    groups = [call["key"] for call in world.calls_of("CreateAutoScalingGroup")[before:]]
    assert sorted(groups) == sorted(["test", SHOP_KEY])
    assert endpoint.calls()["CreateAutoScalingGroup"] >= 1
    assert endpoint.calls()["DescribeTargetHealth"] >= 1
    assert endpoint.asked_for("web/staging/terraform.tfstate")
    assert not endpoint.asked_for(SHOP_KEY)


def test_destroy_nameAskedFor_leavesNothingOfTheirs_andTheOthersAsTheyWere(first: First, endpoint: Relay):
    """Staging and the shop at once; with staging all that its aborted apply had made."""
    controller, world = first.controller, first.world
    theirs = controller.start(f"{FOLDER}/destroy")
    ours = controller.start("web/destroy", ENVIRONMENT="staging", ENDPOINT=endpoint.url)
    for build in (theirs, ours):
        build.await_line("Input requested")
        assert "account 123456789012, region us-east-1" in controller.ask(f"{build.path}/input/")
    eventually("free executors", lambda: controller.busy_executors() == 0, STAGE_LIMIT)
    theirs.answer("Destroy", "submit", NAME="production")
    ours.answer("Destroy", "submit", NAME="staging")
    for build in (theirs, ours):
        build.succeeds()
        assert "0 left behind" in build.log()
    assert (locks(theirs.log()), locks(ours.log())) == ([f"deploy {FOLDER}/production"], ["deploy web/staging"])
    assert world.balancers() == ["web-demo"]
    assert endpoint.calls()["DeleteLoadBalancer"] >= 1
    assert world.security_groups_of(("web", "staging"), ("shop", "production")) == []
    images = world.client("ec2").describe_images(Owners=["self"])["Images"]
    assert [image["Name"] for image in images if image["Name"].startswith("shop-")] == []
    assert page(first.url)


def test_destroy_again_ofWhatWasHere_succeeds(first: First):
    """There is a state, an empty one: it was here once, so this is the right account."""
    gone = first.controller.start("web/destroy", ENVIRONMENT="staging", CONFIRM="staging")
    gone.succeeds()
    assert "0 left behind" in gone.log()


def test_failure_hasItsCauseAtTheEndOfTheLog(first: First):
    build = first.controller.start("web/deploy-by-hand", ENVIRONMENT="demo", IMAGE_ID="ami-0123456789abcdef0")
    assert build.end() == "FAILURE"
    assert "ami-0123456789abcdef0" in last_lines(build.log(), 15)
    assert "a second edition" not in page(first.url)


def test_destroy_anotherNameTyped_removesNothing(first: First):
    build = first.controller.start("web/destroy", ENVIRONMENT="demo", CONFIRM="dmeo")
    assert build.end() == "FAILURE"
    assert "nothing was removed" in build.log()
    assert page(first.url)


def test_secretKeys_areNowhereInClear(first: First):
    """Logs, build.xml, program.dat, archives, workspaces: everything that the builds left in the controller's home."""
    controller = first.controller
    assert len(controller.secret_key) >= 20
    assert files_with("Finished: SUCCESS", controller.home / "jobs"), "the search finds nothing at all"
    for secret in (controller.secret_key, SHOP_SECRET):
        assert files_with(secret, controller.home, but=("war",)) == []
        assert files_with(secret, controller.base, but=("home", "secrets")) == []


def test_destroy_thenTheEndOfTheDemonstration_leaveNothing(first: First):
    """The destroy job with the name as its parameter, run by `tools/demo-jenkins down`, which then ends what it started."""
    process = Path("/proc") / (first.controller.base / "pid").read_text().strip()
    out, log = first.down()
    assert out.splitlines()[-1] == "0 left behind"
    assert "Finished: SUCCESS" in log
    assert "0 left behind" in log
    with pytest.raises(OSError):
        page(first.url)
    assert not process.exists()
    assert not first.controller.base.exists()
    assert first.world.containers() == []


def locks(log: str) -> list[str]:
    """The locks of Jenkins that a build had."""
    return re.findall(r"Lock acquired on \[Resource: ([^\]]+)\]", log)


def url_at_the_end(log: str) -> str:
    return re.findall(r"(?m)^http://\S+$", log)[-1]


def pipeline_job(repository: str, script: str) -> str:
    return (
        '<flow-definition><definition class="org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition">'
        '<scm class="hudson.plugins.git.GitSCM"><configVersion>2</configVersion><userRemoteConfigs>'
        f"<hudson.plugins.git.UserRemoteConfig><url>{repository}</url></hudson.plugins.git.UserRemoteConfig>"
        "</userRemoteConfigs><branches><hudson.plugins.git.BranchSpec><name>main</name></hudson.plugins.git.BranchSpec>"
        f"</branches></scm><scriptPath>{script}</scriptPath><lightweight>true</lightweight></definition></flow-definition>"
    )
