"""A guest book: it keeps names in a file, and knows its database by a secret that it shows to nobody.

`webapp:create_app()` is what is started where no Procfile says anything else.
"""

import hashlib
import os
from pathlib import Path

from flask import Flask, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

#: Longest name that is kept, in characters.
LONGEST = 60


def create_app() -> Flask:
    app = Flask(__name__)
    # From app_secrets. Without it there is no start: better that now than at the first request.
    database = os.environ["DATABASE_URL"]
    # Writable, and gone with the instance: a cache, an upload on its way, never the only copy of anything.
    book = Path(os.environ["STATE_DIRECTORY"]) / "guests.txt"

    @app.get("/")
    def page() -> str:
        return render_template("page.html", guests=guests(book), version=os.environ.get("APP_VERSION", "unknown"))

    @app.post("/guests")
    def sign() -> Response:
        name = " ".join(request.form.get("name", "").split())[:LONGEST]
        if name:
            with book.open("a", encoding="utf-8") as file:
                file.write(name + "\n")
        return redirect("/")

    @app.get("/facts")
    def facts() -> Response:
        """What a test may know of the secret: whether it is there, and a little of its digest."""
        return jsonify(
            application="flask",
            environment=os.environ.get("APP_ENVIRONMENT"),
            greeting=os.environ.get("GREETING"),
            database=bool(database),
            database_digest=hashlib.sha256(database.encode()).hexdigest()[:8],
            guests=guests(book),
        )

    @app.get("/health")
    def health() -> tuple[str, int]:
        return "ready\n", 200

    return app


def guests(book: Path) -> list[str]:
    return book.read_text(encoding="utf-8").splitlines() if book.exists() else []
