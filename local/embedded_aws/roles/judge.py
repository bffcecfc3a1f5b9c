"""Refuses calls that are made with an instance's credentials and that its role does not allow; all others pass.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.iam.access_control import AssumedRoleAccessKey
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from werkzeug import Request

from ..api_call import Call, read_call
from ..denials import ec2_words
from ..wire_errors import answer_error
from ..world import World
from .policies import Doubt, Outcome, Question, judged
from .questions import questions
from .sessions import session_of_key

#: What the same thing is called by services of different protocols: JSON, Query, EC2, S3.
#: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the same page of each service.
_PROTOCOLS = ("json", "query", "ec2", "s3")
_CODES = {
    "denied": ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "AccessDenied"),
    "invalid": ("UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "InvalidToken"),
    "expired": ("ExpiredTokenException", "ExpiredToken", "RequestExpired", "ExpiredToken"),
    "signature": ("InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "SignatureDoesNotMatch"),
}
_QUERY = ("autoscaling", "elasticloadbalancing", "iam", "sts", "cloudwatch")
_REASONS = {
    Outcome.DENIED: "with an explicit deny in {policy}",
    Outcome.NOTHING: "because no {policy} allows the {action} action",
}

Refusal = tuple[int, str, str]


class Judge:
    """WSGI middleware, the innermost one: what it refuses is in the call log as well."""

    def __init__(self, world: World, app: Any) -> None:
        self._world = world
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "Credential=ASIA" in environ.get("HTTP_AUTHORIZATION", ""):
            call = read_call(environ)
            with self._world.lock:
                session = session_of_key(self._world, call.key)
                refused = self._refused(environ, call, session) if session is not None else None
            if refused:
                return answer_error(environ, start_response, *refused)
        return self._app(environ, start_response)

    def _refused(self, environ: dict[str, Any], call: Call, session: Any) -> Refusal | None:
        request = Request(environ)
        if request.headers.get("X-Amz-Security-Token") != session.session_token:
            return refusal(call, "invalid", "The security token included in the request is invalid.")
        if session.ends <= self._world.clock.now():
            return refusal(call, "expired", "The security token included in the request is expired")
        if not _is_signed(environ, request, session):
            return refusal(
                call,
                "signature",
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
            )
        return self._not_allowed(call, session, scope(request)[1])

    def _not_allowed(self, call: Call, session: Any, region: str) -> Refusal | None:
        try:
            policies, boundary = _documents(self._world, session)
            for question in questions(self._world, call, region, session.role_arn):
                kinds = {"identity-based policy": policies} | ({"permissions boundary": boundary} if boundary else {})
                for kind, documents in kinds.items():
                    outcome = judged(documents, question)
                    if outcome is not Outcome.ALLOWED:
                        return refusal(call, "denied", _words(session, question, outcome, kind, call))
        except Doubt as doubt:
            return refusal(
                call,
                "denied",
                f"User: {session.arn}: the embedded AWS cannot judge {doubt}; what it cannot judge it refuses",
            )
        return None


def refusal(call: Call, kind: str, message: str) -> Refusal:
    """Status, code and message in the words of the call's service."""
    protocol = "query" if call.service in _QUERY else call.service if call.service in _PROTOCOLS else "json"
    return 400 if protocol == "json" else 403, _CODES[kind][_PROTOCOLS.index(protocol)], message


def _words(session: Any, question: Question, outcome: Outcome, kind: str, call: Call) -> str:
    policy = kind if outcome is Outcome.NOTHING else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
    reason = _REASONS[outcome].format(policy=policy, action=question.action)
    if question.action == "kms:Decrypt" and call.service == "secretsmanager":
        return "Access to KMS is not allowed"
    # S3 and services that do not say it know no resource here.
    resource = f" on resource: {question.resource or '*'}"
    words = f"User: {session.arn} is not authorized to perform: {question.action}{resource} {reason}"
    if call.service == "ec2":
        principal = {"id": session.user_id, "arn": session.arn}
        return ec2_words(words, outcome is Outcome.DENIED, principal, question.action, question.resource)
    through = question.action == "kms:Decrypt" and call.service != "kms"
    return f"{words} (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)" if through else words


def _documents(world: World, session: Any) -> tuple[list[Any], list[Any]]:
    """The role's policies, inline and attached, and its permissions boundary. A role that is gone has none."""
    iam = iam_backends[world.account_id]["aws"]
    key = AssumedRoleAccessKey(
        world.account_id, "aws", session.access_key_id, {"X-Amz-Security-Token": session.session_token}
    )
    try:
        role = iam.get_role_by_arn(session.role_arn)
        found = key.collect_policies()
        boundary = role.permissions_boundary_arn
        limits = [iam.get_policy(boundary)] if boundary else []
    except NotFoundException as gone:
        if session.role_arn in str(gone):
            return [], []
        raise Doubt(f"the permissions boundary: {gone.message}") from gone
    return [_parsed(one) for one in found], [_parsed(one) for one in limits]


def _parsed(policy: Any) -> Any:
    """An inline policy is a text; a managed one has versions."""
    if isinstance(policy, str):
        return json.loads(policy)
    return json.loads(next(version.document for version in policy.versions if version.is_default))


def scope(request: Request) -> tuple[str, str, str]:
    """Access key id, region and service that the request was signed for."""
    found = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", request.headers.get("Authorization", ""))
    return found.groups() if found else ("", "", "")


def _is_signed(environ: dict[str, Any], request: Request, session: Any) -> bool:
    """True when the signature is the one that the session's secret makes.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    authorization = request.headers["Authorization"]
    signed = re.search(r"SignedHeaders=([^,\s]+)", authorization)
    signature = re.search(r"Signature=([0-9a-f]+)", authorization)
    moment = request.headers.get("X-Amz-Date")
    if not (signed and signature and moment):
        return False
    body = environ["wsgi.input"].read()
    environ["wsgi.input"].seek(0)
    _, region, service = scope(request)
    path = environ.get("REQUEST_URI") or request.full_path.rstrip("?")
    names = signed[1].split(";")
    asked = AWSRequest(
        method=request.method,
        url=f"{request.scheme}://{request.host}{path}",
        data=body,
        headers={name: request.headers.get(name, "") for name in names},
    )
    asked.context["timestamp"] = moment
    kind = S3SigV4Auth if service == "s3" else SigV4Auth
    auth = kind(Credentials(session.access_key_id, session.secret_access_key, session.session_token), service, region)
    text = auth.string_to_sign(asked, auth.canonical_request(asked))
    return auth.signature(text, asked) == signature[1]
