"""Attributes of a balancer that refuse or forbid something: access logs and deletion protection.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-delete.html
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable
from typing import Any

from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.exceptions import InvalidConfigurationRequest, LoadBalancerNotFoundError
from moto.elbv2.models import ELBv2Backend
from moto.s3 import s3_backends

from ..world import World

#: Who writes the logs, in every region.
WRITER = "logdelivery.elasticloadbalancing.amazonaws.com"
#: Accounts of Elastic Load Balancing that write them in regions from before August 2022, too.
WRITER_ACCOUNTS = {
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
    "ca-central-1": "985666609251",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "sa-east-1": "507241528517",
}


def install(world: World) -> None:
    world.patches.wrap(ELBv2Backend, "modify_load_balancer_attributes", _modifying)
    world.patches.wrap(ELBv2Backend, "delete_load_balancer", _deleting)


def _modifying(original: Callable[..., Any]) -> Callable[..., Any]:
    def modify_load_balancer_attributes(self: ELBv2Backend, arn: str, attrs: dict[str, Any]) -> dict[str, Any]:
        balancer = self.load_balancers.get(arn)
        if balancer is None:
            raise LoadBalancerNotFoundError()
        wanted = {**balancer.attrs, **attrs}
        if wanted.get("access_logs.s3.enabled") == "true" and any(key.startswith("access_logs.") for key in attrs):
            _try_to_write(self, wanted.get("access_logs.s3.bucket", ""), wanted.get("access_logs.s3.prefix", ""))
        return original(self, arn, attrs)

    return modify_load_balancer_attributes


def _deleting(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete_load_balancer(self: ELBv2Backend, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            raise Refused(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        original(self, arn)

    return delete_load_balancer


def _try_to_write(elb: ELBv2Backend, name: str, prefix: str) -> None:
    """A test object, as on AWS: it stays in the bucket, which is not empty from then on."""
    if not name:
        raise InvalidConfigurationRequest("The value of 'access_logs.s3.bucket' cannot be empty")
    store = s3_backends[elb.account_id][elb.partition]
    bucket = store.buckets.get(name)
    key = "/".join(part for part in (prefix, "AWSLogs", elb.account_id, "ELBAccessLogTestFile") if part)
    if (
        bucket is None
        or bucket.region_name != elb.region_name
        or _encrypted_with_a_key(bucket)
        or not may_write(json.loads(bucket.policy or b"{}"), f"arn:{elb.partition}:s3:::{name}/{key}", elb.region_name)
    ):
        raise InvalidConfigurationRequest(f"Access Denied for bucket: {name}. Please check S3bucket permission")
    store.put_object(name, key, b"Enable AccessLog for ELB")


def _encrypted_with_a_key(bucket: Any) -> bool:
    """Only the key of S3 itself may encrypt it (SSE-S3)."""
    return "aws:kms" in json.dumps(bucket.encryption or {})


def may_write(policy: dict[str, Any], resource: str, region: str) -> bool:
    """True when the bucket's policy lets the load balancers of a region put this object.

    Conditions are not looked at: one that allows is taken to be met, one that denies not to be.
    """
    allowed = False
    for statement in _list(policy.get("Statement")):
        fits = (
            _is_writer(statement.get("Principal"), region)
            and any(fnmatch.fnmatchcase("s3:PutObject", action) for action in _list(statement.get("Action")))
            and any(fnmatch.fnmatchcase(resource, one) for one in _list(statement.get("Resource")))
        )
        if fits and statement.get("Effect") == "Deny" and not statement.get("Condition"):
            return False
        allowed = allowed or (fits and statement.get("Effect") == "Allow")
    return allowed


def _is_writer(principal: Any, region: str) -> bool:
    if not isinstance(principal, dict):
        return principal == "*"
    account = WRITER_ACCOUNTS.get(region)
    accounts = {"*", account, f"arn:aws:iam::{account}:root"} if account else {"*"}
    return WRITER in _list(principal.get("Service")) or bool(accounts & set(_list(principal.get("AWS"))))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
