"""What a world has in Docker goes away, or is named. The engine is a list of things that depend on each other."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, NotFound
from embedded_aws import cli
from embedded_aws.machines import MachineError, cleanup
from embedded_aws.machines.cleanup import remove_world
from embedded_aws.state import WorldState

WORLD = f"cleanup{os.getpid()}"


class Things:
    """Containers, networks and images by name; one that another one needs, or that has too many refusals left, stays."""

    def __init__(self) -> None:
        self.there: dict[str, list[str]] = {"container": ["one"], "network": ["net"], "image": ["parent", "child"]}
        self.needed_by = {"net": "one", "parent": "child"}
        self.refusals: dict[str, int] = {}

    def containers(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Id": name, "Names": [f"/{name}"]} for name in self.there["container"]]

    def networks(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Id": name, "Name": name} for name in self.there["network"]]

    def images(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Id": name, "RepoTags": None} for name in self.there["image"]]

    def remove_container(self, name: str, **_: Any) -> None:
        self._remove("container", name)

    def remove_network(self, name: str) -> None:
        self._remove("network", name)

    def remove_image(self, name: str, **_: Any) -> None:
        self._remove("image", name)

    def _remove(self, kind: str, name: str) -> None:
        others = [other for names in self.there.values() for other in names]
        if name not in others:
            raise NotFound("gone")
        self.refusals[name] = self.refusals.get(name, 0) - 1
        if self.refusals[name] >= 0 or self.needed_by.get(name) in others:
            raise APIError("conflict", explanation=f"{name} is busy")
        self.there[kind].remove(name)


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    things = Things()
    monkeypatch.setattr(cleanup, "Engine", lambda: SimpleNamespace(client=SimpleNamespace(api=things)))
    monkeypatch.setattr(cleanup, "remove_host_rules", lambda world: None)
    return things


def test_all_goes_away_whatever_the_order(things: Things) -> None:
    remove_world(WORLD)
    assert things.there == {"container": [], "network": [], "image": []}


def test_removal_that_is_under_way_is_waited_for(things: Things) -> None:
    things.refusals["one"] = 3
    remove_world(WORLD)
    assert things.there["container"] == []


def test_what_stays_is_named_with_the_engines_reason(things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleanup, "SETTLE_SECONDS", 0)
    things.refusals["one"] = 99
    with pytest.raises(
        MachineError, match=rf"world {WORLD} still has container one \(one is busy\), network net \(net is busy\)"
    ):
        remove_world(WORLD)
    assert things.there["image"] == []


def test_down_does_not_forget_a_world_of_which_something_stays(
    things: Things, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(cleanup, "SETTLE_SECONDS", 0)
    engine = SimpleNamespace(answers=lambda: True, stop_if_ours=lambda: None)
    monkeypatch.setattr(cli, "Engine", lambda: engine)
    WorldState(WORLD).update(pid=None)
    things.refusals["one"] = 99
    assert cli.main(["--world", WORLD, "down"]) == 1
    assert capsys.readouterr().err.startswith(f"local/aws: world {WORLD} still has container one")
    assert WorldState(WORLD).file.exists()
    things.refusals["one"] = 0
    assert cli.main(["--world", WORLD, "down"]) == 0
    assert not WorldState(WORLD).file.exists()
