"""From a template and its context to an answer: a whole page, or the fragment that htmx asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, get_flashed_messages, render_template, request
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context

from kb.model.viewer import Role
from webapp import display, wording
from webapp.assets import asset_url, icon_url
from webapp.language import LANGUAGES, locale_code, zone
from webapp.security import csrf_token
from webapp.sign_in import SignInNeeded, account
from webapp.translate import gettext as _
from webapp.translate import lazy_gettext as _l


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    label: str
    endpoint: str
    icon: str
    current: bool
    counted: str | None  # address of how many wait there; None where nothing does


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What surrounds every page: who is signed in, in which language, where one can go."""

    who: str | None  # display name; None where nobody is signed in
    role: str
    nav: tuple[NavItem, ...]
    locale: str
    languages: tuple[tuple[str, str], ...]  # (code, its own name) of those not in use
    zone: str
    here: str  # path and query of this page, to come back to
    notices: tuple[str, ...]


def page_or_fragment(template: str, page: object) -> str:
    """The template with `page` as its context: in the page's frame, or bare where htmx swaps it in."""
    layout = "fragment.html" if wants_fragment() else "page.html"
    return render_template(f"{template}.html", page=page, layout=layout)


def wants_fragment() -> bool:
    return request.headers.get("HX-Request-Type") == "partial"


def prepare_templates(app: Flask) -> None:
    """Templates that name something unknown fail instead of showing nothing."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.optimized = (
        False  # it would compute {{ 'disputed' | status }} once, in the first reader's language
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset_url=asset_url, icon_url=icon_url, csrf_token=csrf_token)
    app.jinja_env.filters.update({name: _for_reader(shown) for name, shown in display.FILTERS.items()})
    app.context_processor(lambda: {"shell": shell()})


def _for_reader(shown: Callable[..., str]) -> Callable[..., str]:
    """The filter, marked as depending on who reads: {{ 'disputed' | status }} would otherwise be worded once,
    when the template is compiled, in the language of its first reader."""

    @pass_context
    def worded(_context: Context, value: Any) -> str:
        return shown(value)

    return worded


_NAV = (
    (_l("Customers"), "customers.index", "building", frozenset(Role)),
    (
        _l("Commitments"),
        "matters.index",
        "calendar-event",
        frozenset({Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER}),
    ),
    (
        _l("Review"),
        "review.index",
        "clipboard-list",
        frozenset({Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER, Role.EXPERT}),
    ),
    (_l("Log"), "log.index", "edit", frozenset({Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER})),
    (
        _l("Imports"),
        "imports.index",
        "database-import",
        frozenset({Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER}),
    ),
)

_COUNTED = {"review.index": "review.count"}
_ROOMS = {"mailboxes": "imports"}  # blueprints that are reached through the entry of another


def _room(blueprint: str | None) -> str:
    return _ROOMS.get(blueprint or "", blueprint or "")


def shell() -> Shell:
    try:
        found = account()
    except SignInNeeded:
        found = None
    roles = found.roles if found else frozenset()
    code = locale_code()
    return Shell(
        who=found.display_name if found else None,
        role=_(", ").join(wording.role(role) for role in sorted(roles)),
        nav=tuple(
            NavItem(
                label=str(label),
                endpoint=endpoint,
                icon=icon,
                current=_room(request.blueprint) == endpoint.split(".")[0],
                counted=_COUNTED.get(endpoint),
            )
            for label, endpoint, icon, allowed in _NAV
            if roles & allowed
        ),
        locale=code,
        languages=tuple((other, name) for other, name in LANGUAGES.items() if other != code),
        zone=zone().key,
        here=request.full_path.rstrip("?") if request.method == "GET" else "/",
        notices=tuple(str(notice) for notice in get_flashed_messages()),
    )
