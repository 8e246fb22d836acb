"""The way in: the front door, signing in and out, the language."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from kb.store.accounts import Refusal
from webapp import wording
from webapp.contexts.entrance import DemoAccount, SignInPage
from webapp.language import LANGUAGES
from webapp.links import address
from webapp.parts import accounts, now
from webapp.public import public
from webapp.render import page_or_fragment
from webapp.sign_in import account, end_session, start_session, viewer
from webapp.sign_in import address as came_from
from webapp.translate import gettext as _

bp = Blueprint("home", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    """On to what this viewer came for: a customer's own page, otherwise the list."""
    who = viewer()
    if who.is_customer and who.customer:
        return redirect(address("customers.show", id=who.customer))
    return redirect(address("customers.index"))


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if account():
        return redirect(address("home.index"))
    return page_or_fragment("home/sign_in", _page())


@bp.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    """On to where the visitor wanted to go, or the form again: 401, or 429 after too many failures."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    answer = accounts().sign_in(name, password, address=came_from(), now=now())
    if isinstance(answer, Refusal):
        return page_or_fragment(
            "home/sign_in", _page(name, answer)
        ), 429 if answer is Refusal.TOO_MANY else 401
    start_session(answer)
    return redirect(_own(request.form.get("next", "")), 303)


@bp.post("/sign-out")
@public
def leave() -> ResponseReturnValue:
    end_session()
    return redirect(address("home.sign_in"), 303)


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """From now on in this language: for this visit, and for good where somebody is signed in."""
    code = request.form.get("locale", "")
    if code in LANGUAGES:
        session["locale"] = code
        if found := account():
            accounts().set_locale(found.name, code)
    return redirect(_own(request.form.get("next", "")), 303)


def _page(name: str = "", refusal: Refusal | None = None) -> SignInPage:
    problems = {
        Refusal.WRONG: _("The name or the password is wrong."),
        Refusal.TOO_MANY: _("Too many failed attempts. Wait a quarter of an hour, then try again."),
    }
    return SignInPage(
        name=name,
        next=_own(request.values.get("next", "")),
        problem=problems[refusal] if refusal else "",
        demo=tuple(
            DemoAccount(name=name, password=password, role=wording.role(role))
            for name, password, role in accounts().demo_accounts()
        ),
    )


def _own(target: str) -> str:
    """A path of ours, never another site's; the front door for anything else."""
    parts = urlsplit(target.replace("\\", "/"))
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return address("home.index")
    return target
