"""Applications with another start line than the default server's, run beside the deployed one on the instance that stands already."""

from __future__ import annotations

import subprocess
from pathlib import Path

#: A server in one file that needs nothing of its machine: it answers everything with "static".
STATIC = """
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    const char *answer = "HTTP/1.0 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nstatic";
    char request[4096];
    int listening = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT"))), .sin_addr = {htonl(INADDR_ANY)}};
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listening, (struct sockaddr *)&here, sizeof here) || listen(listening, 16)) return 1;
    for (;;) {
        int peer = accept(listening, 0, 0);
        if (peer < 0) continue;
        if (read(peer, request, sizeof request) > 0 && write(peer, answer, strlen(answer)) < 0) return 2;
        close(peer);
    }
}
"""
#: Lines of a Procfile beside the application's own, by name; each on a port that the domain may serve.
BESIDE = {
    "gunicorn": (8008, "gunicorn --workers=2 --bind=0.0.0.0:$PORT 'webapp:create_app()'"),
    "static": (8443, "./static-server"),
}


def compile_static_server(file: Path) -> None:
    command = ["gcc", "-x", "c", "-static", "-O1", "-o", str(file), "-"]
    subprocess.run(command, input=STATIC, text=True, check=True)


def script(name: str) -> str:
    """Runs the image's own unit with another line and port. Prints the answer, a line for each of its processes, its status and denials."""
    port, line = BESIDE[name]
    shell = line.replace("$", "$$").replace("'", "\\'")
    return f"""
cat >/run/start-{name} <<'END'
ExecStart=/bin/sh -c 'exec {shell}'
END
sed -e '/^ExecStart/d' -e '/^Restart=/d' -e 's/^Environment=PORT=80/Environment=PORT={port}/' \\
  -e '/^Type=exec/r /run/start-{name}' /etc/systemd/system/webapp.service >/run/systemd/system/{name}.service
systemctl daemon-reload
systemctl start {name}.service
for second in $(seq 120); do
  # Without Python, whose start takes seconds here.
  if answer=$(bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port} && printf "GET /health HTTP/1.0\\r\\n\\r\\n" >&3 &&
    read -r _ status _ <&3 && [ "$status" = 200 ] && tail -n 1 <&3' 2>/dev/null)
  then break; fi
  sleep 1
done
echo "$answer"
for process in $(cat /sys/fs/cgroup/system.slice/{name}.service/cgroup.procs); do ps -o user=,label= -p $process; done
grep -E '^(NoNewPrivs|Seccomp):' "/proc/$(systemctl show --value -p MainPID {name}.service)/status" | tr -s '[:space:]' ' '
echo
systemctl stop {name}.service
/usr/local/sbin/selinux-denials 2>&1
"""
