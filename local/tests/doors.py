"""Where worlds of records are reached over HTTP.

A world is new for every test; the listening server and boto3's clients are not: they take longer to make than most tests.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, ClassVar

import boto3
from botocore.config import Config
from embedded_aws.server import build_app, listen
from embedded_aws.world import World

REGION = "us-east-1"


@cache
def client(endpoint: str, service: str, key: str = "testing", attempts: int = 1, region: str = REGION) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": attempts}),
    )


class Clients:
    """boto3 clients of one endpoint: `clients.ec2`, `clients.s3`."""

    def __init__(self, endpoint: str, region: str = REGION) -> None:
        self.endpoint = endpoint
        self.region = region

    def __getattr__(self, service: str) -> Any:
        return client(self.endpoint, service, region=self.region)


class Door:
    """A server on loopback, which serves one world after the other until the process ends."""

    _free: ClassVar[list[Door]] = []

    def __init__(self, world: World) -> None:
        self._server = listen(world)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @classmethod
    def to(cls, world: World) -> Door:
        """The door that is free, or a new one."""
        if not cls._free:
            return cls(world)
        door = cls._free.pop()
        door._server.app = build_app(world)
        return door

    def close(self) -> None:
        """Nobody asks the world any more; the next one may have the door."""
        self._free.append(self)
