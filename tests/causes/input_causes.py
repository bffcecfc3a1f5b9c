"""What the caller gave."""

from __future__ import annotations

import os
from pathlib import Path

from grounds import Account
from injections import Ended, injection


@injection("BAD_INPUT", "a variable that is not what it must be", "instance_type", exit_code=2)
def malformed_variable(account: Account) -> Ended:
    with account.settings(instance_type="not a type"):
        return account.run("plan")


@injection("BAD_INPUT", "an option that is not there", "--instances", exit_code=2)
def unknown_option(account: Account) -> Ended:
    return account.run("deploy", "--instances", "3")


@injection("TOOL_MISSING", "packer is not on the PATH", "packer", "PATH", exit_code=2)
def no_packer(account: Account) -> Ended:
    """A PATH on which everything else is to be found."""
    directory = account.repository.path / ".work" / "path"
    directory.mkdir(parents=True, exist_ok=True)
    for each in os.environ["PATH"].split(os.pathsep):
        for tool in Path(each).glob("*") if Path(each).is_dir() else []:
            if tool.name != "packer" and not (directory / tool.name).exists():
                (directory / tool.name).symlink_to(tool)
    return account.run("bake", environment={"PATH": str(directory), "AMI_DEPLOY_RUN": "host"})
