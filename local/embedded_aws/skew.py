"""The clock of AWS against that of whoever calls: a request that is dated a quarter of an hour off is refused.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html (credential scope, timestamps)
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from .api_call import Call

#: How far a request's date may be from the service's.
ALLOWED = timedelta(minutes=15)
#: Where a request's WSGI environment says which date the answer carries.
DATE = "embedded_aws.date"
_FORMAT = "%Y%m%dT%H%M%SZ"
#: Services of the query protocol and Route 53; EC2 and S3 have errors of their own, all others speak JSON.
_QUERY = ("autoscaling", "elasticloadbalancing", "iam", "sts", "cloudwatch", "route53")

#: HTTP status, code, message, and further elements of the error.
Refusal = tuple[int, str, str, dict[str, str]]


def refusal(call: Call, dated: str | None, now: datetime) -> Refusal | None:
    """What a request with this `X-Amz-Date` is answered with at that time; None when it may pass, or has no date."""
    try:
        asked = datetime.strptime(dated or "", _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    if abs(now - asked) <= ALLOWED:
        return None
    if call.service == "s3":
        # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
        return (
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
            {
                "RequestTime": dated or "",
                "ServerTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "MaxAllowedSkewMilliseconds": str(int(ALLOWED.total_seconds() * 1000)),
            },
        )
    if call.service == "ec2":
        # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (RequestExpired): too old or in the future
        message = f"Request has expired. Timestamp date is {asked.strftime('%Y-%m-%dT%H:%M:%SZ')}."
        return 400, "RequestExpired", message, {}
    if call.service in _QUERY:
        return 403, "SignatureDoesNotMatch", _words(asked, now), {}
    return 400, "InvalidSignatureException", _words(asked, now), {}


def _words(asked: datetime, now: datetime) -> str:
    if asked < now:
        limit, text, sign = now - ALLOWED, "Signature expired: {} is now earlier than {} ({} {} 15 min.)", "-"
    else:
        limit, text, sign = now + ALLOWED, "Signature not yet current: {} is still later than {} ({} {} 15 min.)", "+"
    return text.format(asked.strftime(_FORMAT), limit.strftime(_FORMAT), now.strftime(_FORMAT), sign)


def http_date(now: datetime) -> str:
    """As the Date header has it, from which SDKs see how far their own clock is off."""
    return format_datetime(now, usegmt=True)
