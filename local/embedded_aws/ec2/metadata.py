"""The instance metadata service: one listener per network, which knows who asks by the source address.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
"""

from __future__ import annotations

import secrets
import threading
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import BaseWSGIServer, make_server

from ..machines import Network, Service
from ..quiet import QuietHandler
from ..world import World
from . import lookup
from .metadata_content import content

#: Longest life of a session token, six hours.
MAX_TOKEN_SECONDS = 21600
TTL_HEADER = "X-aws-ec2-metadata-token-ttl-seconds"
TOKEN_HEADER = "X-aws-ec2-metadata-token"
ADDRESS, PORT = "169.254.169.254", 80
#: Not AWS's, and in no listing.
API_ACCESS = "/latest/embedded-aws/"


def install(world: World) -> None:
    """Listen on the gateway of every network that gets machines."""
    service = Metadata(world)
    world.machines.services.append(service.listen)
    world.on_close.append(service.close)


class Metadata:
    """IMDSv1 and v2, as each instance's metadata options say."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._servers: list[BaseWSGIServer] = []
        #: token: (instance id, monotonic time of its end)
        self._tokens: dict[str, tuple[str, float]] = {}

    def listen(self, network: Network) -> Service:
        """Answer on this network's gateway."""

        def app(environ: dict[str, Any], start_response: Any) -> Any:
            return self.answer(network, Request(environ))(environ, start_response)

        server = make_server(network.gateway, 0, app, threaded=True, request_handler=QuietHandler)
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, name=f"metadata-{network.vpc_id}", daemon=True).start()
        return Service(ADDRESS, PORT, server.server_port)

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def answer(self, network: Network, request: Request) -> Response:
        """The answer to one request from inside a VPC."""
        with self._world.lock:
            instance = self._asking(network.vpc_id, request.remote_addr or "")
            if instance is None:
                return _plain(404, "")
            options = instance.metadata_options
            if options.http_endpoint == "disabled":
                return _plain(403, "403 - Forbidden")
            if request.path == "/latest/api/token":
                return self._new_token(instance, request)
            token = request.headers.get(TOKEN_HEADER)
            if (token is None and options.http_tokens == "required") or (
                token is not None and not self._valid(token, instance)
            ):
                return _plain(401, "401 - Unauthorized")
            if request.method not in ("GET", "HEAD"):
                return _plain(405, "405 - Method Not Allowed")
            if request.path.startswith(API_ACCESS):
                return self._api_access(network, request.path.removeprefix(API_ACCESS))
            instance.asked_metadata = True
            found = content(self._world, instance, request.path)
            return _plain(404, "404 - Not Found") if found is None else _plain(200, found)

    def _api_access(self, network: Network, name: str) -> Response:
        """What a virtual machine gives to its systemd; a container has it from outside."""
        access = self._world.machines.api_access(network)
        if access is None or name not in ("variables", "certificate"):
            return _plain(404, "404 - Not Found")
        variables = "".join(f"{name}={value}\n" for name, value in access.variables().items())
        return _plain(200, variables if name == "variables" else access.certificate)

    def _asking(self, vpc_id: str, address: str) -> Any | None:
        for instance in lookup.instances(self._world):
            if instance.state != "terminated" and instance.vpc_id == vpc_id and address in lookup.addresses(instance):
                return instance
        return None

    def _new_token(self, instance: Any, request: Request) -> Response:
        """A token is had with PUT, a life of 1 to 21600 seconds, and without a proxy in between.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html
        """
        if request.method != "PUT":
            return _plain(405, "405 - Method Not Allowed")
        if "X-Forwarded-For" in request.headers:
            return _plain(403, "403 - Forbidden")
        try:
            seconds = int(request.headers.get(TTL_HEADER, ""))
        except ValueError:
            seconds = 0
        if not 1 <= seconds <= MAX_TOKEN_SECONDS:
            return _plain(400, "400 - Bad Request")
        now = self._world.clock.monotonic()
        self._tokens = {token: entry for token, entry in self._tokens.items() if entry[1] > now}
        token = secrets.token_urlsafe(40)
        self._tokens[token] = (instance.id, now + seconds)
        response = _plain(200, token)
        response.headers[TTL_HEADER] = str(seconds)
        return response

    def _valid(self, token: str, instance: Any) -> bool:
        owner, end = self._tokens.get(token, ("", 0.0))
        return owner == instance.id and end > self._world.clock.monotonic()


def _plain(status: int, text: str | bytes) -> Response:
    return Response(text, status, content_type="text/plain")
