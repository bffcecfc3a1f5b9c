"""What `local/aws env` prints: everything that sets a client to this world instead of AWS, and nothing else.

https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html lists the AWS variables,
https://developer.hashicorp.com/terraform/cli/config/environment-variables Terraform's.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from .state import WorldState

#: The directory with a `packer` for versions that are too old for the template.
OLD_PACKER_SHIM = Path(__file__).resolve().parents[1] / "packer-1.6"
#: Finds an unpacked copy of Terraform's AWS provider where it cannot be downloaded.
TERRAFORM_MIRROR = Path(__file__).resolve().parents[2] / "tools" / "terraform-mirror"
#: What sends a client through a proxy.
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def client_environment(state: WorldState) -> list[str]:
    """Lines of `export NAME=value`, quoted for a shell."""
    facts = state.load()
    variables = {
        "AWS_ENDPOINT_URL": facts["endpoint"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": facts["region"],
        "AWS_DEFAULT_REGION": facts["region"],
        # The SDKs would otherwise look for an instance role, and Terraform's S3 backend for a region, at an address that is not there.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    variables |= _proxy_exceptions(facts)
    if facts.get("gateway"):
        # On AWS the builder's public address; here this computer's address in the default VPC.
        variables["PKR_VAR_builder_cidr"] = f"{facts['gateway']}/32"
        variables["PKR_VAR_poll_seconds"] = "1"
    configuration = _terraform_configuration()
    if configuration:
        variables["TF_CLI_CONFIG_FILE"] = configuration
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    lines += ["unset AWS_PROFILE AWS_SESSION_TOKEN"]
    if OLD_PACKER_SHIM.is_dir() and _packer_is_old():
        lines.append(f'export PATH={shlex.quote(str(OLD_PACKER_SHIM))}:"$PATH"')
    return lines


def _proxy_exceptions(facts: dict) -> dict[str, str]:
    """What no proxy is to be asked for, beside what is excepted already: the endpoint, balancers and machines are on this computer.

    Clients for Go except 127.0.0.1 by themselves, those for Python do not. Both spellings: curl heeds the lower one only.
    """
    if not any(os.environ.get(name) for name in PROXIES):
        return {}
    before = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    ours = ["localhost", "127.0.0.1", "127.0.0.0/8"] + ([str(facts["gateway"])] if facts.get("gateway") else [])
    wanted = [each for each in before.split(",") if each] + [each for each in ours if each not in before.split(",")]
    return {"NO_PROXY": ",".join(wanted), "no_proxy": ",".join(wanted)}


def _packer_is_old() -> bool:
    """True when the first packer on the PATH that is not the shim is older than 1.7, which brought plugins."""
    path = os.pathsep.join(
        directory for directory in os.environ.get("PATH", "").split(os.pathsep) if Path(directory) != OLD_PACKER_SHIM
    )
    packer = shutil.which("packer", path=path)
    if not packer:
        return False
    environment = os.environ | {"CHECKPOINT_DISABLE": "1"}
    output = subprocess.run([packer, "version"], capture_output=True, text=True, check=False, env=environment).stdout
    version = re.search(r"v(\d+)\.(\d+)", output)
    return version is not None and (int(version[1]), int(version[2])) < (1, 7)


def _terraform_configuration() -> str:
    """Path of a CLI configuration that serves the AWS provider from this computer, or "" where it is downloaded as usual."""
    return subprocess.run([str(TERRAFORM_MIRROR)], capture_output=True, text=True, check=True).stdout.strip()
