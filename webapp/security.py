"""What guards every request: a token in every form, and headers that forbid what the pages never do."""

import hmac
import secrets

from flask import Flask, Response, request, session
from werkzeug.exceptions import BadRequest

from webapp.assets import bp as assets
from webapp.translate import gettext as _

# No inline scripts or styles anywhere; `data:` images are the arrows and ticks inside the style sheet.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask) -> None:
    """Put both guards around every request of the application."""
    app.before_request(check_token)
    app.after_request(add_headers)


def csrf_token() -> str:
    """The token of this session, for a hidden field or the header X-CSRF-Token."""
    token: str = session.setdefault("csrf", secrets.token_urlsafe(24))
    return token


def check_token() -> None:
    """Raises BadRequest where a request that changes something lacks the token.

    A program that sends its password (HTTP Basic) needs none. A browser may remember such a password and add
    it to what another site makes it send; it then says so in Sec-Fetch-Site.
    """
    if request.method in SAFE:
        return
    by_password = request.authorization is not None and request.path.startswith("/api/")
    if by_password and request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()) or not given:
        raise BadRequest(_("This form is no longer valid. Load the page again and send it once more."))


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.blueprint != assets.name:  # pages hold what is known about people: no copy stays behind
        response.headers.setdefault("Cache-Control", "no-store")
    return response
