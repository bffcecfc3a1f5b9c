"""The web application that an image carries: one page that says which release answers, and from which instance.

`create_app` is the factory (Flask's pattern), which the default server calls: it is served by Waitress without a line of its own.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template

from webapp.instance import InstanceIdentity
from webapp.release import Release


def create_app(release: Release | None = None, identity: InstanceIdentity | None = None) -> Flask:
    """Builds the application.

    release: what was deployed; read from the environment when omitted.
    identity: who this instance is; asked of the instance metadata service, in the background, when omitted.
    """
    app = Flask(__name__)
    app.extensions["release"] = release or Release.from_environment()
    app.extensions["identity"] = identity or InstanceIdentity.look_up()
    _add_routes(app)
    app.after_request(_forbid_caching)
    return app


def _add_routes(app: Flask) -> None:
    release: Release = app.extensions["release"]
    identity: InstanceIdentity = app.extensions["identity"]
    is_ready: Callable[[], bool] = identity.is_settled

    @app.get("/")
    def page() -> str:
        return render_template("index.html", release=release, instance_id=identity.instance_id)

    @app.get("/health")
    def health() -> tuple[Response, HTTPStatus]:
        """What the load balancer asks: 200 once requests can be answered in full, 503 until then."""
        if is_ready():
            return jsonify(status="ready", version=release.version), HTTPStatus.OK
        return jsonify(status="starting", version=release.version), HTTPStatus.SERVICE_UNAVAILABLE

    @app.get("/version")
    def version() -> Response:
        return jsonify(
            name=release.name,
            version=release.version,
            commit=release.commit,
            instance=identity.instance_id,
        )


def _forbid_caching(response: Response) -> Response:
    """Two instances answer at one address during a rollout, so an answer is true only when it is given."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
