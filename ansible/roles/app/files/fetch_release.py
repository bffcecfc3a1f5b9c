"""Writes which release this instance is into a file: fetch_release.py FILE. webapp.service runs it before the application.

Terraform puts name, version and commit into a comment of the instance's user data (terraform/launch_template.tf), since the image of one
bake serves any environment and release. They are read from the instance metadata service, version 2 (a session token first). Without
user data, or without an answer in time, there is no file and the application shows its defaults; it never keeps a start from going on.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

import json
import os
import sys
import time
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

ENDPOINT = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
# The line of the user data that is meant.
MARK = "# ami-deploy: "
# Bytes: user data has at most 16 KiB.
LONGEST = 16384
# Seconds for one request, for all of them, and between two tries: early in a boot the network may not be there yet.
REQUEST_TIMEOUT, LIMIT, PAUSE = 2.0, 10.0, 0.5


def main(file: str) -> None:
    # User data changes while an instance is stopped only, and a stop empties the file's directory.
    if os.path.exists(file):
        return
    release = find(user_data())
    if release is None:
        print(f"release: the user data has no line '{MARK.strip()} ...'; the application shows its defaults")
        return
    with open(f"{file}.new", "w", encoding="utf-8") as unfinished:
        json.dump(release, unfinished)
    os.replace(f"{file}.new", file)
    print(f"release: {json.dumps(release)}")


def user_data() -> str:
    """The instance's user data, empty where it has none. Raises OSError when nobody answers in time."""
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            token = ask("api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
            return ask("user-data", headers={"X-aws-ec2-metadata-token": token})
        except HTTPError as problem:
            if problem.code == 404:
                return ""
            failure = problem
        except OSError as problem:
            failure = problem
        if time.monotonic() + PAUSE > deadline:
            raise OSError(f"instance metadata at {ENDPOINT}: {failure}")
        time.sleep(PAUSE)


def ask(path: str, **request) -> str:
    # A proxy from the environment must never see a metadata token.
    opener = build_opener(ProxyHandler({}))
    with opener.open(Request(f"{ENDPOINT}/latest/{path}", **request), timeout=REQUEST_TIMEOUT) as answer:
        return answer.read(LONGEST).decode("utf-8", "replace")


def find(text: str):
    """The release in user data, or None where it says none."""
    for line in text.splitlines():
        if line.startswith(MARK):
            release = json.loads(line[len(MARK) :])
            return {key: str(release[key]) for key in ("name", "version", "commit") if release.get(key)}
    return None


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except (OSError, ValueError, AttributeError) as problem:
        sys.exit(f"release: {problem}; the application shows its defaults")
