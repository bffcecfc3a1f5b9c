"""Which instance this is, asked of the EC2 instance metadata service, version 2 (a session token first).

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

import logging
import os
import threading
import time
from typing import Self
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

UNKNOWN = "unknown"

# The address is link-local and fixed; the variable is the one that the AWS SDKs know.
ENDPOINT_VARIABLE = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
DEFAULT_ENDPOINT = "http://169.254.169.254"

# Seconds for one request: the service answers within milliseconds, or is not there.
REQUEST_TIMEOUT = 1.0
# Seconds for the whole look-up: the id is an ornament of the page, so it must not hold readiness for longer.
LOOK_UP_LIMIT = 5.0
# Seconds between two tries: early in a boot the network may not be there yet.
RETRY_PAUSE = 0.5
# Seconds that a session token stays valid: it is used at once and then forgotten.
TOKEN_TTL = 60

log = logging.getLogger(__name__)


class InstanceIdentity:
    """The id of the instance: settled when it is known, or when asking has been given up."""

    def __init__(self) -> None:
        self.instance_id = UNKNOWN
        self._settled = threading.Event()

    @classmethod
    def known(cls, instance_id: str) -> Self:
        """An identity that needs no look-up."""
        identity = cls()
        identity.settle(instance_id)
        return identity

    @classmethod
    def look_up(cls, endpoint: str | None = None, limit: float = LOOK_UP_LIMIT) -> Self:
        """Asks in the background, for at most `limit` seconds (and one request's timeout)."""
        identity = cls()
        base = endpoint or os.environ.get(ENDPOINT_VARIABLE, DEFAULT_ENDPOINT)
        threading.Thread(target=identity._ask_until_known, args=(base.rstrip("/"), limit), daemon=True).start()
        return identity

    def settle(self, instance_id: str) -> None:
        self.instance_id = instance_id
        self._settled.set()

    def is_settled(self) -> bool:
        return self._settled.is_set()

    def wait(self, timeout: float) -> bool:
        """Waits for at most `timeout` seconds; True when settled."""
        return self._settled.wait(timeout)

    def _ask_until_known(self, endpoint: str, limit: float) -> None:
        deadline = time.monotonic() + limit
        found = UNKNOWN
        try:
            while True:
                try:
                    found = fetch_instance_id(endpoint)
                    return
                except (URLError, OSError, ValueError) as problem:
                    if time.monotonic() + RETRY_PAUSE >= deadline:
                        log.warning(
                            "instance metadata at %s: %s; the page will not name the instance", endpoint, problem
                        )
                        return
                time.sleep(RETRY_PAUSE)
        finally:
            self.settle(found)


def fetch_instance_id(endpoint: str) -> str:
    """One try: token, then id. Raises URLError, OSError or ValueError when there is no good answer."""
    # A proxy from the environment must never see a metadata token.
    opener = build_opener(ProxyHandler({}))
    token_request = Request(
        f"{endpoint}/latest/api/token",
        method="PUT",
        headers={"X-aws-ec2-metadata-token-ttl-seconds": str(TOKEN_TTL)},
    )
    with opener.open(token_request, timeout=REQUEST_TIMEOUT) as answer:
        token = answer.read(1024).decode("ascii")
    id_request = Request(f"{endpoint}/latest/meta-data/instance-id", headers={"X-aws-ec2-metadata-token": token})
    with opener.open(id_request, timeout=REQUEST_TIMEOUT) as answer:
        instance_id = answer.read(1024).decode("ascii").strip()
    if not instance_id:
        raise ValueError("empty instance id")
    return instance_id
