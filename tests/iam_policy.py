"""Holds the shipped IAM policies against the calls that a run really made.

The embedded AWS logs each call as one JSON object per line, with at least "service" and "action" as the API names them.
A call that no policy in docs/iam allows would be refused on AWS: that is an error. An action that is allowed and was
never called is a hint only: some are for changes that a run did not make, or are checked by AWS without a call.

    tests/iam_policy.py CALLS.jsonl       prints both sets; exit 1 when a call would be refused

Only action names are compared. Resources and conditions are for AWS to judge; docs/iam/README.md explains them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

POLICIES = Path(__file__).resolve().parents[1] / "docs" / "iam"

#: Endpoint or SDK name of a service, where IAM's prefix is another.
PREFIXES = {"elbv2": "elasticloadbalancing", "monitoring": "cloudwatch"}

#: S3 operations whose permission has another name; the rest are called as their permission is.
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
S3_ACTIONS = {
    "CompleteMultipartUpload": {"PutObject"},
    "CopyObject": {"GetObject", "PutObject"},
    "CreateMultipartUpload": {"PutObject"},
    "DeleteObjects": {"DeleteObject"},
    "GetBucketEncryption": {"GetEncryptionConfiguration"},
    "GetPublicAccessBlock": {"GetBucketPublicAccessBlock"},
    "HeadBucket": {"ListBucket"},
    "HeadObject": {"GetObject"},
    "ListBuckets": {"ListAllMyBuckets"},
    "ListObjectVersions": {"ListBucketVersions"},
    "ListObjects": {"ListBucket"},
    "ListObjectsV2": {"ListBucket"},
    "PutBucketEncryption": {"PutEncryptionConfiguration"},
    "PutPublicAccessBlock": {"PutBucketPublicAccessBlock"},
    "UploadPart": {"PutObject"},
}

#: Calls that need no permission, and why.
FREE = {
    "sts:GetCallerIdentity": "allowed to everybody, whatever the policies say",
    "ec2:GetInstanceUefiData": "Terraform's aws_ami asks for it and goes on when it is refused",
}


def permissions(service: str, action: str) -> set[str]:
    """The IAM actions that one API call needs, as "service:Action"."""
    prefix = PREFIXES.get(service, service)
    names = S3_ACTIONS.get(action, {action}) if prefix == "s3" else {action}
    return {f"{prefix}:{name}" for name in names}


def called(calls: Iterable[Mapping[str, object]]) -> set[str]:
    """The IAM actions that all the calls of a log need."""
    needed: set[str] = set()
    for call in calls:
        needed |= permissions(str(call["service"]), str(call["action"]))
    return needed


def allowed(directory: Path = POLICIES) -> set[str]:
    """The action patterns that the policies of a directory allow."""
    patterns: set[str] = set()
    for file in sorted(directory.glob("*.json")):
        for statement in json.loads(file.read_text(encoding="utf-8"))["Statement"]:
            if statement["Effect"] != "Allow" or "Action" not in statement:
                raise ValueError(f"{file.name}: statement {statement.get('Sid')}: only Allow with Action is understood")
            actions = statement["Action"]
            patterns |= {actions} if isinstance(actions, str) else set(actions)
    if not patterns:
        raise ValueError(f"{directory}: no policy found")
    return patterns


def covers(pattern: str, action: str) -> bool:
    """Whether an action pattern of a policy names an action; IAM does not tell upper from lower case."""
    return fnmatchcase(action.lower(), pattern.lower())


def refused_calls(calls: Iterable[Mapping[str, object]], directory: Path = POLICIES) -> set[str]:
    """The actions that were called and that no policy allows."""
    patterns = allowed(directory)
    return {
        action
        for action in called(calls)
        if action not in FREE and not any(covers(pattern, action) for pattern in patterns)
    }


def unused_actions(calls: Iterable[Mapping[str, object]], directory: Path = POLICIES) -> set[str]:
    """The action patterns that are allowed and matched no call."""
    needed = called(calls)
    return {pattern for pattern in allowed(directory) if not any(covers(pattern, action) for action in needed)}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: iam_policy.py CALLS.jsonl", file=sys.stderr)
        return 2
    calls = [json.loads(line) for line in Path(arguments[0]).read_text(encoding="utf-8").splitlines() if line.strip()]
    refused = refused_calls(calls)
    for action in sorted(refused):
        print(f"called, not allowed: {action}")
    for action in sorted(unused_actions(calls)):
        print(f"allowed, not called: {action}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
