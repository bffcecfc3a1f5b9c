#!/usr/bin/env python3
"""What an AMI does on its first boot, run inside the machine by systemd; it needs nothing but Python's library.

It stands in for cloud-init: instance metadata tells who the machine is, and an instance id that was not seen before means a first boot.
`keys` runs before sshd on every boot: host keys of its own, and the key pair's public key for the login user.
`user-data` runs when the machine is up: user data that starts with `#!` is run once as root.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
"""

import os
import pathlib
import pwd
import subprocess
import sys
import time
import urllib.error
import urllib.request

METADATA = "http://169.254.169.254/latest/"
STATE = pathlib.Path("/var/lib/first-boot")
LOGIN_USER = pathlib.Path("/etc/first-boot-user")
#: Seconds the metadata service gets to answer; it is there before the machine starts.
PATIENCE = 30


def metadata(path):
    """The text at this path, or None when there is none (404)."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            request = urllib.request.Request(METADATA + "api/token", method="PUT")
            request.add_header("X-aws-ec2-metadata-token-ttl-seconds", "60")
            with urllib.request.urlopen(request, timeout=5) as response:
                token = response.read().decode()
            request = urllib.request.Request(METADATA + path, headers={"X-aws-ec2-metadata-token": token})
            with urllib.request.urlopen(request, timeout=5) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            failure = error
        except OSError as error:
            failure = error
        if time.monotonic() > deadline:
            raise SystemExit(f"first boot: the metadata service does not answer: {failure}")
        time.sleep(0.2)


def keys():
    instance_id = metadata("meta-data/instance-id").decode()
    if is_known(instance_id):
        return
    for old in pathlib.Path("/etc/ssh").glob("ssh_host_*"):
        old.unlink()
    # Not an RSA key: making one takes an emulated processor longer than the rest of the boot.
    for kind in ("ed25519", "ecdsa"):
        file = f"/etc/ssh/ssh_host_{kind}_key"
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", file], check=True)
    listing = metadata("meta-data/public-keys/")
    for line in (listing or b"").decode().split():
        index = line.split("=", 1)[0]
        authorize(metadata(f"meta-data/public-keys/{index}/openssh-key").decode().strip())
    (STATE / instance_id).mkdir(parents=True, exist_ok=True)
    (STATE / "instance-id").write_text(instance_id)
    print(f"first boot of {instance_id}: host keys and authorized keys are in place", flush=True)


def is_known(instance_id):
    seen = STATE / "instance-id"
    return seen.is_file() and seen.read_text() == instance_id


def authorize(key):
    """Add the key to the login user's authorized keys; those that the image brought stay, as with cloud-init."""
    user = pwd.getpwnam(LOGIN_USER.read_text().strip())
    directory = pathlib.Path(user.pw_dir, ".ssh")
    directory.mkdir(mode=0o700, exist_ok=True)
    file = directory / "authorized_keys"
    present = file.read_text() if file.exists() else ""
    if key not in present.splitlines():
        file.write_text(present + ("" if present.endswith("\n") or not present else "\n") + key + "\n")
    file.chmod(0o600)
    for path in (directory, file):
        os.chown(path, user.pw_uid, user.pw_gid)


def user_data():
    instance_id = (STATE / "instance-id").read_text()
    script = STATE / instance_id / "user-data"
    if script.exists():
        return
    content = metadata("user-data") or b""
    script.write_bytes(content)
    if not content.startswith(b"#!"):
        return
    script.chmod(0o700)
    code = subprocess.run([str(script)], check=False).returncode
    print(f"first boot: user data ended with exit code {code}", flush=True)
    if code:
        raise SystemExit(code)


if __name__ == "__main__":
    {"keys": keys, "user-data": user_data}[sys.argv[1]]()
