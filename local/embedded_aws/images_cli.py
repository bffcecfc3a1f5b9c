"""`local/aws images`: carries images from one world to the next in files; `ec2/image_files.py` does it inside the world."""

from __future__ import annotations

import argparse
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from .state import WorldState

#: Seconds that the world gets for one file; a virtual machine's disk is copied in a few.
TIMEOUT = 600


def register_command(commands: Any) -> None:
    """Add the sub-command and its own sub-commands."""
    parser = commands.add_parser("images", help="write images to a file, and read them in another world")
    orders = parser.add_subparsers(required=True, metavar="ORDER")
    text = (
        "Write images of this account to a file: ids, names, dates, tags, snapshots and file systems, the latter without the base image "
        "that they stand on. Without ids and filters, all of them."
    )
    export = orders.add_parser("export", help="write images to a file", description=text)
    export.add_argument("file", type=Path)
    export.add_argument("--image-id", nargs="+", default=[], metavar="ID", help="images by id")
    export.add_argument(
        "--filter",
        nargs="+",
        default=[],
        metavar="Name=NAME,Values=VALUE,…",
        help="images by DescribeImages' filters, such as Name=tag:app,Values=web",
    )
    export.add_argument("--region", default="", help="their region (default: the world's)")
    export.set_defaults(run=_export)
    text = (
        "Read images that `images export` wrote. An image that is here already is left as it is. The base image that one stands on "
        "must be that of this computer."
    )
    reading = orders.add_parser("import", help="read images from files", description=text)
    reading.add_argument("files", type=Path, nargs="+", metavar="file")
    reading.set_defaults(run=_import)


def _export(arguments: argparse.Namespace, state: WorldState) -> int:
    filters = dict(_filter(text) for text in arguments.filter)
    order = {"image_ids": arguments.image_id, "filters": filters, "region": arguments.region}
    _send(state, do="export", file=arguments.file, **order)
    return 0


def _import(arguments: argparse.Namespace, state: WorldState) -> int:
    for file in arguments.files:
        _send(state, do="import", file=file)
    return 0


def _filter(text: str) -> tuple[str, list[str]]:
    """As the aws CLI's shorthand, https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html."""
    name, comma, values = text.removeprefix("Name=").partition(",Values=")
    if not text.startswith("Name=") or not comma:
        raise ValueError(f"--filter {text}: use Name=NAME,Values=VALUE,…, such as Name=tag:app,Values=web")
    return name, values.split(",")


def _send(state: WorldState, file: Path, **order: Any) -> None:
    endpoint = state.load().get("endpoint")
    if not state.pid() or not endpoint:
        raise ValueError(f"world {state.name} is not up; start it with: local/aws --world {state.name} up")
    body = json.dumps({**order, "file": str(file.absolute())}).encode()
    try:
        with urllib.request.urlopen(f"{endpoint}/_world/images", body, timeout=TIMEOUT) as response:
            print(*json.load(response), sep="\n")
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error).get("error", str(error))) from error
