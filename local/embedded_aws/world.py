"""One embedded AWS: what its parts share."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .clock import ManualClock, SystemClock
from .machines import MachineBackend
from .patches import Patches
from .shortages import Shortages

LOG = logging.getLogger(__name__)

#: The account of every world; moto's own default, so that nothing of moto needs telling.
ACCOUNT_ID = "123456789012"


@dataclass(frozen=True)
class InstanceChange:
    """An instance went from one state to another.

    Names are EC2's: pending, running, stopping, stopped, shutting-down, terminated; `previous` is empty for a new instance.
    """

    instance_id: str
    region: str
    previous: str
    current: str
    #: StateReason code, such as Client.UserInitiatedShutdown or Client.InstanceInitiatedShutdown; empty when there is none.
    reason_code: str


@dataclass
class Source:
    """An address of the world inside a VPC from which something that is no instance (a load balancer) opens connections."""

    address: str
    vpc_id: str
    group_ids: tuple[str, ...] = ()


class World:
    """Lock, clock, background work, machines and hooks of one embedded AWS.

    moto is not thread-safe: whoever touches its objects holds `lock`, and nobody does slow work while holding it.
    Every API request is handled with the lock held. With a `ManualClock` nothing runs by itself:
    `spawn` runs its work at once and `advance` runs what `every` has planned, so tests need no waiting.
    """

    def __init__(
        self,
        name: str,
        machines: MachineBackend,
        region: str = "us-east-1",
        clock: SystemClock | ManualClock | None = None,
    ) -> None:
        self.name = name
        self.account_id = ACCOUNT_ID
        self.region = region
        self.lock = threading.RLock()
        self.clock = clock or SystemClock()
        self.patches = Patches()
        self.machines = machines
        #: This computer's address as rules of security groups have it; see `ec2.network.public_address`.
        self.public_address = ""
        #: By address; see `ec2.sources`.
        self.sources: dict[str, Source] = {}
        #: What EC2 asks before it gives an address or launches an image; set by faults.
        self.shortages = Shortages()
        #: By instance id, taken before `lock`: whoever works on a machine has the turn, so that one thing is done with it at a time.
        self.turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        #: WSGI wrappers around the API, the first one innermost: `world.middlewares.append(lambda app: CallLog(world, app))`.
        #: They run without the lock.
        self.middlewares: list[Callable[[Any], Any]] = []
        #: The API with all its middlewares, for those who listen for machines; there once all parts are installed.
        self.api: Callable[[dict[str, Any], Any], Any] | None = None
        #: JSON endpoints for the control script, path `/_world/<name>`: `fn(request: werkzeug.Request) -> object for JSON`.
        #: They run without the lock.
        self.control: dict[str, Callable[[Any], Any]] = {}
        #: Called once each, newest first, when the world ends.
        self.on_close: list[Callable[[], None]] = []
        #: Called with the lock held whenever something changed that decides who may reach whom: groups, rules, members, sources.
        self.on_security_change: list[Callable[[], None]] = []
        self._instance_callbacks: list[Callable[[InstanceChange], None]] = []
        self._periodic: list[_Periodic] = []
        self._closed = threading.Event()

    # --- background work -------------------------------------------------------------------------------------------

    def every(self, seconds: float, fn: Callable[[], None]) -> None:
        """Call `fn` every so many seconds, without the lock, until the world ends. An exception is logged and does not end it."""
        periodic = _Periodic(seconds, fn, self.clock.monotonic() + seconds)
        self._periodic.append(periodic)
        if not self.clock.manual:
            name = f"every-{seconds}s-{getattr(fn, '__qualname__', fn)}"
            threading.Thread(target=self._repeat, args=(periodic,), name=name, daemon=True).start()

    def spawn(self, fn: Callable[..., None], *args: Any) -> None:
        """Run `fn(*args)` on a thread of its own, without the lock (with a manual clock: now, in this thread)."""
        if self.clock.manual:
            self._guarded(fn, *args)
        else:
            name = f"spawn-{getattr(fn, '__qualname__', fn)}"
            threading.Thread(target=self._guarded, args=(fn, *args), name=name, daemon=True).start()

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """Inside the handling of a request: let go of the lock for something slow. What was read before may have changed after."""
        self.lock.release()
        try:
            yield
        finally:
            self.lock.acquire()

    def advance(self, seconds: float) -> None:
        """Move a manual clock on, running periodic work at the moments when it falls due, in order."""
        end = self.clock.monotonic() + seconds
        while True:
            due = min(self._periodic, key=lambda periodic: periodic.next_run, default=None)
            if due is None or due.next_run > end:
                break
            self.clock.move_to(max(due.next_run, self.clock.monotonic()))
            due.next_run += due.seconds
            self._guarded(due.fn)
        self.clock.move_to(end)

    def _repeat(self, periodic: _Periodic) -> None:
        while not self._closed.wait(periodic.seconds):
            self._guarded(periodic.fn)

    def _guarded(self, fn: Callable[..., None], *args: Any) -> None:
        try:
            fn(*args)
        except Exception:
            if not self._closed.is_set():
                LOG.exception("background work %s failed", getattr(fn, "__qualname__", fn))

    # --- instances -------------------------------------------------------------------------------------------------

    def on_instance_state(self, callback: Callable[[InstanceChange], None]) -> None:
        """Be told of every state change of every instance. Called with the lock held: note it, or `spawn`, and return."""
        self._instance_callbacks.append(callback)

    def instance_changed(self, change: InstanceChange) -> None:
        """Tell all listeners; called by the EC2 part, with the lock held."""
        LOG.info("%s %s -> %s %s", change.instance_id, change.previous, change.current, change.reason_code)
        for callback in self._instance_callbacks:
            self._guarded(callback, change)

    def security_changed(self) -> None:
        """Something that decides who may reach whom has changed; the machines' rules are written anew soon after."""
        for callback in self.on_security_change:
            self._guarded(callback)

    # --- end -------------------------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        return self._closed.is_set()

    def close(self) -> None:
        """End background work, remove every machine, and leave moto as it was found."""
        if self._closed.is_set():
            return
        self._closed.set()
        for callback in reversed(self.on_close):
            self._guarded(callback)
        self.machines.close()
        self.patches.undo()


@dataclass
class _Periodic:
    seconds: float
    fn: Callable[[], None]
    next_run: float
