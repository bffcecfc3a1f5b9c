"""Writes the application's settings and secrets into a file of systemd's: settings.py FILE. webapp.service runs it first, as root.

Terraform puts one line into the instance's user data (terraform/launch_template.tf): which release this is, the environment's settings,
and where its secrets are. They are read from the instance metadata service, version 2, and from Systems Manager and Secrets Manager with
the instance's role. Without that line, or without an answer in time, there is no file and the application starts without; a secret that
cannot be read ends the start with one line, which also goes to the serial console. Values are never printed.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import contextlib
import hashlib
import hmac
import json
import os
import re
import ssl
import stat
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
CONSOLE = "/dev/console"
# The line of the user data that is meant.
MARK = "# ami-deploy: "
# Bytes: user data has at most 16 KiB, a secret 64 KiB before it becomes JSON.
LONGEST_METADATA, LONGEST_ANSWER = 16384, 1 << 20
# Seconds for one request, and between two tries.
REQUEST_TIMEOUT, PAUSE = 5.0, 0.5
# Seconds for user data: early in a boot the network may not be there yet. Together with the next one less than systemd's 90 for a start.
USER_DATA_LIMIT = 20.0
# Seconds for all secrets: a new instance profile, and its credentials, take a while until every service knows them.
SECRETS_LIMIT = 45.0
# Seconds in which a refusal may still be a policy that is on its way. Afterwards systemd starts all of it again.
DENIED_LIMIT = 10.0
# Characters of an error that are shown.
LONGEST_REASON = 600
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# The unit sets these, and APP_* says which release this is.
RESERVED = re.compile(r"PORT|STATE_DIRECTORY|PATH|APP_.*")
# What no environment can have, and what makes systemd drop the whole file (unichar_is_valid in its utf8.c).
UNSUITABLE = re.compile(
    "[\0\ud800-\udfff\ufdd0-\ufdef]|[" + "".join(chr(p << 16 | n) for p in range(17) for n in (0xFFFE, 0xFFFF)) + "]"
)
# https://docs.aws.amazon.com/general/latest/gr/rande.html and the partitions of AWS's SDKs.
SUFFIXES = {"cn-": "amazonaws.com.cn", "us-iso-": "c2s.ic.gov", "us-isob-": "sc2s.sgov.gov", "eusc-": "amazonaws.eu"}
DENIED = ("AccessDeniedException", "AccessDenied")
# Of credentials that a service does not know yet, or not any more, and of a clock that is not set yet.
UNKNOWN_CREDENTIALS = re.compile(
    "Unrecognized|InvalidClientToken|Expired|InvalidSignature|SignatureDoesNotMatch|RequestExpired"
)
THROTTLED = re.compile("Throttl|LimitExceeded|TooManyRequests")


class Failure(Exception):
    """What ends the start; the text is shown, so no value is in it."""


class Refusal(Exception):
    """A service's answer that is an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(" ".join(f"{code} {message}".split()))
        self.code = code
        self.new_credentials = bool(UNKNOWN_CREDENTIALS.search(code))
        self.passes = status >= 500 or status == 429 or self.new_credentials or bool(THROTTLED.search(code))


def main(file: str) -> None:
    # User data changes while an instance is stopped only, and a stop empties the file's directory.
    if is_ours(file):
        return
    try:
        release = find(user_data())
    except OSError as problem:
        print(f"settings: instance metadata at {METADATA}: {problem}; the application starts without")
        return
    if release is None:
        print(f"settings: the user data has no line '{MARK.strip()} ...'; the application starts without")
        return
    environment = {
        f"APP_{key.upper()}": str(release.get(key) or "") for key in ("name", "version", "commit", "environment")
    }
    references = chosen(release, "secrets")
    environment |= chosen(release, "settings") | secrets(references, release.get("region") or "")
    # For last_words.py, which masks them; a comment for systemd.
    hidden = f"# secrets: {' '.join(references)}\n" if references else ""
    write(file, hidden + "".join(f"{name}={quoted(name, value)}\n" for name, value in environment.items()))
    print(f"settings: {', '.join(environment)}")


def user_data() -> str:
    """Empty where there is none. Raises OSError when nobody answers in time."""
    deadline = time.monotonic() + USER_DATA_LIMIT
    while True:
        try:
            return metadata("user-data") or ""
        except OSError:
            if time.monotonic() + PAUSE > deadline:
                raise
        time.sleep(PAUSE)


def find(text: str):
    """What the line in the user data says, or None where there is none."""
    for line in text.splitlines():
        if line.startswith(MARK):
            try:
                release = json.loads(line[len(MARK) :])
            except ValueError:
                release = None
            if isinstance(release, dict):
                return release
            raise Failure(f"user data: what follows '{MARK.strip()}' is no JSON object")
    return None


def chosen(release: dict, key: str) -> dict:
    """The settings or the references of the secrets, by name."""
    pairs = release.get(key) or {}
    if not isinstance(pairs, dict):
        raise Failure(f"user data: {key} is no JSON object")
    for name, text in pairs.items():
        if not NAME.fullmatch(name) or RESERVED.fullmatch(name):
            raise Failure(f"{name}: not a name that {key} can have: letters, digits, _, and none that is ours")
        if not isinstance(text, str):
            raise Failure(f"{name}: the user data has no text for it")
    return pairs


def metadata(path: str):
    """What the instance metadata service has there, or None."""
    # A proxy from the environment must never see a token or credentials.
    opener = build_opener(ProxyHandler({}))

    def ask(path: str, **request) -> str:
        with opener.open(Request(f"{METADATA}/latest/{path}", **request), timeout=REQUEST_TIMEOUT) as answer:
            return answer.read(LONGEST_METADATA).decode("utf-8", "replace")

    token = ask("api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    try:
        return ask(path, headers={"X-aws-ec2-metadata-token": token})
    except HTTPError as problem:
        if problem.code == 404:
            return None
        raise


def secrets(references: dict, region: str) -> dict:
    """The values, by name. All that cannot be read are named together."""
    if not references:
        return {}
    values, failures = {}, {}
    reader = Reader(region)
    for name, reference in references.items():
        try:
            values[name] = reader.read(reference)
        except Failure as failure:
            failures[name] = failure
    if failures:
        (first, failure), *others = failures.items()
        rest = f" (also not read: {', '.join(name for name, _ in others)})" if others else ""
        raise Failure(f"{first}: {failure}{rest}")
    return values


class Reader:
    """Reads secrets, with the instance's role, within the time that there is for all of them."""

    def __init__(self, region: str) -> None:
        began = time.monotonic()
        self.deadline, self.denied_deadline = began + SECRETS_LIMIT, began + DENIED_LIMIT
        self.region, self.credentials = region, None

    def read(self, reference: str) -> str:
        """The value behind a reference as in `app_secrets`, see docs/your-application.md."""
        service, region = "ssm", self.region
        if reference.startswith("arn:"):
            fields = reference.split(":")
            if len(fields) < 6 or fields[2] not in ("ssm", "secretsmanager"):
                raise Failure(f"{reference} is neither a parameter nor a secret of AWS")
            service, region = fields[2:4]
        if service == "ssm":
            answer = self.ask(
                f"parameter {reference}", "ssm", region, "AmazonSSM.GetParameter", Name=reference, WithDecryption=True
            )
            return answer["Parameter"]["Value"]
        # As in a task definition: …:secret:name[:json-key[:version-stage[:version-id]]], each of them perhaps empty.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
        key, stage, version, *_ = [*fields[7:], "", "", ""]
        which = {"VersionStage": stage, "VersionId": version}
        secret = ":".join(fields[:7])
        answer = self.ask(
            *(f"secret {secret}", service, region, "secretsmanager.GetSecretValue"),
            **{"SecretId": secret, **{name: value for name, value in which.items() if value}},
        )
        if "SecretString" not in answer:
            raise Failure(f"secret {secret}: is binary; an environment has text only")
        return field(secret, answer["SecretString"], key) if key else answer["SecretString"]

    def ask(self, what: str, service: str, region: str, target: str, **question) -> dict:
        while time.monotonic() < self.deadline:
            try:
                region = region or metadata("meta-data/placement/region")
                self.credentials = self.credentials or role_credentials()
                return call(service, region, target, json.dumps(question).encode(), self.credentials)
            except Refusal as problem:
                failure, deadline = problem, self.deadline if problem.passes else self.denied_deadline
                if not problem.passes and problem.code not in DENIED:
                    deadline = 0.0
                if problem.new_credentials:
                    self.credentials = None
            except (OSError, ValueError) as problem:
                failure, deadline = problem, self.deadline
            if time.monotonic() + PAUSE > deadline:
                raise Failure(f"{what}: {str(failure)[:LONGEST_REASON]}") from failure
            time.sleep(PAUSE)
        raise Failure(f"{what}: there was no time left to ask for it")


def field(secret: str, text: str, key: str) -> str:
    """One field of a secret that is a JSON object."""
    try:
        value = json.loads(text)[key]
    # From here no cause is kept: it would have the value.
    except (ValueError, TypeError):
        raise Failure(f"secret {secret}: is no JSON object, so it has no field {key}") from None
    except KeyError:
        raise Failure(f"secret {secret}: has no field {key}") from None
    return value if isinstance(value, str) else json.dumps(value)


def role_credentials() -> dict:
    """The temporary credentials of the instance's role. Raises OSError where there are none (yet)."""
    role = (metadata("meta-data/iam/security-credentials/") or "").strip()
    found = json.loads(metadata(f"meta-data/iam/security-credentials/{role}") or "{}") if role else {}
    if found.get("Code") != "Success":
        raise OSError(f"the instance has no credentials of a role ({found.get('Code') or 'no instance profile'})")
    return found


def call(service: str, region: str, target: str, body: bytes, credentials: dict) -> dict:
    """One call of a JSON service. Raises `Refusal`, or OSError where nobody answers."""
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
    url = endpoint(service, region)
    headers |= signature(service, region, url, headers, body, credentials, time.gmtime())
    opener = build_opener(
        HTTPSHandler(context=ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or None))
    )
    try:
        with opener.open(Request(url, body, headers, method="POST"), timeout=REQUEST_TIMEOUT) as answer:
            return json.loads(answer.read(LONGEST_ANSWER))
    except HTTPError as problem:
        text = problem.read(LONGEST_ANSWER)
        try:
            error = json.loads(text)
        except ValueError:
            error = {}
        code = error.get("__type") or problem.headers.get("x-amzn-errortype") or f"HTTP {problem.code}"
        message = error.get("message") or error.get("Message") or ""
        raise Refusal(problem.code, code.split(":")[0].rpartition("#")[2], message) from None
    except OSError as problem:
        raise OSError(f"{url}: {getattr(problem, 'reason', problem)}") from problem


def endpoint(service: str, region: str) -> str:
    name = {"ssm": "SSM", "secretsmanager": "SECRETS_MANAGER"}[service]
    given = os.environ.get(f"AWS_ENDPOINT_URL_{name}") or os.environ.get("AWS_ENDPOINT_URL")
    suffix = next((suffix for prefix, suffix in SUFFIXES.items() if region.startswith(prefix)), "amazonaws.com")
    return (given or f"https://{service}.{region}.{suffix}").rstrip("/") + "/"


def signature(service: str, region: str, url: str, headers: dict, body: bytes, credentials: dict, now) -> dict:
    """The headers that sign a POST request: Signature Version 4."""

    def keyed(key: bytes, text: str) -> bytes:
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    moment = time.strftime("%Y%m%dT%H%M%SZ", now)
    added = {"X-Amz-Date": moment}
    if credentials.get("Token"):
        added["X-Amz-Security-Token"] = credentials["Token"]
    parts = urlsplit(url)
    every = {name.lower(): value.strip() for name, value in {**headers, **added, "Host": parts.netloc}.items()}
    names = ";".join(sorted(every))
    lines = "".join(f"{name}:{every[name]}\n" for name in sorted(every))
    request = "\n".join(["POST", parts.path, "", lines, names, hashlib.sha256(body).hexdigest()])
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{credentials['SecretAccessKey']}".encode()
    for part in scope.split("/"):
        key = keyed(key, part)
    who = f"AWS4-HMAC-SHA256 Credential={credentials['AccessKeyId']}/{scope}"
    return added | {"Authorization": f"{who}, SignedHeaders={names}, Signature={keyed(key, text).hex()}"}


def quoted(name: str, value: str) -> str:
    """A value as systemd.exec(5), EnvironmentFile, reads it back: in double quotes, where a newline is one."""
    if UNSUITABLE.search(value):
        raise Failure(f"{name}: its value has a character that an environment cannot have (NUL, or none of Unicode's)")
    return '"' + re.sub(r'(["\\`$])', r"\\\1", value) + '"'


def is_ours(file: str) -> bool:
    """True when this program has written it: another user may own the directory, and systemd reads as root what is there."""
    if not os.path.lexists(file):
        return False
    found = os.lstat(file)
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and found.st_nlink == 1


def write(file: str, text: str) -> None:
    """There at once or not at all, for root only: systemd reads it, and hands it to the application."""
    os.makedirs(os.path.dirname(file) or ".", mode=0o700, exist_ok=True)
    new = f"{file}.new"
    if os.path.lexists(new):
        os.unlink(new)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o400)
    with open(handle, "w", encoding="utf-8", newline="") as unfinished:
        unfinished.write(text)
    os.replace(new, file)


def show_on_console(line: str) -> None:
    """So that GetConsoleOutput has it: nobody can log in to a machine in production. Not every machine has a console."""
    with contextlib.suppress(OSError):
        os.write(os.open(CONSOLE, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK), f"\n{line}\n".encode())


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Exception as problem:
        # An exception that nobody foresaw may have a value in its text.
        known = isinstance(problem, (Failure, OSError))
        line = f"settings: {' '.join(str(problem).split()) if known else type(problem).__name__}"
        show_on_console(line)
        sys.exit(line)
