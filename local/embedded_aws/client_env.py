"""What `local/aws env` prints: everything that sets a client to this world instead of AWS, and nothing else.

https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html lists the AWS variables,
https://developer.hashicorp.com/terraform/cli/config/environment-variables Terraform's.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
from pathlib import Path

from .state import WorldState

#: The directory with a `packer` for versions that are too old for the template.
OLD_PACKER_SHIM = Path(__file__).resolve().parents[1] / "packer-1.6"
#: Where systems keep unpacked Terraform providers (a directory with registry.terraform.io/… below it).
PROVIDER_MIRRORS = (
    "/usr/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "~/.terraform.d/plugins",
    "/opt/*",
    "/opt/*/*",
)
PROVIDER = "registry.terraform.io/hashicorp/aws"


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
    if facts.get("gateway"):
        # On AWS the builder's public address; here this computer's address in the default VPC.
        variables["PKR_VAR_builder_cidr"] = f"{facts['gateway']}/32"
        variables["PKR_VAR_poll_seconds"] = "1"
    configuration = _terraform_configuration(state)
    if configuration:
        variables["TF_CLI_CONFIG_FILE"] = str(configuration)
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    lines += ["unset AWS_PROFILE AWS_SESSION_TOKEN"]
    if OLD_PACKER_SHIM.is_dir() and _packer_is_old():
        lines.append(f'export PATH={shlex.quote(str(OLD_PACKER_SHIM))}:"$PATH"')
    return lines


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


def _terraform_configuration(state: WorldState) -> Path | None:
    """A CLI configuration that serves the AWS provider from this computer, when it cannot be downloaded and an unpacked one is found.

    https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
    """
    given = os.environ.get("TF_CLI_CONFIG_FILE")
    if Path(given or "~/.terraformrc").expanduser().is_file() and given != str(state.directory / "terraform.rc"):
        return None
    mirror = next((path for path in _mirrors() if (path / PROVIDER).is_dir()), None)
    if mirror is None or _reachable("registry.terraform.io"):
        return None
    file = state.directory / "terraform.rc"
    file.write_text(
        "provider_installation {\n"
        f'  filesystem_mirror {{\n    path    = "{mirror}"\n    include = ["{PROVIDER}"]\n  }}\n'
        f'  direct {{\n    exclude = ["{PROVIDER}"]\n  }}\n'
        "}\n",
        encoding="utf-8",
    )
    return file


def _mirrors() -> list[Path]:
    found: list[Path] = []
    for pattern in PROVIDER_MIRRORS:
        path = Path(pattern).expanduser()
        found += sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    return found


def _reachable(host: str) -> bool:
    """True when a connection opens within two seconds, or a proxy is set that would open it."""
    if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
        return True
    try:
        socket.create_connection((host, 443), timeout=2).close()
    except OSError:
        return False
    return True
