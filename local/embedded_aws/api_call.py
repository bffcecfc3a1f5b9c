"""What an HTTP request asks of which service, for the call log and for faults; read off the wire, as on AWS's side."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from werkzeug import Request

from .errors import service_of

#: Names by which a service is also known, and the one that IAM policies and this package use.
ALIASES = {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing", "monitoring": "cloudwatch"}
#: S3 actions by method, for a bucket and for an object, then by the sub-resource in the query.
_S3_BUCKET = {
    "GET": "ListObjects",
    "PUT": "CreateBucket",
    "HEAD": "HeadBucket",
    "DELETE": "DeleteBucket",
    "POST": "PostObject",
}
_S3_OBJECT = {
    "GET": "GetObject",
    "PUT": "PutObject",
    "HEAD": "HeadObject",
    "DELETE": "DeleteObject",
    "POST": "PostObject",
}
_S3_VERBS = {"GET": "Get", "PUT": "Put", "DELETE": "Delete", "HEAD": "Head", "POST": "Post"}
_S3_PARTS = {
    "accelerate": "BucketAccelerateConfiguration",
    "acl": "BucketAcl",
    "cors": "BucketCors",
    "encryption": "BucketEncryption",
    "lifecycle": "BucketLifecycleConfiguration",
    "location": "BucketLocation",
    "logging": "BucketLogging",
    "object-lock": "ObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "publicAccessBlock": "PublicAccessBlock",
    "replication": "BucketReplication",
    "requestPayment": "BucketRequestPayment",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
#: Route 53's actions by method and by path below the API version, `*` being an id.
#: https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html
_ROUTE53 = {
    "GET hostedzone": "ListHostedZones",
    "POST hostedzone": "CreateHostedZone",
    "GET hostedzonesbyname": "ListHostedZonesByName",
    "GET hostedzone/*": "GetHostedZone",
    "POST hostedzone/*": "UpdateHostedZoneComment",
    "DELETE hostedzone/*": "DeleteHostedZone",
    "GET hostedzone/*/dnssec": "GetDNSSEC",
    "GET hostedzone/*/rrset": "ListResourceRecordSets",
    "POST hostedzone/*/rrset": "ChangeResourceRecordSets",
    "GET change/*": "GetChange",
    "GET tags/hostedzone/*": "ListTagsForResource",
    "POST tags/hostedzone/*": "ChangeTagsForResource",
}
#: Parameters whose values do not belong in a log.
_SECRET = re.compile(r"userdata|password|secret|token|material|policydocument|privatekey", re.IGNORECASE)
#: Parameters of single calls whose names do not say it.
_SECRETS_OF = {"ssm:PutParameter": ("Value",), "kms:Encrypt": ("Plaintext",)}
#: Programs that call, as their User-Agent names them among others.
_AGENT = re.compile(r"\b(Terraform|Packer|Boto3|aws-sdk-java|aws-cli)/[\d.]+", re.IGNORECASE)
#: Characters of a value that the log keeps.
MAX_VALUE = 200


@dataclass(frozen=True)
class Call:
    """One API call."""

    service: str
    action: str
    key: str
    parameters: dict[str, str] = field(default_factory=dict)
    #: The program that calls and its version, such as Terraform/1.11.4; empty when it does not say.
    agent: str = ""

    @property
    def name(self) -> str:
        """As IAM and `local/aws fault` write it, such as ec2:RunInstances."""
        return f"{self.service}:{self.action}"

    def shown_parameters(self) -> dict[str, str]:
        """The parameters without secrets and without what every call has."""
        kept = {
            k: v for k, v in self.parameters.items() if k not in ("Action", "Version") and not k.startswith("X-Amz-")
        }
        hidden = _SECRETS_OF.get(self.name, ())
        return {k: "***" if k in hidden or _SECRET.search(k) else v[:MAX_VALUE] for k, v in kept.items()}


def canonical(service: str) -> str:
    return ALIASES.get(service.lower(), service.lower())


def read_call(environ: dict[str, Any]) -> Call:
    """The call in a WSGI environment, whose body stays readable."""
    request = Request(environ)
    body = request.get_data(cache=False, parse_form_data=False)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    service = canonical(service_of(request))
    return Call(service, *_action_key_parameters(request, service, body), _agent(request.headers.get("User-Agent", "")))


def _agent(text: str) -> str:
    """AWS's SDKs are named where no program is that uses them."""
    named = _AGENT.search(text)
    return named.group(0) if named else text.split(" ")[0]


def _action_key_parameters(request: Request, service: str, body: bytes) -> tuple[str, str, dict[str, str]]:
    credential = re.search(r"Credential=([^/]+)/", request.headers.get("Authorization", ""))
    key = credential.group(1) if credential else ""
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.rsplit(".", 1)[-1], key, _json_parameters(body)
    rpc = re.search(r"/service/[^/]+/operation/(\w+)$", request.path)
    if rpc:
        return rpc.group(1), key, {}
    if service == "s3":
        return _s3_action(request), key, _s3_parameters(request)
    if service == "route53":
        return _route53_action(request), key, {}
    parameters = dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))
    if request.mimetype == "application/x-www-form-urlencoded":
        parameters |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return parameters.get("Action") or f"{request.method} {request.path}", key, parameters


def _json_parameters(body: bytes) -> dict[str, str]:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return {key: json.dumps(value) for key, value in parsed.items()} if isinstance(parsed, dict) else {}


def _s3_action(request: Request) -> str:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html,
    addressed by path.
    """
    bucket, _, key = request.path.lstrip("/").partition("/")
    if not bucket:
        return "ListBuckets"
    query = set(request.args)
    if key:
        if "uploadId" in query or "uploads" in query:
            return {"POST": "CompleteMultipartUpload" if "uploadId" in query else "CreateMultipartUpload"}.get(
                request.method, {"PUT": "UploadPart", "DELETE": "AbortMultipartUpload"}.get(request.method, "ListParts")
            )
        if "x-amz-copy-source" in request.headers:
            return "CopyObject"
        return _S3_VERBS[request.method] + "ObjectTagging" if "tagging" in query else _S3_OBJECT.get(request.method, "")
    if "delete" in query:
        return "DeleteObjects"
    if "versions" in query:
        return "ListObjectVersions"
    for part, name in _S3_PARTS.items():
        if part in query:
            return _S3_VERBS[request.method] + name
    if request.method == "GET" and "list-type" in query:
        return "ListObjectsV2"
    return _S3_BUCKET.get(request.method, request.method)


def _route53_action(request: Request) -> str:
    place = request.path.strip("/").partition("/")[2]
    shape = re.sub(r"^(change|(?:tags/)?hostedzone)/[^/]+", r"\1/*", place)
    return _ROUTE53.get(f"{request.method} {shape}", f"{request.method} {request.path}")


def _s3_parameters(request: Request) -> dict[str, str]:
    bucket, _, key = request.path.lstrip("/").partition("/")
    found = {
        "Bucket": bucket,
        "Key": key,
        **{name: request.args[name] for name in ("prefix", "versionId") if name in request.args},
    }
    return {name: value for name, value in found.items() if value}
