"""A balancer that really listens, checks and forwards, with small web applications on the instances' addresses."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from apps import App
from conftest import until
from worlds import HttpWorld, Stack

PORT = 18080


class Site:
    """A stack whose instances serve, behind a balancer."""

    def __init__(self, w: HttpWorld) -> None:
        self.w = w
        self.stack = Stack(w)
        self.apps: dict[str, App] = {}
        #: Status of /health by launch-template version.
        self.health = {"1": 200}
        w.world.on_instance_state(self._changed)
        self.target_group = self.stack.target_group()
        self.stack.attributes(self.target_group, deregistration_delay="2")
        self.balancer = self.stack.balancer(self.target_group, PORT)
        self.address = self.balancer["DNSName"]
        until(lambda: self._state() == "active", "the balancer is active")

    def _state(self) -> str:
        return self.w.elbv2.describe_load_balancers()["LoadBalancers"][0]["State"]["Code"]

    def _changed(self, change: object) -> None:
        """Called with the world's lock held: a machine boots or goes."""
        from embedded_aws.ec2 import lookup

        if change.current == "running":
            instance = lookup.instance(self.w.world, change.instance_id)
            tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
            version = tags["aws:ec2launchtemplate:version"]
            status = self.health.get(version, 200)
            self.apps[instance.id] = App(instance.private_ip_address, name=f"v{version}", status=status)
        elif change.current in ("terminated", "stopping") and change.instance_id in self.apps:
            threading.Thread(target=self.apps.pop(change.instance_id).close, daemon=True).start()

    def create(self, size: int) -> None:
        policy = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200}
        groups = {"TargetGroupARNs": [self.target_group], "HealthCheckType": "ELB", "InstanceMaintenancePolicy": policy}
        self.stack.create(size, HealthCheckGracePeriod=3, **groups)
        until(lambda: self.states() == ["healthy"] * size, "all targets are healthy")

    def states(self) -> list[str]:
        return sorted(state for state, _ in self.stack.targets(self.target_group).values())

    def get(
        self, path: str = "/", method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict, bytes]:
        connection = http.client.HTTPConnection(self.address, PORT, timeout=60)
        try:
            connection.request(method, path, body, {key.replace("_", "-"): value for key, value in headers.items()})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()


class Load:
    """Constant requests from three threads, a hundred and fifty a second at most; counts answers and keeps failures."""

    def __init__(self, site: Site) -> None:
        self.bodies: dict[bytes, int] = {}
        self.failures: list[object] = []
        self._site = site
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.02):
            try:
                status, _, body = self._site.get()
                if status != 200:
                    self.failures.append(status)
                self.bodies[body] = self.bodies.get(body, 0) + 1
            except OSError as error:
                self.failures.append(error)

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    world = HttpWorld(boots=True, manual=False)
    site = Site(world)
    yield site
    world.close()
    for app in list(site.apps.values()):
        app.close()


def test_requests_reach_all_targets_with_forwarded_headers(site: Site) -> None:
    assert site.get()[0] == 503, "no target yet"
    site.create(2)
    for _ in range(6):
        assert site.get("/page?q=1", X_Forwarded_For="10.9.8.7")[::2] == (200, b"v1:")
    seen = [app.requests for app in site.apps.values()]
    assert [len(requests) for requests in seen] == [3, 3], "round robin"
    headers = seen[0][0]
    assert headers["path"] == "/page?q=1"
    assert headers["X-Forwarded-For"] == "10.9.8.7, 127.0.0.1"
    assert (headers["X-Forwarded-Proto"], headers["X-Forwarded-Port"]) == ("http", str(PORT))
    assert headers["Host"] == f"{site.address}:{PORT}"
    assert headers["X-Amzn-Trace-Id"].startswith("Root=1-")


def test_bodies_methods_and_kept_connections(site: Site) -> None:
    site.create(1)
    body = bytes(range(256)) * 4000
    assert site.get("/", "POST", body)[2] == b"v1:" + body
    assert site.get("/", "HEAD")[0::2] == (200, b"")
    connection = http.client.HTTPConnection(site.address, PORT, timeout=60)
    for part in (b"one", b"two"):
        connection.request(
            "POST", "/", iter([part, part]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
        )
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"v1:" + part + part)
    connection.close()


def test_broken_requests_are_refused(site: Site) -> None:
    for text in (
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    ):
        with socket.create_connection((site.address, PORT), timeout=60) as client:
            client.sendall(text)
            assert client.recv(100).startswith(b"HTTP/1.1 400 ")


def test_dead_target_answers_502_then_is_replaced(site: Site) -> None:
    site.create(1)
    first = next(iter(site.stack.ids()))
    site.apps.pop(first).close()
    assert site.get()[0] == 502
    until(lambda: site.stack.targets(site.target_group)[first][0] == "unhealthy", "its checks fail")
    assert site.stack.targets(site.target_group)[first][1] == "Target.FailedHealthChecks"
    until(lambda: first not in site.stack.ids() and site.states() == ["healthy"], "it is replaced")
    assert site.get()[0] == 200


def test_failing_health_page_fails_open_and_names_the_code(site: Site) -> None:
    site.create(1)
    site.w.autoscaling.suspend_processes(AutoScalingGroupName="web")
    app = next(iter(site.apps.values()))
    app.status = 500
    until(lambda: site.states() == ["unhealthy"], "its checks fail")
    found = site.w.elbv2.describe_target_health(TargetGroupArn=site.target_group)["TargetHealthDescriptions"][0]
    assert found["TargetHealth"]["Description"] == "Health checks failed with these codes: [500]"
    assert site.get()[0] == 200, "with unhealthy targets only, the balancer sends to all of them"


def test_deregistered_target_finishes_its_request(site: Site) -> None:
    site.create(1)
    instance_id = next(iter(site.stack.ids()))
    slow = socket.create_connection((site.address, PORT), timeout=60)
    slow.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
    time.sleep(0.2)
    site.w.elbv2.deregister_targets(TargetGroupArn=site.target_group, Targets=[{"Id": instance_id}])
    assert site.states() == ["draining"]
    assert site.get()[0] == 503, "no new request for a draining target"
    slow.sendall(b"cd")
    assert b"200 OK" in slow.recv(1000)
    slow.close()
    until(lambda: site.states() == [], "draining ends after the delay")


def test_redirect_and_fixed_response(site: Site) -> None:
    listener = site.w.elbv2.describe_listeners(LoadBalancerArn=site.balancer["LoadBalancerArn"])["Listeners"][0][
        "ListenerArn"
    ]
    redirect = {"Type": "redirect", "RedirectConfig": {"Path": "/new", "Query": "", "StatusCode": "HTTP_301"}}
    fixed = {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": "418", "MessageBody": "tea", "ContentType": "text/plain"},
    }
    for priority, (path, action) in enumerate({"/old": redirect, "/tea*": fixed}.items(), 1):
        condition = {"Field": "path-pattern", "Values": [path]}
        site.w.elbv2.create_rule(ListenerArn=listener, Conditions=[condition], Priority=priority, Actions=[action])
    until(lambda: site.get("/tea-pot")[0::2] == (418, b"tea"), "the rules are followed")
    status, headers, _ = site.get("/old?x=1")
    assert (status, headers["Location"]) == (301, f"http://{site.address}:{PORT}/new")


def test_security_group_decides_who_connects(site: Site) -> None:
    site.create(1)
    rule = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    site.w.ec2.revoke_security_group_ingress(GroupId=site.stack.group_id, IpPermissions=[rule])

    def refused() -> bool:
        try:
            return site.get()[0] == 0
        except OSError:
            return True

    until(refused, "nobody may connect any more")
    site.w.ec2.authorize_security_group_ingress(GroupId=site.stack.group_id, IpPermissions=[rule])
    until(lambda: not refused() and site.get()[0] == 200, "everybody may again")


def test_deleted_balancer_stops_listening(site: Site) -> None:
    site.w.elbv2.delete_load_balancer(LoadBalancerArn=site.balancer["LoadBalancerArn"])

    def gone() -> bool:
        try:
            socket.create_connection((site.address, PORT), timeout=1).close()
        except OSError:
            return True
        return False

    until(gone, "the port is closed")


@pytest.mark.parametrize("size", [1, 3])
def test_refresh_under_load_fails_no_request(site: Site, size: int) -> None:
    site.create(size)
    version = site.stack.new_version()
    load = Load(site)
    preferences = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0, "AutoRollback": True}
    site.stack.start_refresh(version, **preferences)
    until(lambda: site.stack.refresh()["Status"] == "Successful", "the refresh is over")
    load.end()
    assert load.failures == []
    assert set(load.bodies) == {b"v1:", b"v2:"} and min(load.bodies.values()) > 10
    assert site.get()[2] == b"v2:"


def test_version_that_is_never_healthy_is_rolled_back_unseen(site: Site) -> None:
    site.create(1)
    first = site.stack.ids()
    version = site.stack.new_version()
    site.health[version] = 500
    load = Load(site)
    preferences = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200, "InstanceWarmup": 0, "AutoRollback": True}
    site.stack.start_refresh(version, **preferences)
    until(lambda: "unhealthy" in site.states(), "the new instance fails its checks")
    site.w.autoscaling.rollback_instance_refresh(AutoScalingGroupName="web")
    until(lambda: site.stack.refresh()["Status"] == "RollbackSuccessful", "it is rolled back")
    load.end()
    assert load.failures == [] and set(load.bodies) == {b"v1:"}
    assert site.stack.ids() == first


def test_a_target_that_the_balancers_group_does_not_reach_times_out(site: Site) -> None:
    """By range or by group; a rule acts from when it is made or taken back."""
    site.create(1)
    ec2, group_id = site.w.ec2, site.stack.group_id
    everywhere = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    [[instance]] = [each["Instances"] for each in ec2.describe_instances()["Reservations"]]
    pairs = [{"GroupId": each["GroupId"]} for each in instance["SecurityGroups"]]
    members = [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": pairs}]

    def seen() -> list[tuple[str, str | None]]:
        return list(site.stack.targets(site.target_group).values())

    for rules in (everywhere, members):
        ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=rules)
        until(lambda: seen() == [("unhealthy", "Target.Timeout")], "the target times out")
        assert site.get()[0] == 504
        ec2.authorize_security_group_egress(GroupId=group_id, IpPermissions=members)
        until(lambda: site.states() == ["healthy"], "the target is reached again")
