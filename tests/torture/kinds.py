"""Which calls change something, and what kinds of them a flow makes: each kind is one point at which a run is ended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: How actions begin that change nothing.
READING = re.compile(r"Describe|Get|List|Head|Lookup|Decode|Simulate|Search|Check|Batch(Get|Check)")
#: Programs as the table calls them, by how the log of calls does. Debian's Packer does not say its name, only its SDK's.
TOOLS = {"terraform": "Terraform", "aws-sdk-go": "Packer", "aws-sdk-java": "ami-deploy"}
#: Names that Packer invents.
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
UUID_LIKE = "-".join("?" * count for count in (8, 4, 4, 4, 12))
#: Objects in the state bucket by the end of their key: what of the key stands for all of its kind.
OBJECTS = (
    (r".*\.tfstate\.tflock", "*.tflock", "the state's lock"),
    (r".*\.tfstate", "*.tfstate", "the state"),
    (r".*/run\.json", "*/run.json", "the run's claim"),
    (r".*/releases/index\.json", "*/releases/index.json", "the list of releases"),
    (r".*/releases/\d+/begin\.json", "*/releases/*/begin.json", "a release's begin"),
    (r".*/releases/\d+/end\.json", "*/releases/*/end.json", "a release's end"),
    (r".*/terraform-runs/.*", "*/terraform-runs/*", "the claim of a run of Terraform"),
    (r".*/claims/.*", "*/claims/*", "a claim"),
    (rf".*/bakes/.*/packer_{UUID}\.json", f"*/bakes/*/packer_{UUID_LIKE}.json", "the claim of a security group"),
    (r".*/bakes/.*/packer_.*\.json", "*/bakes/*/packer_*-20????????????-*.json", "the claim of a key pair"),
)


@dataclass(frozen=True, order=True)
class Kind:
    """A kind of call: who makes it, which it is, and for an object in S3 which one."""

    tool: str
    call: str
    where: str = ""
    what: str = ""

    @property
    def name(self) -> str:
        """For tables and file names."""
        return f"{self.tool} {self.call}" + (f" ({self.what})" if self.what else "")

    def fault(self) -> list[str]:
        """Arguments of ``local/aws fault hold`` for the first call of it."""
        agent = next(agent for agent, tool in TOOLS.items() if tool == self.tool)
        return [self.call, "--agent", f"{agent}/*", *(["--where", self.where] if self.where else [])]


def kinds(calls: Iterable[dict]) -> list[Kind]:
    """Those of a recorded flow, in the order of their first calls; what failed and what others called is left out."""
    found = (kind_of(call) for call in calls if call["error"] is None and not READING.match(call["action"]))
    return list(dict.fromkeys(kind for kind in found if kind))


def kind_of(call: dict) -> Kind | None:
    tool = TOOLS.get(call["agent"].partition("/")[0].lower())
    if tool is None:
        return None
    name = f"{call['service']}:{call['action']}"
    key = call["parameters"].get("Key", "") if call["service"] == "s3" else ""
    if not key:
        return Kind(tool, name)
    for pattern, where, what in OBJECTS:
        if re.fullmatch(pattern, key):
            return Kind(tool, name, f"Key={where}", what)
    return Kind(tool, name, f"Key=*{key.rpartition('/')[2]}", key.rpartition("/")[2])
