"""webapp.service as the role app writes it: the start line in systemd's words, and what image.yml allows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible.plugins.filter.core import flatten, regex_replace
from ansible.plugins.filter.mathstuff import difference, intersect
from ansible.plugins.test.core import match, search
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROLE = Path(__file__).resolve().parents[2] / "ansible" / "roles" / "app"
POLICY = ROLE.parent / "runtime" / "files" / "webapp.cil"


def unit(start: str = "serve", **changes) -> list[str]:
    """Its lines, with the role's defaults where nothing else is said."""
    environment = Environment(loader=FileSystemLoader(ROLE / "templates"), trim_blocks=True, undefined=StrictUndefined)
    environment.filters |= {
        "flatten": flatten,
        "regex_replace": regex_replace,
        "intersect": lambda a, b: intersect(environment, a, b),
        "difference": lambda a, b: difference(environment, a, b),
    }
    environment.tests |= {"match": match, "search": search}
    values = {"app_user": "webapp", "app_home": "/opt/webapp", "app_selinux_domain": "webapp_t"}
    values |= {"app_wheelhouse": {"start": start, "by_default": False}}
    for name in ("defaults", "vars"):
        values |= yaml.safe_load((ROLE / name / "main.yml").read_text())
    return environment.get_template("webapp.service.j2").render(values | changes).splitlines()


def started(lines: list[str]) -> str:
    [line] = [line for line in lines if line.startswith("ExecStart=")]
    return line.removeprefix("ExecStart=")


@pytest.mark.parametrize(
    ("start", "shell"),
    [
        ("gunicorn --bind=0.0.0.0:$PORT shop:app", "exec gunicorn --bind=0.0.0.0:$$PORT shop:app"),
        ("serve --format '%t' \"a b\" c:\\d", "exec serve --format \\'%%t\\' \"a b\" c:\\\\d"),
        ("./migrate && ./serve", "./migrate && ./serve"),
        ("LEVEL=1 ./serve", "LEVEL=1 ./serve"),
        ("exec ./serve", "exec ./serve"),
        ("cd shop; exec ./serve", "cd shop; exec ./serve"),
        ("execute", "exec execute"),
    ],
)
def test_startLine_reachesTheShellAsItStands(start: str, shell: str):
    assert started(unit(start)) == f"/bin/sh -c '{shell}'"


@pytest.mark.parametrize(
    ("ports", "booleans"),
    [
        ([], None),
        ([443], "webapp_connect_http=1 webapp_resolve=1"),
        ([5432, 6379], "webapp_connect_postgresql=1 webapp_connect_redis=1 webapp_resolve=1"),
        ([53], "webapp_resolve=1"),
        ([9092], "webapp_resolve=1 webapp_connect_any=1"),
    ],
)
def test_outgoingPorts_areSwitchedOnBeforeTheStart(ports: list[int], booleans: str | None):
    found = [line for line in unit(app_outgoing_ports=ports) if "setsebool" in line]
    assert found == ([f"ExecStartPre=+-/usr/sbin/setsebool {booleans}"] if booleans else [])


def test_booleans_areDeclaredInThePolicy_allOff():
    declared = re.findall(r"(?m)^\(boolean (\w+) (\w+)\)", POLICY.read_text())
    assert {value for _, value in declared} == {"false"}
    known = yaml.safe_load((ROLE / "vars" / "main.yml").read_text())["app_port_booleans"]
    assert {name for name, _ in declared} == {*known, "webapp_connect_any", "webapp_writable_memory"}


def test_hardening_staysOn_whateverIsAllowed():
    lines = unit(app_outgoing_ports=[1], app_writable_memory=True, app_system_calls=["@resources", "mlock"])
    assert "MemoryDenyWriteExecute=no" in lines and "SystemCallFilter=@resources mlock" in lines
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "SystemCallFilter=@system-service", "PrivateTmp=yes"):
        assert line in lines
    assert "SELinuxContext=system_u:system_r:webapp_t:s0" in lines
    assert "MemoryDenyWriteExecute=yes" in unit()


def test_everyEnd_isTold_andSoIsAPortThatNobodyListensOn():
    lines = unit()
    assert "ExecStopPost=+-/usr/bin/python3.11 -I -B -S /opt/webapp/last_words.py webapp.service webapp" in lines
    assert "Wants=webapp-port.service" in lines
