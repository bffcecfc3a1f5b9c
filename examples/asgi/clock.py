"""A clock on ASGI: the time as JSON, and as a stream that ticks."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

#: Ticks of one stream, and seconds between them.
TICKS, PAUSE = 3, 0.2


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


async def page(request: Request) -> Response:
    return JSONResponse(
        {
            "application": "asgi",
            "time": now(),
            "log_level": os.environ.get("LOG_LEVEL"),
            "version": os.environ.get("APP_VERSION"),
        }
    )


async def ticks() -> AsyncIterator[str]:
    for tick in range(TICKS):
        if tick:
            await asyncio.sleep(PAUSE)
        yield f"data: {now()}\n\n"


async def stream(request: Request) -> Response:
    return StreamingResponse(ticks(), media_type="text/event-stream")


async def health(request: Request) -> Response:
    return PlainTextResponse("ready\n")


app = Starlette(routes=[Route("/", page), Route("/stream", stream), Route("/health", health)])
