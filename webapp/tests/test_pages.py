def test_page_shows_release_and_instance(client, identity):
    identity.settle("i-0abc")
    body = client.get("/").text
    for text in ("shop", "1.4.2", "0123abc", "i-0abc"):
        assert text in body


def test_page_instanceUnknown_isStillShown(client):
    assert "unknown" in client.get("/").text


def test_health_beforeSettled_is503(client):
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json == {"status": "starting", "version": "1.4.2"}


def test_health_settled_is200(client, identity):
    identity.settle("i-0abc")
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "version": "1.4.2"}


def test_version_is_json(client, identity):
    identity.settle("i-0abc")
    assert client.get("/version").json == {
        "name": "shop",
        "version": "1.4.2",
        "commit": "0123abc",
        "instance": "i-0abc",
    }


def test_answers_are_never_cached(client):
    assert client.get("/").headers["Cache-Control"] == "no-store"
