"""Error responses in the format of the service that was asked, for errors that do not come from moto's own code."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from werkzeug import Request, Response

#: Services of AWS's query protocol and Route 53, whose errors are XML; EC2 and S3 have formats of their own, all others here speak JSON.
_QUERY_SERVICES = frozenset({"autoscaling", "elasticloadbalancing", "iam", "sts", "monitoring", "route53"})


def service_of(request: Request) -> str:
    """The service that a SigV4-signed request is for, such as `ec2`; `s3` when it is not signed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    try:
        scope = request.headers.get("Authorization", "").split("Credential=", 1)[1].split(",", 1)[0]
        return scope.split("/")[3].lower()
    except IndexError:
        return "s3"


def error_response(
    request: Request, status: int, code: str, message: str, details: dict[str, str] | None = None
) -> Response:
    """An AWS error with this HTTP status, code and message, and S3's further elements.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the same page of each service.
    """
    service = service_of(request)
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if service == "ec2":
        body = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>embedded</RequestID></Response>"
    elif service in _QUERY_SERVICES:
        kind = "Sender" if status < 500 else "Receiver"
        body = (
            f"<ErrorResponse><Error><Type>{kind}</Type>{inner}</Error><RequestId>embedded</RequestId></ErrorResponse>"
        )
    elif service == "s3":
        more = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (details or {}).items())
        body = f"<Error>{inner}{more}<RequestId>embedded</RequestId></Error>"
    else:
        body = json.dumps({"__type": code, "message": message})
        return Response(body, status, content_type="application/x-amz-json-1.1", headers={"x-amzn-errortype": code})
    return Response('<?xml version="1.0" encoding="UTF-8"?>\n' + body, status, content_type="text/xml")
