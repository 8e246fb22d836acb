"""The one place where an error becomes an answer: a page, a fragment for a panel, or JSON."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from apiflask import HTTPError
from flask import Flask, current_app, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from kb.errors import KbcrmError, Unavailable
from kb.store.accounts import Refusal
from webapp.assets import NotBuilt
from webapp.forms import FormError
from webapp.links import address
from webapp.render import page_or_fragment, wants_fragment
from webapp.sign_in import API, SignInNeeded
from webapp.translate import gettext as _
from webapp.translate import lazy_gettext as _l
from webapp.wording_errors import code_of, sentence_of

RETRY_AFTER = "5"  # seconds after which to ask a busy store again

_TITLES = {
    400: _l("This request cannot be understood"),
    401: _l("Please sign in"),
    403: _l("Not allowed"),
    404: _l("Not found"),
    405: _l("Not possible this way"),
    409: _l("This does not fit the present state"),
    413: _l("The file is too big"),
    422: _l("Something needs to be corrected"),
    429: _l("Too many attempts"),
    500: _l("Something went wrong"),
    503: _l("Not available right now"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    status: int
    title: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An error on its way to the reader."""

    status: int
    code: str
    message: str
    data: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def handle_errors(app: Flask) -> None:
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(KbcrmError, lambda error: answer(trouble_of(error)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(HTTPError, _refused_input)
    app.register_error_handler(Exception, _unexpected)


def answer(trouble: Trouble) -> ResponseReturnValue:
    """As JSON where a program asked, as a page or a fragment otherwise."""
    if wants_json():
        body = {**trouble.data, "error": trouble.code, "message": trouble.message}
        return jsonify(body), trouble.status, trouble.headers
    try:
        page = ErrorPage(status=trouble.status, title=title_of(trouble.status), message=trouble.message)
        return make_response(page_or_fragment("error", page), trouble.status, trouble.headers)
    except NotBuilt as error:
        return make_response(sentence_of(error), error.status, {"Content-Type": "text/plain; charset=utf-8"})


def trouble_of(error: KbcrmError) -> Trouble:
    data = {name: str(value) for name, value in error.data.items() if name != "problem"}
    more: dict[str, Any] = {}
    if isinstance(error, FormError):
        more = {"problems": [{"field": one.field, "message": one.message} for one in error.problems]}
    return Trouble(
        status=error.status,
        code=code_of(error),
        message=sentence_of(error),
        data={**data, **more},
        headers={"Retry-After": RETRY_AFTER} if isinstance(error, Unavailable) else {},
    )


def title_of(status: int) -> str:
    known = _TITLES.get(status)
    return str(known) if known else HTTPStatus(status).phrase


def wants_json() -> bool:
    if request.path.startswith(API):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def _sign_in_needed(error: SignInNeeded) -> ResponseReturnValue:
    if wants_json():
        many = error.refusal is Refusal.TOO_MANY
        message = _("Too many failed attempts. Wait a quarter of an hour, then try again.")
        return answer(
            Trouble(
                status=429 if many else 401,
                code="too_many_attempts" if many else "sign_in_needed",
                message=message if many else _("Sign in by HTTP Basic with a name and a password."),
                headers={} if many else {"WWW-Authenticate": 'Basic realm="KBCRM", charset="UTF-8"'},
            )
        )
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    target = address("home.sign_in", next=here if here != "/" else None)
    if wants_fragment():
        return make_response("", 401, {"HX-Redirect": address("home.sign_in")})
    return redirect(target)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    words = {
        404: _("There is no such page."),
        405: _("This address does not take such a request."),
        413: _("Files up to 2 GB can be imported here. Use the command line for bigger ones."),
    }
    own = error.description if error.code == HTTPStatus.BAD_REQUEST else None
    message = words.get(error.code) or own or title_of(error.code)
    name = HTTPStatus(error.code).name.lower()
    return answer(Trouble(status=error.code, code=name, message=message))


def _refused_input(error: HTTPError) -> ResponseReturnValue:
    """What APIFlask refused: input that does not fit its schema."""
    problems = [
        {"field": name, "message": "; ".join(messages) if isinstance(messages, list) else str(messages)}
        for fields in (error.detail or {}).values()
        if isinstance(fields, dict)
        for name, messages in fields.items()
    ]
    code = "invalid" if error.status_code == HTTPStatus.UNPROCESSABLE_ENTITY else "bad_request"
    return answer(
        Trouble(
            status=error.status_code,
            code=code,
            message=title_of(error.status_code),
            data={"problems": problems},
        )
    )


def _unexpected(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return answer(
        Trouble(
            status=500,
            code="internal_server_error",
            message=_("This should not have happened. It has been logged; please try again."),
        )
    )
