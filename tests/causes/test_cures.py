"""What is printed to be pasted: which commands there are, that they exist with these options, and which test runs each of ours.

A command that is new here wants a line in ``RUN_BY`` with a test that runs it. Those of the AWS command line are compared with the service models
that it is made from.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(file for top in ("src/main/java", "cli/src/main/java") for file in (ROOT / top / "io").rglob("*.java"))
CLI_TESTS = "cli/src/test/java/io/jenkins/plugins/amideploy/cli"

#: Commands of ours that are printed as a cure: what runs them.
RUN_BY = {
    "unlock": ("tests/embedded/test_unlock.py", "pasted(deployment, refused.err)"),
    "push-state": ("tests/embedded/test_unlock.py", "pasted(deployment, waiting.err)"),
    "deploy": ("tests/embedded/test_whole_way.py", '"deploy"'),
    "apply": ("tests/embedded/test_aborts.py", '"apply"'),
    "bake": ("tests/embedded/test_aborts.py", '"bake"'),
    "releases": ("tests/embedded/test_releases.py", '"releases"'),
    "rollback": ("tests/embedded/test_releases.py", '"rollback"'),
    "doctor": ("tests/embedded/test_tooling_image.py", '"doctor"'),
    "destroy": ("tests/embedded/test_aborts.py", '"destroy"'),
}

#: What the AWS command line adds to the operations themselves.
OWN_OPTIONS = {"region", "profile", "query", "output", "max-items"}
SHORTHAND = {
    ("ec2", "authorize-security-group-ingress"): {"protocol", "port", "cidr", "source-group"},
    ("ec2", "authorize-security-group-egress"): {"protocol", "port", "cidr", "source-group"},
}

#: Commands of the AWS command line that are no operation of a service; AWS CLI command reference.
OF_ITSELF = {("configure", "list-profiles"), ("configure", "export-credentials"), ("sso", "login"), ("login", "")}


def literals() -> list[tuple[str, str]]:
    """The strings in our sources that begin with a command, each with its file."""
    found = []
    for file in SOURCES:
        code = re.sub(r"(?s)/\*.*?\*/", "", file.read_text())
        found += [(file.name, text) for text in re.findall(r'"((?:ami-deploy|aws) [a-z](?:[^"\\]|\\.)*)"', code)]
    return found


def measured() -> list[str]:
    """The commands below ``do:`` in the outputs of docs/causes.md, whole."""
    page = (ROOT / "docs" / "causes.md").read_text()
    outputs = re.findall(r"(?s)<!-- output of .*?-->\n(.*?)<!-- end -->", page)
    return [line.strip() for output in outputs for line in re.findall(r"(?m)^ {6}(\S.*)$", output)]


def verbs() -> set[str]:
    printed = [text for _, text in literals() if text.startswith("ami-deploy ")]
    return {text.split()[1] for text in printed + measured() if text.startswith("ami-deploy ")}


def test_everyCommandOfOursThatIsPrinted_isThere():
    names = set(
        re.findall(
            r'commands\.put\("([\w-]+)"',
            (ROOT / "cli/src/main/java/io/jenkins/plugins/amideploy/cli/Main.java").read_text(),
        )
    )
    assert verbs() - {"completion"} <= names


def test_everyCommandOfOursThatIsPrinted_isRunByATest():
    assert verbs() - {"completion"} <= set(RUN_BY)


@pytest.mark.parametrize("verb", sorted(RUN_BY))
def test_theTestThatIsSaidToRunIt_does(verb: str):
    file, words = RUN_BY[verb]
    assert words in (ROOT / file).read_text()


AWS = sorted(
    {text for _, text in literals() if text.startswith("aws ")} | {c for c in measured() if c.startswith("aws ")}
)


@pytest.mark.parametrize("command", AWS)
def test_commandOfTheAwsCommandLine_hasThatOperationWithTheseOptions(command: str):
    words = shlex.split(command.replace('\\"', '"').replace("$(", "").replace(")", ""))
    service, operation = words[1], words[2] if len(words) > 2 else ""
    if (service, operation) in OF_ITSELF:
        return
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    assert operation in operations
    shape = model.operation_model(operations[operation]).input_shape
    members = {xform_name(name, "-") for name in (shape.members if shape else {})}
    known = members | OWN_OPTIONS | SHORTHAND.get((service, operation), set())
    given = {word[2:] for word in words if re.fullmatch(r"--[a-z-]+", word)}
    assert {name.removeprefix("no-") for name in given} <= known
