"""Says in one line what the records mean that selinux-denials prints, and which setting of image.yml allows it: they come on standard input.

Runs on the builder, for the role's task that ends a bake.
"""

import re
import sys

#: Records of different things that are said; the same one again differs in time, process and inode only.
LIMIT = 20
OPERATIONS = "docs/operations.md says how to read this and how to add a rule"


def explain(records: list[str]) -> str:
    """Denials and filtered system calls, each once, with the setting that allows it where there is one."""
    filtered = [record for record in records if re.search(r"type=(SECCOMP|1326) ", record)]
    denied = [record for record in records if record not in filtered]
    parts = []
    if denied:
        kinds = dict.fromkeys(kind(record) + allowed_by(denial_setting(record)) for record in denied)
        parts.append(f"SELinux denied {len(denied)} times: {'; '.join(list(kinds)[:LIMIT])}")
    if filtered:
        calls = dict.fromkeys(call(record) for record in filtered)
        parts.append(
            f"system calls outside of the unit's filter, {len(filtered)} times: {'; '.join(list(calls)[:LIMIT])}"
        )
    return f"{'; '.join(parts)} ({OPERATIONS})"


def kind(record: str) -> str:
    short = re.sub(r"^.*avc: +denied +", "", record)
    return re.sub(r" (for +pid|dev|ino|src)=[^ ]+", "", short)


def denial_setting(record: str) -> str:
    """The line of image.yml that allows what was denied to the application, or ""."""
    if not re.search(r"scontext=[^ ]*:webapp_t:", record):
        return ""
    port = re.search(r" dest=(\d+)", record)
    if "{ name_connect }" in record and port:
        return "outgoing_ports: [53], or any other port" if port[1] == "53" else f"outgoing_ports: [{port[1]}]"
    if "tclass=udp_socket" in record:
        return "outgoing_ports: [...], with any port it may look names up"
    if "{ execmem }" in record or re.search(r"{ execute } .*tcontext=[^ ]*:webapp_tmp(fs)?_t:", record):
        return "writable_memory: true"
    return ""


def call(record: str) -> str:
    name = re.search(r" name=([a-z0-9_]+)", record) or re.search(r" syscall=(\d+)", record)
    program = re.search(r' comm="?([^" ]+)', record)
    called = name[1] if name else "unknown"
    # A number where auditd had not begun yet; a unit takes names only.
    setting = f"system_calls: [{called}]" if not called.isdigit() else "system_calls: [<its name, see ausyscall>]"
    return f"{called} of {program[1] if program else 'unknown'}" + allowed_by(setting)


def allowed_by(setting: str) -> str:
    return f" (image.yml allows it: {setting})" if setting else ""


if __name__ == "__main__":
    print(explain([line for line in sys.stdin.read().splitlines() if line.strip()]))
