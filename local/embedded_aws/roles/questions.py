"""What a call asks for, in the words of IAM: actions, the resources that they are about, and what conditions may look at.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html (…_awssecretsmanager, …_awskeymanagementservice)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from ..api_call import Call
from ..world import World
from .policies import Doubt, Question
from .sessions import as_list

#: Actions of S3 whose permission has another name.
_S3_PERMISSIONS = {
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
}


def questions(world: World, call: Call, region: str, role_arn: str) -> list[Question]:
    """All that has to be allowed for the call, in the order in which AWS asks. Needs the lock."""
    context = {
        "aws:requestedregion": region,
        "aws:principalarn": role_arn,
        "aws:principalaccount": world.account_id,
        "aws:principaltype": "AssumedRole",
        "aws:securetransport": "true",
    }
    ask = {"ssm": _parameters, "secretsmanager": _secrets, "kms": _keys, "s3": _objects, "sts": _sessions}
    found = ask.get(call.service, lambda asker: iter([Question(call.name, "")]))(_Asker(world, call, region))
    return [Question(one.action, one.resource, context | one.context) for one in found]


class _Asker:
    """One call, its parameters as they were sent, and the account that it is made in."""

    def __init__(self, world: World, call: Call, region: str) -> None:
        self.world, self.call, self.region = world, call, region

    def parameter(self, name: str) -> Any:
        return json.loads(self.call.parameters.get(name, "null"))

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.world.account_id}:{rest}"

    def decrypt(self, key_id: str, service: str, context: dict[str, str]) -> Iterator[Question]:
        """For a key of one's own; AWS's own key lets everybody in the account use it through its service.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
        """
        key = _key(self.world, self.region, key_id)
        if key is None or any(alias.startswith("alias/aws/") for alias in key.aliases):
            return
        _require_delegation(key)
        via = {"kms:viaservice": f"{service}.{self.region}.amazonaws.com", "kms:calleraccount": self.world.account_id}
        names = {f"kms:encryptioncontext:{name.lower()}": value for name, value in context.items()}
        yield Question("kms:Decrypt", key.arn, via | names)


def _parameters(asker: _Asker) -> Iterator[Question]:
    """SSM: what a call names, and the keys of what it wants decrypted."""
    action = asker.call.action
    names = as_list(asker.parameter("Names") or asker.parameter("Name") or asker.parameter("Path") or [])
    if not names:
        yield Question(asker.call.name, "")
    backend = ssm_backends[asker.world.account_id][asker.region]
    for name in names:
        resource = name if name.startswith("arn:") else asker.arn("ssm", f"parameter/{name.lstrip('/')}")
        prefix = resource.rpartition(":parameter")[0] + ":parameter"
        resource = prefix + resource.removeprefix(prefix).partition(":")[0]
        yield Question(asker.call.name, resource)
    if action == "PutParameter" and asker.parameter("KeyId"):
        raise Doubt("what encrypts with a key of one's own")
    if not asker.parameter("WithDecryption"):
        return
    for known in list(backend._parameters):
        parameter = backend._parameters[known][-1]
        arn = asker.arn("ssm", f"parameter/{known.lstrip('/')}")
        below = action == "GetParametersByPath" and known.startswith(names[0].rstrip("/") + "/")
        named = any(arn == name or known.lstrip("/") == name.partition(":")[0].lstrip("/") for name in names)
        if parameter.parameter_type == "SecureString" and (below or named):
            yield from asker.decrypt(parameter.keyid, "ssm", {"PARAMETER_ARN": arn})


def _secrets(asker: _Asker) -> Iterator[Question]:
    """Secrets Manager: a secret by name, by ARN, or by one without its last characters; one that is not there as it was named."""
    if asker.call.action == "BatchGetSecretValue":
        raise Doubt("secretsmanager:BatchGetSecretValue")
    named = asker.parameter("SecretId")
    store = secretsmanager_backends[asker.world.account_id][asker.region].secrets
    secret = store[named] if named and named in store else None
    stage = {} if asker.call.action != "GetSecretValue" else {"secretsmanager:versionstage": _stage(asker)}
    yield Question(asker.call.name, secret.arn if secret else named or "", stage)
    if secret is not None and secret.policy:
        raise Doubt(f"the resource policy of {secret.arn}")
    if secret is not None and secret.kms_key_id:
        if asker.call.action in ("PutSecretValue", "UpdateSecret"):
            raise Doubt("what encrypts with a key of one's own")
        if asker.call.action == "GetSecretValue":
            yield from asker.decrypt(secret.kms_key_id, "secretsmanager", {"SecretARN": secret.arn})


def _stage(asker: _Asker) -> str:
    return asker.parameter("VersionStage") or "AWSCURRENT"


def _keys(asker: _Asker) -> Iterator[Question]:
    named = asker.parameter("KeyId")
    key = _key(asker.world, asker.region, named) if named else None
    if key is not None:
        _require_delegation(key)
    yield Question(asker.call.name, key.arn if key else "")


def _key(world: World, region: str, key_id: str) -> Any | None:
    backend = kms_backends[world.account_id][region]
    try:
        return backend.keys[backend.any_id_to_key_id(key_id)]
    except (KeyError, AttributeError, TypeError):
        return None


def _require_delegation(key: Any) -> None:
    """A key's policy decides, and only one that hands the decision to IAM is understood here.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
    """
    policy = json.loads(key.policy) if key.policy else {}
    owner = (f"arn:aws:iam::{key.account_id}:root", key.account_id)
    statements = list(as_list(policy.get("Statement", [])))
    delegates = [
        one
        for one in statements
        if one.get("Effect") == "Allow"
        and any(name in owner for name in as_list((one.get("Principal") or {}).get("AWS", [])))
        and "kms:*" in as_list(one.get("Action", []))
        and not one.get("Condition")
    ]
    if not delegates or any(one.get("Effect") == "Deny" for one in statements):
        raise Doubt(f"the key policy of {key.arn}")


def _objects(asker: _Asker) -> Iterator[Question]:
    action = _S3_PERMISSIONS.get(asker.call.action, asker.call.action)
    bucket, key = (asker.call.parameters.get(name, "") for name in ("Bucket", "Key"))
    known = action in ("GetObject", "PutObject", "DeleteObject") if key else action == "ListBucket"
    resource = f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "")
    yield Question(f"s3:{action}", resource if known else "")


def _sessions(asker: _Asker) -> Iterator[Question]:
    """GetCallerIdentity needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    if asker.call.action != "GetCallerIdentity":
        raise Doubt(asker.call.name)
    yield from ()
