import time

from webapp.instance import UNKNOWN, InstanceIdentity


def test_lookUp_serviceAnswers_settlesWithId(metadata_service):
    identity = InstanceIdentity.look_up(metadata_service)
    assert identity.wait(5)
    assert identity.instance_id == "i-0abc"


def test_lookUp_proxyInEnvironment_isNotUsed(metadata_service, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    identity = InstanceIdentity.look_up(metadata_service)
    assert identity.wait(5)
    assert identity.instance_id == "i-0abc"


def test_lookUp_nothingThere_settlesAsUnknownInTime():
    started = time.monotonic()
    identity = InstanceIdentity.look_up("http://127.0.0.1:1", limit=1.0)
    assert identity.wait(5)
    assert time.monotonic() - started < 4
    assert identity.instance_id == UNKNOWN
