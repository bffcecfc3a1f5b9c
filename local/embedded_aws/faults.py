"""Faults on demand: errors of the API, late consistency, refused launches, dead machines, expired credentials,
denials, a clock that is off, subnets without addresses, images that are not shared, answers that do not come.

`local/aws fault …` sets them through `/_world/fault`; `fault_rules.py` decides, `fault_cli.py` is the command.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug import Request

from . import skew
from .api_call import Call, canonical, read_call
from .consistency import Consistency
from .denials import denied
from .ec2 import lookup
from .fault_cli import register_command
from .fault_rules import Fault, FaultList, error_of
from .machines import MachineError
from .roles.judge import refusal, scope
from .wire_errors import answer_error
from .world import World

__all__ = ["install", "register_command"]


def install(world: World) -> None:
    """Let faults be set; nothing fails before one is."""
    faults = Faults(world)
    world.middlewares.append(faults.wrap)
    world.control["fault"] = faults.control
    world.on_close.append(faults.list.clear)
    shortages, rules = world.shortages, faults.list
    shortages.addresses_left, shortages.address_taken = rules.addresses_left, rules.address_taken
    shortages.is_unshared = rules.is_unshared
    fleet = getattr(world, "fleet", None)
    if fleet is not None:
        fleet.refusals.append(faults.list.refusal)
        fleet.holds = rules.holds


class Faults:
    """The faults of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.list = FaultList(random.Random(0))
        self._consistency = Consistency()

    def wrap(self, app: Any) -> Any:
        """WSGI middleware: an error instead of an answer, or an answer without what is too new."""

        def faulty(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            call = read_call(environ)
            refused = self._by_the_clock(call, environ)
            if refused:
                return answer_error(environ, start_response, *refused)
            fault = self.list.strike(call)
            if fault:
                refused = self._denial(fault, call, environ) if fault.kind == "deny" else error_of(fault, call)
                status, code, message = refused
                return answer_error(environ, start_response, status, code, message)
            begun: list[Any] = []
            answer = self._answer(app, call, environ, lambda *args: begun.extend(args))
            if int(begun[0].split()[0]) < 400:
                self.list.hold(call)
            start_response(*begun)
            return answer

        return faulty

    def _denial(self, fault: Fault, call: Call, environ: dict[str, Any]) -> tuple[int, str, str]:
        with self.world.lock:
            region = scope(Request(environ))[1] or self.world.region
            words = denied(self.world, call, region, fault.policy, fault.resource, fault.terse)
        return refusal(call, "denied", words)

    def _by_the_clock(self, call: Call, environ: dict[str, Any]) -> skew.Refusal | None:
        """Judge the request's date. Requests carry this computer's time, also where a test holds the world's."""
        fault, now = self.list.clock(), datetime.now(UTC)
        if fault:
            now += timedelta(seconds=fault.seconds)
            if fault.dated:
                environ[skew.DATE] = skew.http_date(now)
        return skew.refusal(call, environ.get("HTTP_X_AMZ_DATE"), now)

    def _answer(self, app: Any, call: Call, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if call.service != "ec2":
            return app(environ, start_response)
        now, delay = self.world.clock.monotonic(), self.list.consistency_delay()
        missing = self._consistency.missing(call, now, delay)
        if missing:
            return answer_error(environ, start_response, 400, *missing)
        begun: list[Any] = []
        body = b"".join(app(environ, lambda *status_headers: begun.extend(status_headers)))
        body = self._consistency.answered(call, body, now, delay)
        headers = [(key, value) for key, value in begun[1] if key.lower() != "content-length"]
        start_response(begun[0], [*headers, ("Content-Length", str(len(body)))])
        return [body]

    # --- control endpoint ------------------------------------------------------------------------------------------

    def control(self, request: Request) -> Any:
        """`{"do": "add" | "clear" | "list" | "kill" | "break", …}`;
        an unknown instance or a wrong field is a ValueError.
        """
        order = json.loads(request.get_data() or b"{}")
        action = order.pop("do", "list")
        if action == "add":
            if order.get("call"):
                service, _, name = order["call"].partition(":")
                order["call"] = f"{canonical(service)}:{name or '*'}"
            return self.list.add(Fault(**order)).describe()
        if action == "clear":
            return {"cleared": self.list.clear(order.get("id"))}
        if action == "list":
            return [fault.describe() for fault in self.list.all()]
        if action in ("kill", "break"):
            return self._machine(action, order["instance"], int(order.get("port") or 80))
        raise ValueError(f"unknown order {action!r}: add, clear, list, kill or break")

    def _machine(self, action: str, instance_id: str, port: int) -> Any:
        with self.world.lock:
            instance = lookup.instance(self.world, instance_id)
            if instance is None or instance.state != "running":
                seen = f"is {instance.state}" if instance else "does not exist"
                raise ValueError(f"instance {instance_id} {seen}; only a running one can be killed or broken")
        if action == "kill":
            self.world.machines.stop(instance_id, force=True)
            return {"killed": instance_id}
        freeze = getattr(self.world.machines, "freeze", None)
        if freeze is None:
            raise ValueError("machines of this world are records only: nothing runs on them that could be broken")
        try:
            stopped = freeze(instance_id, port)
        except MachineError as error:
            raise ValueError(str(error)) from error
        if not stopped:
            raise ValueError(f"nothing listens on port {port} of {instance_id}; see its console")
        return {"broken": instance_id, "stopped": stopped}
