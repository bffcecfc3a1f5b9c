"""An error in the protocol of the request itself, where a service speaks more than one (CloudWatch speaks three)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from werkzeug import Request, Response

from .errors import error_response


def answer_error(
    environ: dict[str, Any],
    start_response: Any,
    status: int,
    code: str,
    message: str,
    details: dict[str, str] | None = None,
) -> Iterable[bytes]:
    """Answer a WSGI request with an AWS error; `details` are further elements of one of S3's.

    https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html and
    https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html; everything else goes by service.
    """
    request = Request(environ)
    fields = {"__type": code, "message": message}
    if request.path.startswith("/service/"):
        headers = {"smithy-protocol": "rpc-v2-cbor"}
        response = Response(_cbor(fields), status, content_type="application/cbor", headers=headers)
    elif "X-Amz-Target" in request.headers:
        kind = request.headers.get("Content-Type", "application/x-amz-json-1.1")
        response = Response(json.dumps(fields), status, content_type=kind, headers={"x-amzn-errortype": code})
    else:
        response = error_response(request, status, code, message, details)
    return response(environ, start_response)


def _cbor(fields: dict[str, str]) -> bytes:
    """A map of text strings (RFC 8949, major types 5 and 3)."""
    encoded = bytes([0xA0 + len(fields)])
    for text in (text for pair in fields.items() for text in pair):
        data = text.encode()
        encoded += b"\x79" + len(data).to_bytes(2, "big") + data
    return encoded
