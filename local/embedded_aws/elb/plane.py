"""The data plane: one event loop on a thread of its own that listens, forwards and checks,
whatever the API is doing.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from typing import Any

from . import http1
from .checks import CheckSpec, check_forever
from .proxy import ListenerSpec, Proxy
from .targets import Target, TargetBook

LOG = logging.getLogger(__name__)

#: Seconds that `apply` waits for the loop.
APPLY_TIMEOUT = 30


class DataPlane:
    """`apply` says what there shall be; the plane compares with what there is.
    Methods other than `apply` and `close` run on its loop.
    """

    def __init__(self, name: str, book: TargetBook) -> None:
        self._book = book
        self._listeners: dict[str, tuple[Proxy, asyncio.Server]] = {}
        self._checks: dict[tuple[str, str], tuple[Target, CheckSpec, asyncio.Task[None]]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"balancers-{name}", daemon=True)
        self._thread.start()

    def apply(
        self, listeners: dict[str, ListenerSpec], checks: dict[tuple[str, str], tuple[Target, CheckSpec]]
    ) -> dict[str, str]:
        """Make listeners (by ARN) and checks (by target group and target) be these; returns what could not be bound,
        with the reason.
        """
        return self._run(self._apply(listeners, checks))

    def close(self) -> None:
        """End everything."""
        self._run(self._apply({}, {}))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(APPLY_TIMEOUT)

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(APPLY_TIMEOUT)

    async def _apply(
        self, listeners: dict[str, ListenerSpec], checks: dict[tuple[str, str], tuple[Target, CheckSpec]]
    ) -> dict[str, str]:
        self._apply_checks(checks)
        for arn in [arn for arn, (proxy, _) in self._listeners.items() if self._moved(proxy, listeners.get(arn))]:
            proxy, server = self._listeners.pop(arn)
            server.close()
            proxy.close()
        failed = {}
        for arn, spec in listeners.items():
            proxy, server = self._listeners.get(arn, (None, None))
            if server is None or proxy.spec.tls != spec.tls:
                proxy = proxy or Proxy(spec, self._book)
                try:
                    self._listeners[arn] = (proxy, await self._listen(proxy, spec, server))
                except OSError as error:
                    failed[arn] = f"{spec.address}:{spec.port} does not listen: {error}"
                    continue
            proxy.spec = spec
        return failed

    @staticmethod
    async def _listen(proxy: Proxy, spec: ListenerSpec, before: asyncio.Server | None) -> asyncio.Server:
        """A server for handshakes as they are to be now. It takes over the socket of the one before, so that no client is refused and
        who is connected stays so.
        """
        context = spec.tls.context() if spec.tls else None
        where = {"sock": before.sockets[0].dup()} if before else {"host": spec.address, "port": spec.port}
        server = await asyncio.start_server(proxy.serve, **where, limit=http1.MAX_HEAD, backlog=1024, ssl=context)
        if before:
            before.close()
        LOG.info("listening on %s:%d", spec.address, spec.port)
        return server

    @staticmethod
    def _moved(proxy: Proxy, spec: ListenerSpec | None) -> bool:
        return spec is None or (proxy.spec.address, proxy.spec.port) != (spec.address, spec.port)

    def _apply_checks(self, checks: dict[tuple[str, str], tuple[Target, CheckSpec]]) -> None:
        for key, (target, spec, task) in list(self._checks.items()):
            if checks.get(key) != (target, spec):
                task.cancel()
                del self._checks[key]
        for key, (target, spec) in checks.items():
            if key not in self._checks:
                self._checks[key] = (target, spec, self._loop.create_task(check_forever(target, spec)))
