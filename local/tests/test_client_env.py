"""What `local/aws env` prints for a world, without one that is up."""

from __future__ import annotations

import pytest
from embedded_aws import client_env


class State:
    def load(self) -> dict:
        return {"endpoint": "http://127.0.0.1:4566", "region": "us-east-1", "gateway": "10.100.0.1"}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*client_env.PROXIES, "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def variables() -> dict[str, str]:
    lines = [line.removeprefix("export ") for line in client_env.client_environment(State())]
    return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}


def test_withAProxy_theWorldExceptsItself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", ".corp,localhost")

    said = variables()

    assert said["NO_PROXY"] == said["no_proxy"] == ".corp,localhost,127.0.0.1,127.0.0.0/8,10.100.0.1"


def test_withoutAProxy_nothingIsSaidOfOne() -> None:
    assert "NO_PROXY" not in variables()
