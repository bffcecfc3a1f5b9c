"""What an instance does before its application starts: its settings, and the secrets that its role may read, become its environment."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "ansible" / "roles" / "app" / "files" / "settings.py"
#: Has botocore, where the embedded AWS was set up.
LOCAL_PYTHON = ROOT / "local" / ".venv" / "bin" / "python"
RELEASE = {"name": "shop", "version": '1.4.2 "beta"', "commit": "0123abc", "environment": "prod"}
SHOWN = {"APP_NAME": "shop", "APP_VERSION": '1.4.2 "beta"', "APP_COMMIT": "0123abc", "APP_ENVIRONMENT": "prod"}
#: Nobody listens there.
NOWHERE = "http://127.0.0.1:1"
DATABASE = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:web/db-Ab12Cd"
CREDENTIALS = {"Code": "Success", "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "s3cr/t+", "Token": "a=token/+="}
AWKWARD = "two\nlines\r, a \"quote\", an 'apostrophe', $HOME, `id`, a back\\slash\\\n # ; = é 🔑 "


class Amazon:
    """Instance metadata, Systems Manager and Secrets Manager on one port; answers are taken from its fields."""

    def __init__(self) -> None:
        self.user_data: str | None = None
        #: So many requests for a token are refused at first, and so many for credentials.
        self.late = self.late_role = 0
        #: By parameter name or secret id: a value, or (status, code, message), or a list of those, in turn.
        self.values: dict[str, Any] = {}
        self.calls: list[dict[str, Any]] = []
        amazon = self

        class Service(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                amazon.late -= 1
                self.say(503 if amazon.late >= 0 else 200, "a-token")

            def do_GET(self) -> None:
                if self.headers["X-aws-ec2-metadata-token"] != "a-token":
                    return self.say(401, "")
                answer = amazon.metadata(self.path.removeprefix("/latest/"))
                return self.say(404 if answer is None else 200, answer or "404 - Not Found")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                amazon.calls.append({"headers": dict(self.headers), "body": json.loads(body)})
                self.say(*amazon.answer(self.headers["X-Amz-Target"], json.loads(body)))

            def say(self, status: int, text: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def metadata(self, path: str) -> str | None:
        if path == "user-data":
            return self.user_data
        if path == "meta-data/placement/region":
            return "eu-north-1"
        if path == "meta-data/iam/security-credentials/":
            self.late_role -= 1
            return None if self.late_role >= 0 else "shop-prod-instance"
        return json.dumps(CREDENTIALS) if path == "meta-data/iam/security-credentials/shop-prod-instance" else None

    def answer(self, target: str, question: dict[str, Any]) -> tuple[int, str]:
        name = question.get("Name") or question["SecretId"]
        found = self.values.get(name, (400, "ParameterNotFound", ""))
        if isinstance(found, list):
            found = found.pop(0)
        if isinstance(found, tuple):
            return found[0], json.dumps({"__type": f"com.amazonaws.ssm#{found[1]}", "message": found[2]})
        if isinstance(found, bytes):
            return 200, json.dumps({"SecretBinary": found.decode()})
        parameter = target == "AmazonSSM.GetParameter"
        return 200, json.dumps({"Parameter": {"Value": found}} if parameter else {"SecretString": found})

    def release(self, **more: Any) -> None:
        self.user_data = f"#cloud-config\n# ami-deploy: {json.dumps(RELEASE | more)}\n{{}}\n"


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    service = Amazon()
    yield service
    service.server.shutdown()
    service.server.server_close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run" / "environment"


@pytest.fixture
def settings() -> Any:
    spec = importlib.util.spec_from_file_location("settings", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(file: Path, metadata: str, **changes: Any) -> subprocess.CompletedProcess:
    """As the unit starts it, with limits and console of this test; a proxy must not be asked."""
    console = file.parent.parent / "console"
    console.write_text("")
    values = {"CONSOLE": str(console), "PAUSE": 0.05, "USER_DATA_LIMIT": 2.0, "DENIED_LIMIT": 0.2} | changes
    text = PROGRAM.read_text()
    copy = file.parent.parent / "settings.py"
    copy.write_text(
        text.replace('if __name__ == "__main__":', f'globals().update({values!r})\nif __name__ == "__main__":')
    )
    environment = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata, "AWS_ENDPOINT_URL": metadata, "no_proxy": "127.0.0.1"}
    return subprocess.run(
        [sys.executable, "-I", "-S", str(copy), str(file)],
        env=environment | {"http_proxy": NOWHERE},
        capture_output=True,
        text=True,
        timeout=30,
    )


def line_of(result: subprocess.CompletedProcess, file: Path) -> str:
    """The one line with which it failed: on standard error and on the console, and no file."""
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("settings: ")
    assert (file.parent.parent / "console").read_text() == f"\n{result.stderr}"
    assert not file.exists()
    return result.stderr.removeprefix("settings: ").rstrip("\n")


def loaded(text: str) -> dict[str, str]:
    """As systemd 252 reads it, see parse_env_file_internal in its env-file.c; only the states that double quotes have."""
    found: dict[str, str] = {}
    rest = text
    if rest.startswith("#"):
        rest = rest.split("\n", 1)[1]
    while rest:
        name, rest = rest.split("=", 1)
        assert rest[0] == '"'
        value, at = "", 1
        while rest[at] != '"':
            if rest[at] == "\\":
                at += 1
                value += rest[at] if rest[at] in '"\\`$' else "" if rest[at] == "\n" else "\\" + rest[at]
            else:
                value += rest[at]
            at += 1
        assert rest[at + 1] == "\n"
        found[name], rest = value, rest[at + 2 :]
    return found


def read(file: Path) -> dict[str, str]:
    return loaded(file.read_bytes().decode())


# --- settings --------------------------------------------------------------------------------------------------------


def test_releaseAndSettings_becomeTheEnvironment(amazon: Amazon, file: Path):
    amazon.release(settings={"LOG_LEVEL": "info", "GREETING": AWKWARD, "EMPTY": ""})
    result = run(file, amazon.url)
    assert result.returncode == 0, result.stderr
    assert read(file) == {**SHOWN, "LOG_LEVEL": "info", "GREETING": AWKWARD, "EMPTY": ""}
    assert file.stat().st_mode & 0o777 == 0o400
    assert list(file.parent.iterdir()) == [file]
    assert amazon.calls == []


def test_serviceThatIsNotThereYet_isAskedAgain(amazon: Amazon, file: Path):
    amazon.release()
    amazon.late = 2
    assert run(file, amazon.url).returncode == 0
    assert read(file) == SHOWN


@pytest.mark.parametrize("user_data", [None, "", "#!/bin/sh\necho ami-deploy\n"], ids=["none", "empty", "a script"])
def test_userDataWithoutTheLine_leavesNoFile_andLetsTheApplicationStart(amazon: Amazon, file: Path, user_data: Any):
    amazon.user_data = user_data
    result = run(file, amazon.url)
    assert result.returncode == 0
    assert "no line '# ami-deploy: ...'; the application starts without" in result.stdout
    assert not file.exists()


def test_noService_endsInTime_andLetsTheApplicationStart(file: Path):
    started = time.monotonic()
    result = run(file, NOWHERE)
    assert result.returncode == 0
    assert result.stdout.startswith(f"settings: instance metadata at {NOWHERE}: ")
    assert not file.exists()
    assert time.monotonic() - started < 10


def test_restart_asksNobody(file: Path):
    file.parent.mkdir()
    file.write_text("X=1\n")
    result = run(file, NOWHERE)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert file.read_text() == "X=1\n"


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"settings": ["x"]}'])
def test_brokenLine_keepsTheApplicationFromStarting(amazon: Amazon, file: Path, line: str):
    amazon.user_data = f"#cloud-config\n# ami-deploy: {line}\n"
    assert line_of(run(file, amazon.url), file).startswith("user data: ")


@pytest.mark.parametrize("name", ["PORT", "PATH", "STATE_DIRECTORY", "APP_NAME", "1X", "A-B", "A B", ""])
def test_nameThatIsNotFree_isRefused(amazon: Amazon, file: Path, name: str):
    amazon.release(settings={name: "x"})
    assert line_of(run(file, amazon.url), file).startswith(f"{name}: not a name that settings can have".lstrip())


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "\uffff", "\ufdd0"])
def test_valueThatSystemdWouldDrop_isRefused_andNotShown(amazon: Amazon, file: Path, value: str):
    amazon.release(settings={"KEY": f"hidden{value}"})
    line = line_of(run(file, amazon.url), file)
    assert line.startswith("KEY: its value has a character") and "hidden" not in line


def test_linkInItsPlace_isNoneOfOurs(amazon: Amazon, file: Path, tmp_path: Path):
    file.parent.mkdir()
    (tmp_path / "elsewhere").write_text("SHADOW=1")
    file.symlink_to(tmp_path / "elsewhere")
    amazon.release()
    assert run(file, amazon.url).returncode == 0
    assert not file.is_symlink() and read(file) == SHOWN
    assert (tmp_path / "elsewhere").read_text() == "SHADOW=1"


def test_linkInTheDirectory_isNotFollowed(amazon: Amazon, file: Path, tmp_path: Path):
    file.parent.mkdir()
    Path(f"{file}.new").symlink_to(tmp_path / "elsewhere")
    amazon.release()
    assert run(file, amazon.url).returncode == 0
    assert not file.is_symlink() and not (tmp_path / "elsewhere").exists()


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_secrets_areReadWithTheRole_andNamedOnly(amazon: Amazon, file: Path):
    amazon.values = {
        "/web/prod/url": AWKWARD,
        "arn:aws:ssm:eu-west-1:123456789012:parameter/key": "v2",
        DATABASE: json.dumps({"password": "v3", "port": 5432}),
    }
    secrets = {"A": "/web/prod/url", "B": "arn:aws:ssm:eu-west-1:123456789012:parameter/key", "C": DATABASE}
    amazon.release(
        secrets=secrets | {"D": f"{DATABASE}:password::", "E": f"{DATABASE}:port:AWSPREVIOUS:"}, region="eu-central-1"
    )
    result = run(file, amazon.url)
    assert result.returncode == 0, result.stderr
    whole = json.dumps({"password": "v3", "port": 5432})
    assert read(file) == {**SHOWN, "A": AWKWARD, "B": "v2", "C": whole, "D": "v3", "E": "5432"}
    # Whom last_words.py masks.
    assert file.read_text().startswith("# secrets: A B C D E\n")
    assert result.stdout == "settings: APP_NAME, APP_VERSION, APP_COMMIT, APP_ENVIRONMENT, A, B, C, D, E\n"
    assert amazon.calls[0]["body"] == {"Name": "/web/prod/url", "WithDecryption": True}
    assert amazon.calls[4]["body"] == {"SecretId": DATABASE, "VersionStage": "AWSPREVIOUS"}
    scopes = [call["headers"]["Authorization"].split("/", 2)[2].split("/aws4")[0] for call in amazon.calls]
    assert scopes == ["eu-central-1/ssm", "eu-west-1/ssm", *["eu-central-1/secretsmanager"] * 3]
    assert amazon.calls[0]["headers"]["X-Amz-Security-Token"] == CREDENTIALS["Token"]


def test_roleAndPolicyThatAreNotThereYet_areAskedAgain(amazon: Amazon, file: Path):
    amazon.late_role = 2
    denied, unknown = (400, "AccessDeniedException", "no"), (400, "UnrecognizedClientException", "who")
    amazon.values = {"/x": [unknown, denied, (500, "InternalServerError", ""), "value"]}
    amazon.release(secrets={"X": "/x"})
    result = run(file, amazon.url, DENIED_LIMIT=5.0)
    assert result.returncode == 0, result.stderr
    assert read(file)["X"] == "value"
    assert "eu-north-1" in amazon.calls[0]["headers"]["Authorization"]


def test_forbiddenSecret_endsTheStart_withItsNameAndAwssWords(amazon: Amazon, file: Path):
    words = "User: arn:aws:sts::123456789012:assumed-role/shop/i-1 is not authorized to perform:\n ssm:GetParameter"
    amazon.values = {"/b": (400, "AccessDeniedException", words), "/a": "in-clear"}
    amazon.release(secrets={"A": "/a", "B": "/b", "C": "/c"}, region="eu-central-1")
    line = line_of(run(file, amazon.url), file)
    assert line == f"B: parameter /b: AccessDeniedException {' '.join(words.split())} (also not read: C)"


def test_missingSecret_endsTheStart_atOnce(amazon: Amazon, file: Path):
    amazon.release(secrets={"X": "/web/nothing"}, region="eu-central-1")
    assert line_of(run(file, amazon.url), file) == "X: parameter /web/nothing: ParameterNotFound"
    assert len(amazon.calls) == 1


@pytest.mark.parametrize(
    ("reference", "value", "end"),
    [
        (f"{DATABASE}:user::", '{"password": "hidden"}', "has no field user"),
        (f"{DATABASE}:user::", "hidden", "is no JSON object, so it has no field user"),
        (DATABASE, b"aGlkZGVu", "is binary; an environment has text only"),
        ("arn:aws:s3:::hidden-not", None, "arn:aws:s3:::hidden-not is neither a parameter nor a secret of AWS"),
    ],
)
def test_secretThatIsNoText_isNamed_andNotShown(amazon: Amazon, file: Path, reference: str, value: Any, end: str):
    amazon.values = {DATABASE: value}
    amazon.release(secrets={"X": reference}, region="eu-central-1")
    line = line_of(run(file, amazon.url), file)
    assert line.startswith("X: ") and line.endswith(end)
    assert "hidden" not in line.replace("hidden-not", "") and "aGlk" not in line


def test_noRole_isSaidSo(amazon: Amazon, file: Path):
    amazon.late_role = 10**6
    amazon.release(secrets={"X": "/x"}, region="eu-central-1")
    line = line_of(run(file, amazon.url, SECRETS_LIMIT=2.0), file)
    assert line == "X: parameter /x: the instance has no credentials of a role (no instance profile)"


# --- how AWS is called -----------------------------------------------------------------------------------------------

BODY = b'{"Name": "/x", "WithDecryption": true}'
HEADERS = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AmazonSSM.GetParameter"}
MOMENT = time.strptime("20260901T120000Z", "%Y%m%dT%H%M%SZ")

BOTOCORE = """
import json, sys
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
url, headers, body = json.loads(sys.argv[1])
request = AWSRequest("POST", url, headers=headers, data=body.encode())
request.context["timestamp"] = headers["X-Amz-Date"]
auth = SigV4Auth(Credentials("ASIAEXAMPLE", "s3cr/t+", "a=token/+="), "ssm", "eu-central-1")
text = auth.string_to_sign(request, auth.canonical_request(request))
print(auth.signature(text, request))
"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ssm.eu-central-1.amazonaws.com/", "c2f655481cbc6e73db2989520a726afb0766079fe654930874c3608d373d4f12"),
        ("https://10.77.0.1:8443/", "ab46d8ace79607e0ad1878e91e54d047ef4a038bf2a932961a8f6bdf5012fc95"),
    ],
)
def test_signature_isTheOneOfAwssOwnClient(settings: Any, url: str, expected: str):
    signed = settings.signature("ssm", "eu-central-1", url, HEADERS, BODY, CREDENTIALS, MOMENT)
    assert signed["Authorization"].rpartition("=")[2] == expected
    if not LOCAL_PYTHON.exists():
        pytest.skip("no botocore to compare with: local/aws up sets it up")
    question = json.dumps([url, HEADERS | {k: v for k, v in signed.items() if k != "Authorization"}, BODY.decode()])
    answer = subprocess.run([str(LOCAL_PYTHON), "-c", BOTOCORE, question], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == expected


@pytest.mark.parametrize(
    ("region", "environment", "expected"),
    [
        ("eu-central-1", {}, "https://ssm.eu-central-1.amazonaws.com/"),
        ("cn-north-1", {}, "https://ssm.cn-north-1.amazonaws.com.cn/"),
        ("eusc-de-east-1", {}, "https://ssm.eusc-de-east-1.amazonaws.eu/"),
        ("us-east-1", {"AWS_ENDPOINT_URL": "https://10.0.0.1"}, "https://10.0.0.1/"),
        ("us-east-1", {"AWS_ENDPOINT_URL": "https://a", "AWS_ENDPOINT_URL_SSM": "https://b/"}, "https://b/"),
    ],
)
def test_endpoint_followsRegionAndEnvironment(
    settings: Any, monkeypatch, region: str, environment: dict, expected: str
):
    for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert settings.endpoint("ssm", region) == expected
