"""The command that looks for SELinux denials: what it prints, and that it never takes "could not look" for "nothing denied"."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

BASE = Path(__file__).resolve().parents[2] / "ansible" / "roles" / "base"
BOOT = "type=DAEMON_START msg=audit(1795.100:1): op=start ver=3.0.9"
OURS = (
    'type=AVC msg=audit(1795.200:10): avc:  denied  { open } for  pid=1 comm="python" path="/opt/webapp/release.json"'
    " scontext=system_u:system_r:webapp_t:s0 tcontext=system_u:object_r:shadow_t:s0 tclass=file permissive=0"
)
KNOWN = (
    'type=AVC msg=audit(1795.300:11): avc:  denied  { setrlimit } for  pid=2 comm="systemd-udevd"'
    " scontext=system_u:system_r:udev_t:s0 tcontext=system_u:system_r:udev_t:s0 tclass=process permissive=0"
)
FILTERED = (
    "type=SECCOMP msg=audit(1795.400:12): auid=4294967295 uid=999 gid=996 ses=4294967295 subj=system_u:system_r:webapp_t:s0 pid=9"
    ' comm="gunicorn" exe="/usr/bin/python3.11" sig=0 arch=c000003e syscall=141 compat=0 ip=0x7f code=0x7ffc0000'
)
KERNEL = "Linux version 6.1"


def look(tmp_path: Path, audit: str, kernel: str = KERNEL, patterns: str | None = None) -> subprocess.CompletedProcess:
    """Runs it with stand-ins that print these records; like ausearch, the first ends with 1 when it has none."""
    for name, text in {"ausearch": audit, "journalctl": kernel}.items():
        (tmp_path / f"{name}.txt").write_text(text + "\n" if text else "")
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\ncat "{tmp_path}/{name}.txt"\n[ -s "{tmp_path}/{name}.txt" ]\n')
        program.chmod(0o755)
    if patterns is None:
        known = yaml.safe_load((BASE / "defaults" / "main.yml").read_text())["base_selinux_known_denials"]
        patterns = "".join(f"# {each['reason']}\n{each['pattern']}\n" for each in known)
    (tmp_path / "known").write_text(patterns)
    return subprocess.run(
        ["sh", str(BASE / "files" / "selinux-denials.sh"), str(tmp_path / "known")],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        input="a pipe that must not be read as the log",
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("audit", "kernel", "printed"),
    [
        (BOOT, KERNEL, ""),
        (f"{BOOT}\n{OURS}", KERNEL, OURS),
        (f"{BOOT}\n{KNOWN}", KERNEL, ""),
        (f"{BOOT}\n{KNOWN}\n{OURS}", KERNEL, OURS),
        (BOOT, OURS.removeprefix("type=AVC msg="), OURS.removeprefix("type=AVC msg=")),
        (f"{BOOT}\n{OURS}", f"{KERNEL}\n{OURS.removeprefix('type=AVC msg=')}", OURS),
        (f"{BOOT}\n{OURS}\x1dAUID=unset", KERNEL, OURS),
        (f"{BOOT}\n{FILTERED}\x1dARCH=x86_64 SYSCALL=setpriority AUID=unset", KERNEL, f"{FILTERED} name=setpriority"),
        (
            BOOT,
            FILTERED.replace("type=SECCOMP msg=", "audit: type=1326 "),
            FILTERED.replace("type=SECCOMP msg=", "audit: type=1326 "),
        ),
        (BOOT, "nfs: permission denied", ""),
        (f"{BOOT}\n{KNOWN}\n{OURS.replace('200:10', '300:11')}", KERNEL, OURS.replace("200:10", "300:11")),
        (
            BOOT,
            "audit: type=1401 audit(1.2:3): op=security_compute_sid",
            "audit: type=1401 audit(1.2:3): op=security_compute_sid",
        ),
    ],
    ids=[
        "nothing",
        "ours",
        "known",
        "both",
        "before auditd",
        "told twice",
        "enriched",
        "filtered call",
        "filtered call before auditd",
        "not SELinux",
        "two of one call",
        "error before auditd",
    ],
)
def test_denials_areTold_withoutTheKnownOnes(tmp_path: Path, audit: str, kernel: str, printed: str):
    result = look(tmp_path, audit, kernel)
    assert (result.returncode, result.stdout.strip(), result.stderr) == (0, printed, "")


@pytest.mark.parametrize(
    ("audit", "kernel", "patterns", "words"),
    [
        ("", KERNEL, None, "auditd has no record since the boot"),
        (BOOT, "", None, "the kernel's messages of this boot cannot be read"),
        (f"{BOOT}\n{OURS}", KERNEL, "(\n", "Unmatched ("),
    ],
    ids=["no audit log", "no kernel messages", "malformed pattern"],
)
def test_whatCannotBeRead_isNoSilence(tmp_path: Path, audit: str, kernel: str, patterns: str | None, words: str):
    result = look(tmp_path, audit, kernel, patterns)
    assert result.returncode == 2
    assert words in result.stderr


PORT = (
    OURS.replace("{ open }", "{ name_connect }")
    .replace("tclass=file", "tclass=tcp_socket")
    .replace('comm="python"', 'comm="python" dest=5432')
)
MEMORY = OURS.replace("{ open }", "{ execmem }").replace("tclass=file", "tclass=process")
NAMES = OURS.replace("{ open }", "{ create }").replace("tclass=file", "tclass=udp_socket")


def explain(*records: str) -> str:
    program = BASE / "files" / "explain_denials.py"
    result = subprocess.run(
        [sys.executable, "-I", str(program)], input="\n".join(records), capture_output=True, text=True, check=True
    )
    assert result.stdout.count("\n") == 1
    return result.stdout


@pytest.mark.parametrize(
    ("record", "setting"),
    [
        (PORT, "outgoing_ports: [5432]"),
        (MEMORY, "writable_memory: true"),
        (NAMES, "outgoing_ports: [...]"),
        (f"{FILTERED} name=setpriority", "setpriority of gunicorn (image.yml allows it: system_calls: [setpriority])"),
        (FILTERED, "141 of gunicorn (image.yml allows it: system_calls: [<its name"),
    ],
    ids=["port", "memory", "names", "system call", "system call by number"],
)
def test_explanation_namesTheSettingThatAllowsIt(record: str, setting: str):
    assert setting in explain(record)


def test_explanation_ofAnotherProgram_namesNone():
    assert "image.yml" not in explain(KNOWN, PORT.replace("webapp_t", "sshd_t"), OURS)


def test_explanation_saysTheSameOnce_andHowOften():
    said = explain(
        OURS,
        OURS.replace("pid=1", "pid=2").replace("200:10", "201:11"),
        f"{FILTERED} name=nice",
        f"{FILTERED} name=nice",
    )
    assert said.startswith("SELinux denied 2 times: { open } for comm=") or said.startswith(
        "SELinux denied 2 times: { open } "
    )
    assert said.count("shadow_t") == 1 and said.count("nice of") == 1
    assert "outside of the unit's filter, 2 times" in said
