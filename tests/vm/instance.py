"""One instance, asked over ssh what its kernel says of it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from world import eventually

#: Longest that a boot may take until the page answers, in seconds.
BOOT_LIMIT = 600
SSH = (
    *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"),
    *("-o", "ConnectTimeout=10", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"),
    *("-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=6"),
)
#: What the machine is asked, a shell command each; the answers are compared below.
QUESTIONS = {
    "mode": "getenforce",
    "denials": "/usr/local/sbin/selinux-denials",
    "failed": "systemctl list-units --failed --plain --no-legend --full",
    "inet6": "cat /proc/net/if_inet6 /proc/net/tcp6 /proc/net/udp6 /proc/net/raw6 2>/dev/null | grep -v local_address",
    "inet6_sockets": "ss -H -6 -a -n",
    "command_line": "cat /proc/cmdline",
    "listeners": "ss -H -4 -l -t -n",
    "process": "p=$(systemctl show --value -p MainPID webapp.service); ps -o user=,label= -p $p; grep -E '^(Cap|NoNewPrivs)' /proc/$p/status",
    "contexts": "stat -c '%C %n' /opt/webapp /run/webapp/environment /var/lib/webapp /opt/webapp/app/webapp/__init__.py"
    " /etc/systemd/system/webapp.service /etc/shadow",
    "wrong_contexts": "restorecon -R -n -v /opt /etc /run/webapp /var/lib/webapp /usr/local /home",
    "boot": "cat /proc/sys/kernel/random/boot_id",
    "booted": "sed -n 's/^btime //p' /proc/stat",
    "first_record": "sed -n '1s/.*msg=audit(\\([0-9]*\\).*/\\1/p' /var/log/audit/audit.log",
}


@dataclass
class Instance:
    """The one instance of the group, asked by its login user."""

    instance_id: str
    address: str
    key: Path

    def ask(self, command: str, limit: float = BOOT_LIMIT) -> str:
        """The output of a command run as root, once ssh answers (255 is ssh's own failure, tried again)."""

        def run() -> subprocess.CompletedProcess | None:
            call = ["ssh", *SSH, "-i", str(self.key), f"admin@{self.address}", "sudo", "sh", "-s"]
            result = subprocess.run(call, input=command, capture_output=True, text=True, timeout=limit)
            return result if result.returncode != 255 else None

        result = eventually(f"ssh to {self.instance_id}", run, timeout=limit)
        assert result.returncode == 0, f"{command}: exit {result.returncode}: {result.stdout}{result.stderr}"
        return result.stdout

    def facts(self) -> dict[str, str]:
        """The answers to all questions; the mode and the count of denials are said on the machine's console too."""
        script = "".join(f"echo '### {name}'\n{{ {command}; }} 2>&1\n" for name, command in QUESTIONS.items())
        script += "/usr/local/sbin/selinux-denials >/run/denials || exit\n"
        script += (
            'echo "image check: SELinux $(getenforce), $(wc -l </run/denials) denials since the boot" >/dev/console\n'
        )
        answers = re.split(r"(?m)^### (.*)\n", self.ask(script))[1:]
        return {name: answer.strip() for name, answer in zip(answers[::2], answers[1::2], strict=True)}
