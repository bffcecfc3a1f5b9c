"""The search for a secret's value finds it however it is written, and a place that cannot be looked at is no place without it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "embedded"))

from canary import CHUNK, Canary, has, new_value

VALUE = 'canary-1 "quoted"/é'


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tfplan", content)
    return buffer.getvalue()


def canary(value: str = VALUE) -> Canary:
    return Canary(SimpleNamespace(name="none"), value)


@pytest.mark.parametrize(
    "content",
    [
        f"url = {VALUE}\n".encode(),
        json.dumps({"url": VALUE}).encode(),
        b"GET /?url=canary-1%20%22quoted%22%2F%C3%A9",
        *(base64.b64encode(b"x" * before + VALUE.encode() + b"end") for before in range(4)),
        zipped(json.dumps([VALUE]).encode()),
        gzip.compress(zipped(VALUE.encode())),
        b"x" * (CHUNK - 5) + VALUE.encode(),
    ],
    ids=["plain", "JSON", "URL", "base64", "base64 at 1", "base64 at 2", "base64 at 3", "zip", "zip in gzip", "split"],
)
def test_value_isFound_howeverItIsWritten(tmp_path: Path, content: bytes):
    (tmp_path / "file").write_bytes(content)
    assert list(canary()._files(tmp_path)) == [str(tmp_path / "file")]


def test_otherContent_hasNoTrace(tmp_path: Path):
    for number in range(3):
        (tmp_path / f"file-{number}").write_bytes(b"canary-2" * 100)
    assert list(canary()._files(tmp_path)) == []


def test_commandThatFails_orSaysNothing_isAnError():
    for command in (["false"], ["true"], ["sh", "-c", f"echo {VALUE}; exit 3"]):
        with pytest.raises(AssertionError, match="cannot be looked at"):
            canary()._streams(command)
    assert canary("canary-3")._streams(["echo", "canary-3"])


def test_emptyPlace_isAnError(tmp_path: Path):
    with pytest.raises(AssertionError, match="nothing was looked at"):
        list(canary()._files(tmp_path))
    with pytest.raises(AssertionError, match="nothing was looked at"):
        list(canary()._texts({"output of deploy": ""}))


def test_newValues_differ():
    assert new_value() != new_value()
    assert not has(new_value(), io.BytesIO(new_value().encode()))
