"""The API for machines: by TLS on port 443 of each VPC's gateway address, under the rules of security groups.

On AWS its endpoints have names and certificates that everybody trusts. Here the machine's kind hands endpoint and certificate to every
service of the machine's systemd, so that images and what is on them stay unaware.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .api_call import read_call
from .authority import Authority
from .machines import ApiAccess, Network, Service
from .roles.judge import refusal
from .wire_errors import answer_error
from .world import World

PORT = 443
#: Seconds in which a client has to say something: a machine that goes away says nothing.
IDLE_SECONDS = 60


def install(world: World) -> None:
    """Listen in every network that gets machines."""
    api = MachineApi(world)
    world.machines.services.append(api.listen)
    world.machines.api_access = api.access
    world.on_close.append(api.close)


class MachineApi:
    """One listener per network, all of them with the API that the script's port has."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._authority = Authority(world.name)
        self._servers: list[BaseWSGIServer] = []

    def access(self, network: Network) -> ApiAccess:
        return ApiAccess(f"https://{network.gateway}", self._authority.certificate)

    def listen(self, network: Network) -> Service:
        """Answer on this network's gateway."""
        app = KnownCallers(self._world, self._world.api)
        server = make_server(network.gateway, 0, app, threaded=True, request_handler=_Handler)
        context = self._authority.server_context(network.gateway)
        # A handshake belongs to the thread of its connection: one that is slow must not hold up the others.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.ssl_context = context
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, name=f"api-{network.vpc_id}", daemon=True).start()
        return Service(network.gateway, PORT, server.server_port)

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Handler(WSGIRequestHandler):
    timeout = IDLE_SECONDS

    def log_request(self, *args: Any) -> None:
        pass


class KnownCallers:
    """Only credentials that the account has count from inside a VPC; this computer's test keys do not, as they are in no machine on AWS.

    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    """

    def __init__(self, world: World, app: Any) -> None:
        self._world = world
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found = re.search(r"Credential=([^/,\s]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        with self._world.lock:
            known = found is not None and self._is_known(found[1])
        if known:
            return self._app(environ, start_response)
        answer = refusal(read_call(environ), "invalid", "The security token included in the request is invalid.")
        return answer_error(environ, start_response, *answer)

    def _is_known(self, access_key_id: str) -> bool:
        account = self._world.account_id
        if sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key_id) is not None:
            return True
        users = iam_backends[account]["aws"].users.values()
        return any(key.access_key_id == access_key_id for user in users for key in user.access_keys)
