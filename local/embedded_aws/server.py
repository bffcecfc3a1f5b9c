"""The HTTP server of one world: moto's applications behind one lock, and the control endpoints of the script."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import threading
from typing import Any

from moto.core.base_backend import BackendDict
from werkzeug import Request, Response
from werkzeug.serving import BaseWSGIServer, make_server

from .plugins import parts
from .quiet import QuietHandler
from .state import WorldState
from .wire_errors import answer_error
from .world import World

LOG = logging.getLogger(__name__)

#: Paths below this one are the script's, not AWS's.
CONTROL_PATH = "/_world/"


class Api:
    """moto as one WSGI application that handles one request at a time.

    The request's body is read before the lock is taken, so a slow client holds nobody up.
    """

    def __init__(self, world: World) -> None:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self._world = world
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        body = Request(environ).get_data(cache=False, parse_form_data=False)
        environ.update(
            {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "wsgi.input_terminated": True}
        )
        try:
            with self._world.lock:
                return self._moto(environ, start_response)
        except NotImplementedError as error:
            # moto would answer 500, which clients retry for minutes; AWS's word for what it does not do is a client error.
            return answer_error(
                environ, start_response, 400, "UnsupportedOperation", f"Not in the embedded AWS: {error}"
            )
        except Exception as error:
            LOG.exception("request failed")
            return answer_error(environ, start_response, 500, "InternalError", f"{type(error).__name__}: {error}")


class Control:
    """Answers the paths below `/_world/` from `world.control`, as JSON, and hands everything else on."""

    def __init__(self, world: World, api: Any) -> None:
        self._world = world
        self._api = api

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(CONTROL_PATH):
            return self._api(environ, start_response)
        handler = self._world.control.get(path[len(CONTROL_PATH) :])
        if handler is None:
            response = Response(json.dumps({"error": f"no such control endpoint: {path}"}), 404)
        else:
            try:
                response = Response(json.dumps(handler(Request(environ)), default=str), 200)
            except (ValueError, KeyError) as error:
                response = Response(json.dumps({"error": str(error)}), 400)
        response.content_type = "application/json"
        return response(environ, start_response)


def build_app(world: World) -> Any:
    """Install all parts into the world and return the WSGI application."""
    configure_moto()
    BackendDict.reset()
    for part in parts():
        part.install(world)
    app: Any = Api(world)
    for wrap in world.middlewares:
        app = wrap(app)
    world.api = app
    world.control.setdefault("health", lambda request: {"world": world.name, "region": world.region, "ready": True})
    world.control.setdefault("status", lambda request: {"world": world.name, **world.machines.describe()})
    return Control(world, app)


def configure_moto() -> None:
    """Settings of moto for every world: no canned images, and launches are checked as on AWS."""
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    from moto import settings

    settings.ENABLE_KEYPAIR_VALIDATION = True
    settings.EC2_ENABLE_INSTANCE_TYPE_VALIDATION = True


def listen(world: World, port: int = 0) -> BaseWSGIServer:
    """A server on loopback for this world, not yet serving; port 0 takes a free one."""
    return make_server("127.0.0.1", port, build_app(world), threaded=True, request_handler=QuietHandler)


def default_gateway(world: World) -> str:
    """This computer's address in the default VPC of the world's region."""
    from .ec2 import network

    with world.lock:
        return network.public_address(world)


def serve(world: World, state: WorldState, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then take everything away that the world has started."""
    server = listen(world, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    facts = {"region": world.region, "boots": world.machines.boots}
    if world.machines.boots:
        facts["gateway"] = default_gateway(world)
    state.save_running(pid=os.getpid(), port=server.server_port, **facts)
    LOG.info("world %s answers on port %d", world.name, server.server_port)
    try:
        server.serve_forever()
    finally:
        server.server_close()
        world.close()
        state.save_stopped()
