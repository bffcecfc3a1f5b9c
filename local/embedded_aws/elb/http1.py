"""HTTP/1.1 messages on asyncio streams: heads, bodies and their framing (RFC 9112)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

#: Bytes of one read of a body.
CHUNK = 64 * 1024
#: Headers that concern one connection only and are not passed on (RFC 9110, 7.6.1).
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
#: Largest head that is read; a balancer on AWS takes 16 K a line and 64 K in all.
MAX_HEAD = 64 * 1024


class BadMessage(Exception):
    """The peer does not speak HTTP/1.1 as it should."""


@dataclass
class Message:
    """What requests and responses have in common."""

    headers: list[tuple[str, str]]

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    def headers_named(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def tokens(self, name: str) -> set[str]:
        return {part.strip().lower() for value in self.headers_named(name) for part in value.split(",")}

    def passed_on(self) -> list[tuple[str, str]]:
        """The headers without those that concern this connection only."""
        dropped = HOP_BY_HOP | self.tokens("connection")
        return [(key, value) for key, value in self.headers if key.lower() not in dropped]

    @property
    def chunked(self) -> bool:
        return "chunked" in self.tokens("transfer-encoding")

    @property
    def length(self) -> int | None:
        """Content-Length; BadMessage when it is not a number, is said twice, or contradicts chunked coding."""
        values = set(self.headers_named("content-length"))
        if not values:
            return None
        if len(values) > 1 or self.chunked or not next(iter(values)).strip().isdigit():
            raise BadMessage("ambiguous Content-Length")
        return int(values.pop())


@dataclass
class Request(Message):
    method: str
    target: str
    version: str

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def has_body(self) -> bool:
        return self.chunked or bool(self.length)

    @property
    def keeps_alive(self) -> bool:
        tokens = self.tokens("connection")
        return "close" not in tokens if self.version == "HTTP/1.1" else "keep-alive" in tokens


@dataclass
class Response(Message):
    status: int
    phrase: str

    def has_body(self, method: str) -> bool:
        return method != "HEAD" and self.status not in (204, 304) and self.status >= 200


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request's head; None when the client closed the connection instead."""
    lines = await _read_head(reader)
    if lines is None:
        return None
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0") or not parts[0].isalpha():
        raise BadMessage(f"request line {lines[0]!r}")
    target = parts[1]
    if target.startswith("http://"):
        target = "/" + target[7:].partition("/")[2]
    request = Request(_headers(lines[1:]), parts[0], target, parts[2])
    if request.version == "HTTP/1.1" and request.header("host") is None:
        raise BadMessage("no Host header")
    _ = request.length
    return request


async def read_response(reader: asyncio.StreamReader) -> Response:
    """The final response's head, or 101; interim ones are skipped."""
    while True:
        lines = await _read_head(reader)
        if lines is None:
            raise BadMessage("the target closed the connection without an answer")
        parts = lines[0].split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
            raise BadMessage(f"status line {lines[0]!r}")
        response = Response(_headers(lines[1:]), int(parts[1]), parts[2] if len(parts) > 2 else "")
        if response.status >= 200 or response.status == 101:
            return response


async def body(message: Message, reader: asyncio.StreamReader, until_close: bool = False) -> AsyncIterator[bytes]:
    """The body, decoded; BadMessage or IncompleteReadError when it ends too early."""
    if message.chunked:
        async for part in _chunks(reader):
            yield part
        return
    length = message.length
    if length is None and not until_close:
        return
    left = length
    while left is None or left > 0:
        part = await reader.read(CHUNK if left is None else min(CHUNK, left))
        if not part:
            if left is None:
                return
            raise BadMessage(f"{left} bytes of the body are missing")
        left = None if left is None else left - len(part)
        yield part


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while True:
        try:
            size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        except ValueError as error:
            raise BadMessage("chunk size") from error
        if size == 0:
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass
            return
        while size:
            part = await reader.read(min(CHUNK, size))
            if not part:
                raise BadMessage("a chunk ends too early")
            size -= len(part)
            yield part
        await reader.readexactly(2)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"


def head(first_line: str, headers: list[tuple[str, str]]) -> bytes:
    return "\r\n".join([first_line, *(f"{key}: {value}" for key, value in headers), "", ""]).encode("latin-1")


async def _read_head(reader: asyncio.StreamReader) -> list[str] | None:
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise BadMessage("the head ends too early") from error
        return None
    except asyncio.LimitOverrunError as error:
        raise BadMessage("the head is too long") from error
    return raw.decode("latin-1").lstrip("\r\n").split("\r\n")[:-2]


def _headers(lines: list[str]) -> list[tuple[str, str]]:
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadMessage(f"header line {line!r}")
        headers.append((name, value.strip()))
    return headers
