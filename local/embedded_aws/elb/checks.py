"""Health checks: one endless task per target, each check one real request.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from . import http1
from .access import Access
from .http1 import BadMessage
from .targets import CHECKING, FAILED, TIMEOUT, Target, Thresholds, matches, mismatch

LOG = logging.getLogger(__name__)

USER_AGENT = "ELB-HealthChecker/2.0"


@dataclass(frozen=True)
class CheckSpec:
    """Settings of a target group for one target."""

    address: str
    port: int
    path: str
    matcher: str
    interval: float
    timeout: float
    thresholds: Thresholds
    source: str
    access: Access


async def check_forever(target: Target, spec: CheckSpec) -> None:
    """Check now and then every `interval` seconds, and write the result to the target."""
    loop = asyncio.get_running_loop()
    if target.state == "initial":
        target.reason = CHECKING
    while True:
        began = loop.time()
        failure = await check(spec)
        if target.observe(failure, spec.thresholds):
            LOG.info("target %s:%s is %s %s", target.id, target.port, target.state, failure or "")
        await asyncio.sleep(max(0.0, began + spec.interval - loop.time()))


async def check(spec: CheckSpec) -> tuple[str, str] | None:
    """One check: None when it passed, else reason code and description."""
    if not spec.access.reaches(spec.address, spec.port):
        await asyncio.sleep(spec.timeout)
        return TIMEOUT
    try:
        status = await asyncio.wait_for(_status(spec), spec.timeout)
    except TimeoutError:
        return TIMEOUT
    except (OSError, BadMessage, asyncio.IncompleteReadError):
        return FAILED
    return None if matches(spec.matcher, status) else mismatch(status)


async def _status(spec: CheckSpec) -> int:
    reader, writer = await asyncio.open_connection(
        spec.address, spec.port, local_addr=(spec.source, 0), limit=http1.MAX_HEAD
    )
    try:
        host = spec.address if spec.port == 80 else f"{spec.address}:{spec.port}"
        headers = [
            ("Host", host),
            ("Connection", "close"),
            ("User-Agent", USER_AGENT),
            ("Accept-Encoding", "gzip, compressed"),
        ]
        writer.write(http1.head(f"GET {spec.path} HTTP/1.1", headers))
        await writer.drain()
        return (await http1.read_response(reader)).status
    finally:
        writer.transport.abort()
