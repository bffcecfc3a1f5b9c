"""Refusals in AWS's words: which kind of policy denies, and the encoded message that EC2 adds and STS decodes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from moto.core.responses import ActionResult
from moto.sts.exceptions import STSClientError
from moto.sts.models import sts_backends
from moto.sts.responses import TokenResponse

from .api_call import Call
from .world import World

#: Policies that can deny, as the message names them, by the words of `local/aws fault deny --by`.
POLICIES = {
    "identity": "an identity-based policy",
    "boundary": "a permissions boundary",
    "session": "a session policy",
    "scp": "a service control policy",
    "rcp": "a resource control policy",
    "resource": "a resource-based policy",
    "endpoint": "a VPC endpoint policy",
}
#: S3's calls whose permission has another name.
_S3 = {
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
}
_EC2 = "You are not authorized to perform this operation."


def install(world: World) -> None:
    """Let STS read what EC2 encodes."""
    world.patches.set(TokenResponse, "decode_authorization_message", _decode)


def denied(world: World, call: Call, region: str, policy: str, resource: str, terse: bool) -> str:
    """What a call is answered with that such a policy denies explicitly. `terse`: EC2 says no more than the encoded message."""
    backend = sts_backends[world.account_id]["aws"]
    user_id, arn, _ = backend.get_caller_identity(call.key, region)
    name = _S3.get(call.action, call.action) if call.service == "s3" else call.action
    action = f"{call.service}:{name}"
    words = (
        f"User: {arn} is not authorized to perform: {action} on resource: {resource or '*'} with an explicit deny in "
        f"{POLICIES[policy]}"
    )
    if call.service != "ec2":
        return words
    return ec2_words("" if terse else words, True, {"id": user_id, "arn": arn}, action, resource)


def ec2_words(words: str, explicit: bool, principal: dict[str, str], action: str, resource: str) -> str:
    """EC2's message around the sentence that all services have, which some of its calls leave out.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
    """
    decision = {
        "allowed": False,
        "explicitDeny": explicit,
        "matchedStatements": {"items": []},
        "failures": {"items": []},
        "context": {
            "principal": principal,
            "action": action,
            "resource": resource or "*",
            "conditions": {"items": []},
        },
    }
    said = f" {words}." if words else ""
    return f"{_EC2}{said} Encoded authorization failure message: {_encode(decision)}"


def _encode(decision: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(decision).encode())).decode().rstrip("=")


def _decode(response: TokenResponse) -> ActionResult:
    encoded = response._get_param("EncodedMessage") or ""
    try:
        text = zlib.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))).decode()
    except (binascii.Error, zlib.error, ValueError) as error:
        raise STSClientError("InvalidAuthorizationMessageException", "Message is not valid") from error
    return ActionResult({"DecodedMessage": text})
