"""Who is asking: by the session of a browser, or by HTTP Basic for programs."""

import hmac
import secrets

from flask import Flask, g, request, session
from flask.typing import ResponseReturnValue

from kb.errors import NotFound
from kb.model.account import Account
from kb.model.viewer import Viewer
from kb.store.accounts import Refusal
from webapp.parts import accounts, now

API = "/api/"
RECENT_MS = 60_000  # a program that sends its password with every request is asked to prove it once a minute


class SignInNeeded(Exception):
    """Nobody is signed in, and this page is not for everybody."""

    def __init__(self, refusal: Refusal | None = None) -> None:
        super().__init__()
        self.refusal = refusal  # why HTTP Basic was refused, where it was tried


def require_sign_in(app: Flask) -> None:
    """Every page needs somebody signed in, but for views marked by `public`."""

    @app.before_request
    def check() -> ResponseReturnValue | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and not getattr(view, "is_public", False):
            viewer()
        return None


def viewer() -> Viewer:
    """Who is looking. Raises SignInNeeded."""
    found = account()
    if found is None:
        raise SignInNeeded
    return found.viewer


def account() -> Account | None:
    """The account behind this request; None where nobody is signed in."""
    if "account" not in g:
        basic = request.authorization
        g.account = _by_password() if basic and request.path.startswith(API) else _by_session()
    found: Account | None = g.account
    return found


def start_session(found: Account) -> None:
    """Sign this browser in. What the visitor had before (but the language) is forgotten."""
    kept = session.get("locale")
    session.clear()
    session.permanent = True
    session.update(account=found.name, stamp=found.stamp)
    if kept:
        session["locale"] = kept
    g.account = found


def end_session() -> None:
    session.clear()
    g.account = None


def address() -> str:
    """Where the request comes from, as far as the server can tell."""
    return request.remote_addr or "unknown"


def _by_session() -> Account | None:
    name = session.get("account")
    if not name:
        return None
    try:
        found = accounts().find(name)
    except NotFound:
        return None
    return found if found.stamp == session.get("stamp") and not found.disabled else None


_key = secrets.token_bytes(32)  # of this process
_proven: dict[str, tuple[int, str]] = {}  # digest of name and password -> (until when, stamp of the account)


def _by_password() -> Account:
    """Checks the password at most once a minute: a proof of it costs 64 MiB and 50 ms, on purpose."""
    basic = request.authorization
    name, password = (basic.username or "", basic.password or "") if basic else ("", "")
    digest = hmac.new(_key, f"{name}\0{password}".encode(), "sha256").hexdigest()
    until, stamp = _proven.get(digest, (0, ""))
    if until > now():
        found = accounts().find(name)
        if found.stamp == stamp and not found.disabled:
            return found
    answer = accounts().sign_in(name, password, address=address(), now=now())
    if isinstance(answer, Refusal):
        raise SignInNeeded(answer)
    _remember(digest, answer.stamp)
    return answer


def _remember(digest: str, stamp: str) -> None:
    if len(_proven) > 1000:
        _proven.clear()
    _proven[digest] = (now() + RECENT_MS, stamp)
