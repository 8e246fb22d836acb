"""The application: its views, its guards, its languages, joined around the parts it is given."""

import os
from datetime import timedelta

from apiflask import APIFlask
from flask import Flask
from werkzeug.routing import BaseConverter

from webapp import assets, error_pages, language, render, security, sign_in
from webapp.api import blueprints as api_blueprints
from webapp.api import describe
from webapp.parts import EXTENSION, Parts
from webapp.session_secret import session_secret
from webapp.views import (
    customers,
    facts,
    home,
    imports,
    interactions,
    log,
    mailboxes,
    matters,
    products,
    review,
)

SIGNED_IN_FOR = timedelta(hours=12)
BIGGEST_UPLOAD = 2 * 1024**3  # bytes


class IdConverter(BaseConverter):
    """An id of ours: any text, slashes included."""

    regex = r".+?"
    part_isolating = False


def create_app(parts: Parts | None = None) -> Flask:
    """The application over `parts`; over those that the environment asks for when there are none."""
    parts = parts or _parts_of_environment()
    app = APIFlask(
        __name__,
        title="KBCRM",
        version="1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # webapp.assets serves the files
    )
    app.extensions[EXTENSION] = parts
    _configure(app, parts)
    language.speak(app)
    sign_in.require_sign_in(app)
    security.guard(app)
    render.prepare_templates(app)
    error_pages.handle_errors(app)
    describe(app)
    for module in (
        assets,
        home,
        customers,
        facts,
        interactions,
        products,
        imports,
        log,
        mailboxes,
        matters,
        review,
    ):
        app.register_blueprint(module.bp)
    for blueprint in api_blueprints:
        app.register_blueprint(blueprint)
    return app


def _configure(app: Flask, parts: Parts) -> None:
    app.url_map.converters["id"] = IdConverter
    app.url_map.merge_slashes = False
    app.config.update(
        SECRET_KEY=session_secret(parts.settings.home),
        SESSION_COOKIE_NAME="kbcrm",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        MAX_CONTENT_LENGTH=BIGGEST_UPLOAD,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of the default provider
    app.json.sort_keys = False  # type: ignore[attr-defined]


def _parts_of_environment() -> Parts:
    from webapp.settings import read  # noqa: PLC0415 - only the server asks the environment
    from webapp.wiring import open_parts  # noqa: PLC0415

    opened = open_parts(read(os.environ), reads=True)
    opened.runs.recover()
    return opened
