"""Forwarding of HTTP requests, one connection at a time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from . import http1, rules
from .access import Access
from .http1 import BadMessage, Request, Response
from .targets import Target, TargetBook
from .tls import Tls

#: Seconds to connect to a target.
#: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-504-issues
CONNECT_TIMEOUT = 10
#: Seconds after which an unused connection is given up, unless the balancer's attribute says otherwise.
IDLE_TIMEOUT = 60

_PHRASES = {
    301: "Moved Permanently",
    302: "Found",
    400: "Bad Request",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}


@dataclass(frozen=True)
class ListenerSpec:
    """What a listener does; a new one replaces the old one while requests are under way."""

    address: str
    port: int
    #: Address that connections to targets come from.
    source: str
    rules: tuple[rules.Rule, ...]
    access: Access
    #: None for HTTP.
    tls: Tls | None = None
    idle_timeout: float = IDLE_TIMEOUT

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"


class GatewayError(Exception):
    """The balancer answers by itself, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Proxy:
    """One listener's connections.

    Every request opens a connection of its own to the target, so a target that goes away never takes a waiting request
    with it. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html has the
    headers that it adds, the page load-balancer-troubleshooting.html its own answers.
    """

    def __init__(self, spec: ListenerSpec, book: TargetBook) -> None:
        self.spec = spec
        self._book = book
        self._clients: dict[asyncio.StreamWriter, bool] = {}
        self._closing = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client connection; called by asyncio."""
        client = writer.get_extra_info("peername")[0]
        if not self.spec.access.admits(client, self.spec.port):
            # A security group drops packets in silence; the nearest thing for a connection that the kernel has accepted
            # is a reset.
            writer.transport.abort()
            return
        self._clients[writer] = False
        try:
            while not self._closing and await self._one_request(client, reader, writer):
                self._clients[writer] = False
        except (ConnectionError, TimeoutError, BadMessage, asyncio.IncompleteReadError):
            writer.transport.abort()
        finally:
            self._clients.pop(writer, None)
            writer.close()

    def close(self) -> None:
        """The listener is gone: connections without a request end now, the others after their response."""
        self._closing = True
        for writer, busy in list(self._clients.items()):
            if not busy:
                writer.close()

    async def _one_request(self, client: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; True when the connection stays open for the next."""
        try:
            request = await asyncio.wait_for(http1.read_request(reader), self.spec.idle_timeout)
        except BadMessage:
            await _answer(writer, 400, keep=False)
            return False
        if request is None:
            return False
        self._clients[writer] = True
        action = rules.choose(self.spec.rules, request, client)
        if action["Type"] == "forward":
            return await self._forward(action, client, request, reader, writer)
        keep = request.keeps_alive and not request.has_body
        if action["Type"] == "redirect":
            config = action["RedirectConfig"]
            status = int(config["StatusCode"].removeprefix("HTTP_"))
            place = rules.location(config, request, self.spec.port, self.spec.scheme)
            await _answer(writer, status, keep=keep, headers=[("Location", place)], method=request.method)
        elif action["Type"] == "fixed-response":
            config = action["FixedResponseConfig"]
            text = (config.get("MessageBody") or "").encode()
            kind = [("Content-Type", config.get("ContentType") or "text/plain; charset=utf-8")]
            await _answer(writer, int(config["StatusCode"]), keep=keep, headers=kind, text=text, method=request.method)
        else:
            await _answer(writer, 500, keep=False)
            return False
        return keep

    async def _forward(
        self,
        action: dict[str, Any],
        client: str,
        request: Request,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        upstream = upload = None
        try:
            target_reader, upstream = await self._connect(rules.target_group(action))
            if "100-continue" in request.tokens("expect"):
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            upload = asyncio.ensure_future(self._send_request(client, request, reader, upstream))
            response = await self._response(target_reader)
        except GatewayError as error:
            if upload:
                upload.cancel()
            keep = request.keeps_alive and not request.has_body
            await _answer(writer, error.status, keep=keep, method=request.method)
            if upstream:
                upstream.transport.abort()
            return keep
        try:
            if response.status == 101:
                await _tunnel(response, reader, writer, target_reader, upstream)
                return False
            keep = request.keeps_alive and upload.done() and not upload.exception()
            return await self._send_response(request, response, target_reader, writer, keep)
        finally:
            upload.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError, BadMessage, asyncio.IncompleteReadError):
                await upload
            upstream.transport.abort()

    async def _connect(self, arn: str | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the next target: 503 without one, 504 when it does not answer in time,
        502 when it refuses.
        """
        target: Target | None = self._book.next(arn) if arn else None
        if target is None:
            raise GatewayError(503)
        if not self.spec.access.reaches(target.address, target.port):
            await asyncio.sleep(CONNECT_TIMEOUT)
            raise GatewayError(504)
        try:
            return await asyncio.wait_for(
                asyncio.open_connection(
                    target.address, target.port, local_addr=(self.spec.source, 0), limit=http1.MAX_HEAD
                ),
                CONNECT_TIMEOUT,
            )
        except TimeoutError as error:
            raise GatewayError(504) from error
        except OSError as error:
            raise GatewayError(502) from error

    async def _send_request(
        self, client: str, request: Request, reader: asyncio.StreamReader, upstream: asyncio.StreamWriter
    ) -> None:
        first_line = f"{request.method} {request.target} HTTP/1.1"
        upstream.write(http1.head(first_line, self._request_headers(client, request)))
        async for part in http1.body(request, reader):
            upstream.write(http1.chunk(part) if request.chunked else part)
            await upstream.drain()
        if request.chunked:
            upstream.write(http1.LAST_CHUNK)
        await upstream.drain()

    def _request_headers(self, client: str, request: Request) -> list[tuple[str, str]]:
        ours = ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "expect")
        headers = [(key, value) for key, value in request.passed_on() if key.lower() not in ours]
        before = request.header("x-forwarded-for")
        headers += [
            ("X-Forwarded-For", f"{before}, {client}" if before else client),
            ("X-Forwarded-Proto", self.spec.scheme),
            ("X-Forwarded-Port", str(self.spec.port)),
        ]
        if request.header("x-amzn-trace-id") is None:
            headers.append(("X-Amzn-Trace-Id", f"Root=1-{int(time.time()):08x}-{os.urandom(12).hex()}"))
        if request.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        upgrade = request.header("upgrade")
        if upgrade and "upgrade" in request.tokens("connection"):
            return [*headers, ("Connection", "Upgrade"), ("Upgrade", upgrade)]
        return [*headers, ("Connection", "close")]

    async def _response(self, reader: asyncio.StreamReader) -> Response:
        try:
            return await asyncio.wait_for(http1.read_response(reader), self.spec.idle_timeout)
        except TimeoutError as error:
            raise GatewayError(504) from error
        except (BadMessage, ConnectionError) as error:
            raise GatewayError(502) from error

    async def _send_response(
        self,
        request: Request,
        response: Response,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        keep: bool,
    ) -> bool:
        has_body = response.has_body(request.method)
        headers = response.passed_on()
        framed = not has_body or response.header("content-length") is not None
        encode = not framed and request.version == "HTTP/1.1"
        keep = keep and (framed or encode) and not self._closing
        if encode:
            headers.append(("Transfer-Encoding", "chunked"))
        headers.append(("Connection", "keep-alive" if keep else "close"))
        writer.write(http1.head(f"HTTP/1.1 {response.status} {response.phrase}", headers))
        if has_body:
            async for part in _timed(http1.body(response, reader, until_close=True), self.spec.idle_timeout):
                writer.write(http1.chunk(part) if encode else part)
                await writer.drain()
            if encode:
                writer.write(http1.LAST_CHUNK)
        await writer.drain()
        return keep


async def _timed(parts: AsyncIterator[bytes], seconds: float) -> AsyncIterator[bytes]:
    """The same parts; TimeoutError when the next one takes longer than that."""
    while True:
        try:
            yield await asyncio.wait_for(anext(parts), seconds)
        except StopAsyncIteration:
            return


async def _tunnel(
    response: Response,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    target_reader: asyncio.StreamReader,
    upstream: asyncio.StreamWriter,
) -> None:
    """After 101 both sides talk freely (WebSocket)."""
    writer.write(http1.head(f"HTTP/1.1 101 {response.phrase}", response.headers))

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(http1.CHUNK):
            sink.write(data)
            await sink.drain()

    pumps = [asyncio.ensure_future(pump(reader, upstream)), asyncio.ensure_future(pump(target_reader, writer))]
    await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    for task in pumps:
        task.cancel()
    await asyncio.gather(*pumps, return_exceptions=True)


async def _answer(
    writer: asyncio.StreamWriter,
    status: int,
    keep: bool,
    headers: list[tuple[str, str]] | None = None,
    text: bytes | None = None,
    method: str = "GET",
) -> None:
    """An answer of the balancer's own."""
    phrase = _PHRASES.get(status, "OK" if status < 300 else "Error")
    if text is None:
        title = f"{status} {phrase}"
        text = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\r\n".encode()
        headers = [("Content-Type", "text/html"), *(headers or [])]
    connection = "keep-alive" if keep else "close"
    own = [("Server", "awselb/2.0"), ("Content-Length", str(len(text))), ("Connection", connection)]
    writer.write(http1.head(f"HTTP/1.1 {status} {phrase}", own + (headers or [])) + (b"" if method == "HEAD" else text))
    await writer.drain()
