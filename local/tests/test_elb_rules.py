"""Targets, matchers, listener rules and access as tables: nothing listens."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from embedded_aws.elb.access import Access, Allowed
from embedded_aws.elb.http1 import Request
from embedded_aws.elb.rules import holds, location, target_group
from embedded_aws.elb.targets import FAILED, TIMEOUT, Target, TargetBook, Thresholds, eligible, matches, mismatch


@pytest.mark.parametrize(
    ("results", "state", "reason"),
    [
        ("", "initial", "Elb.RegistrationInProgress"),
        ("+", "healthy", None),
        ("-", "initial", "Elb.InitialHealthChecking"),
        ("--", "unhealthy", "Target.Timeout"),
        ("-+", "healthy", None),
        ("+-", "healthy", None),
        ("+--", "unhealthy", "Target.Timeout"),
        ("+-+-", "healthy", None),
        ("--+", "unhealthy", "Target.Timeout"),
        ("--+-+", "unhealthy", "Target.Timeout"),
        ("--+++", "healthy", None),
    ],
)
def test_state_after_results(results: str, state: str, reason: str | None) -> None:
    target = Target("i-1", 80, "10.0.0.1")
    for result in results:
        target.observe(None if result == "+" else TIMEOUT, Thresholds(healthy=3, unhealthy=2))
    assert (target.state, target.reason and target.reason[0]) == (state, reason)


def test_reason_is_that_of_the_last_failure() -> None:
    target = Target("i-1", 80, "10.0.0.1")
    for failure in (FAILED, mismatch(500)):
        target.observe(failure, Thresholds(2, 2))
    assert target.reason == ("Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]")


def target(name: str, state: str = "healthy", **more: object) -> Target:
    return Target(name, 80, "10.0.0.1", state=state, **more)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([target("a"), target("b", "unhealthy")], ["a"]),
        ([target("a", "unhealthy"), target("b", "unhealthy")], ["a", "b"]),
        ([target("a", "initial")], []),
        ([target("a", drain_until=9.0), target("b")], ["b"]),
        ([target("a", drain_until=9.0)], []),
        ([target("a", invalid="stopped"), target("b", "unhealthy")], ["b"]),
        ([], []),
    ],
)
def test_eligible_targets(targets: list[Target], expected: list[str]) -> None:
    assert [t.id for t in eligible(targets)] == expected


def test_round_robin_and_end_of_draining() -> None:
    book = TargetBook()
    for name in ("a", "b"):
        book.of("tg")[name] = target(name)
    assert [book.next("tg").id for _ in range(4)] == ["a", "b", "a", "b"]
    book.of("tg")["a"].drain_until = 10.0
    assert {book.next("tg").id for _ in range(3)} == {"b"}
    book.expire(9.9)
    assert set(book.of("tg")) == {"a", "b"}
    book.expire(10.0)
    assert set(book.of("tg")) == {"b"}
    assert book.next("unknown") is None


@pytest.mark.parametrize(
    ("matcher", "status", "expected"),
    [
        ("200", 200, True),
        ("200", 204, False),
        ("200,202", 202, True),
        ("200-299", 250, True),
        ("200-299,302", 302, True),
    ],
)
def test_matcher(matcher: str, status: int, expected: bool) -> None:
    assert matches(matcher, status) is expected


def request(path: str = "/a/b?x=1&y=two", method: str = "GET", **headers: str) -> Request:
    named = [(key.replace("_", "-"), value) for key, value in {"Host": "shop.example:80", **headers}.items()]
    return Request(named, method, path, "HTTP/1.1")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"Field": "path-pattern", "Values": ["/a/*"]}, True),
        ({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/c", "/a/?"]}}, True),
        ({"Field": "path-pattern", "Values": ["/A/*"]}, False),
        ({"Field": "host-header", "Values": ["*.EXAMPLE"]}, True),
        ({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}}, False),
        ({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-kind", "Values": ["te*"]}}, True),
        ({"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "y", "Value": "t*"}]}}, True),
        ({"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "z", "Value": "*"}]}}, False),
        ({"Field": "source-ip", "SourceIpConfig": {"Values": ["127.0.0.0/8"]}}, True),
        ({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}}, False),
    ],
)
def test_condition(condition: dict, expected: bool) -> None:
    assert holds(condition, request(X_Kind="test"), "127.0.0.1") is expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"Protocol": "HTTPS", "Port": "443"}, "https://shop.example:443/a/b?x=1&y=two"),
        ({"Host": "other", "Path": "/new/#{path}", "Query": ""}, "http://other:8080/new/a/b"),
    ],
)
def test_redirect(config: dict, expected: str) -> None:
    assert location(config, request(), 8080) == expected


def test_weights() -> None:
    groups = [{"TargetGroupArn": "a", "Weight": 0}, {"TargetGroupArn": "b", "Weight": 5}]
    assert {target_group({"ForwardConfig": {"TargetGroups": groups}}) for _ in range(20)} == {"b"}
    assert target_group({"TargetGroupArn": "only"}) == "only"


def test_access() -> None:
    access = Access(
        (Allowed(80, 81, (IPv4Network("127.0.0.0/8"),)),), (Allowed(0, 65535, (IPv4Network("10.0.0.0/16"),)),)
    )
    assert access.admits("127.0.0.1", 80) and not access.admits("127.0.0.1", 82) and not access.admits("10.0.0.1", 80)
    assert access.reaches("10.0.3.4", 8080) and not access.reaches("10.1.0.1", 8080)
