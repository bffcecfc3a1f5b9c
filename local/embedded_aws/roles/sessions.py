"""The credentials that instance metadata hands to an instance with a profile: sessions of its role, made by moto's STS.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from moto.sts.models import sts_backends

from ..world import World

#: Seconds that a session lives, and how long before its end there is a new one; AWS promises five minutes.
LIFE, RENEWED_BEFORE = 6 * 3600, 3600


def profile_of(instance: Any) -> Any | None:
    """The instance profile, or None."""
    association = instance.ec2_backend.iam_instance_profile_associations.get(instance.id)
    return association.iam_instance_profile if association else None


def role_metadata(world: World, instance: Any) -> dict[str, Any]:
    """What is below `meta-data/iam` of an instance with a profile. Needs the lock; the credentials are made when they are asked for."""
    profile = profile_of(instance)
    if profile is None:
        return {}
    info = {
        "Code": "Success",
        "LastUpdated": _stamp(world.clock.now()),
        "InstanceProfileArn": profile.arn,
        "InstanceProfileId": profile.id,
    }
    credentials = {role.name: lambda role=role: json.dumps(_document(world, instance, role)) for role in profile.roles}
    return {"info": json.dumps(info), "security-credentials": credentials}


def session_of_key(world: World, access_key_id: str) -> Any | None:
    """The session, if the key belongs to an instance; a session made by somebody else's AssumeRole does not. Needs the lock."""
    found = sts_backends[world.account_id]["aws"].get_assumed_role_from_access_key(access_key_id)
    return found if found is not None and hasattr(found, "instance_id") else None


def _document(world: World, instance: Any, role: Any) -> dict[str, str]:
    now = world.clock.now()
    if not _trusts_ec2(role):
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html
        message = f"EC2 cannot assume the role {role.name}. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc."
        return {"Code": "AssumeRoleUnauthorizedAccess", "Message": message, "LastUpdated": _stamp(now)}
    session = getattr(instance, "role_session", None)
    if session is None or session.role_arn != role.arn or session.ends - now < timedelta(seconds=RENEWED_BEFORE):
        session = instance.role_session = _new_session(world, instance, role, now)
    return {
        "Code": "Success",
        "LastUpdated": _stamp(session.began),
        "Type": "AWS-HMAC",
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "Token": session.session_token,
        "Expiration": _stamp(session.ends),
    }


def _new_session(world: World, instance: Any, role: Any, now: datetime) -> Any:
    session = sts_backends[world.account_id]["aws"].assume_role(
        region_name=instance.region_name,
        role_session_name=instance.id,
        role_arn=role.arn,
        policy="",
        duration=LIFE,
        external_id="",
    )
    session.instance_id, session.began, session.ends = instance.id, now, now + timedelta(seconds=LIFE)
    return session


def _trusts_ec2(role: Any) -> bool:
    """True when the trust policy lets EC2 assume the role.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
    """
    for statement in as_list(json.loads(role.assume_role_policy_document or "{}").get("Statement", [])):
        services = as_list((statement.get("Principal") or {}).get("Service", []))
        if statement.get("Effect") == "Allow" and any(name.startswith("ec2.amazonaws.com") for name in services):
            return True
    return False


def as_list(value: Any) -> Iterable[Any]:
    """Policies have one thing, or a list of them."""
    return value if isinstance(value, list) else [value]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
