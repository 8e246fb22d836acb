"""Logging a call, visit, meeting or chat right after it."""

import secrets
from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from kb.errors import Invalid, NotFound
from kb.model.moment import AsOf
from webapp.as_of import LATEST
from webapp.contexts.log import LogPage, fresh, log_page, who_page
from webapp.display import local
from webapp.forms import FormError
from webapp.language import locale_code, zone
from webapp.links import address
from webapp.log_forms import parse_entry
from webapp.parts import knowledge, logbook, now, runs
from webapp.render import page_or_fragment
from webapp.sign_in import viewer
from webapp.translate import gettext as _
from webapp.translate import problem as translated

bp = Blueprint("log", __name__, url_prefix="/log")

FOUND = 8  # customers, and people, that a search shows


@bp.get("")
def index() -> ResponseReturnValue:
    """With whom: a search that leads here again with somebody chosen. Then what was said."""
    viewer().may_write()
    customer = request.args.get("customer")
    if customer:
        values = fresh(now(), secrets.token_urlsafe(9))
        return page_or_fragment("log/new", _fields(customer, request.args.getlist("contact"), values))
    search = request.args.get("search", "").strip()
    found = knowledge().reachable(viewer(), search, limit=FOUND)
    page = who_page(search, found, _today(), sees_customers=viewer().sees_customers)
    return page_or_fragment("log/who", page)


@bp.post("")
def add() -> ResponseReturnValue:
    """Back to the customer, whose timeline shows the entry, or the form again with its problems (422)."""
    viewer().may_write()
    chosen = request.form.getlist("contact")
    try:
        entry = parse_entry(request.form, chosen, language=locale_code(), zone=zone(), now=now())
        logbook().log(viewer(), entry)
        runs().read_soon(viewer())
    except FormError as error:
        return _again(chosen, {problem.field: problem.message for problem in error.problems})
    except Invalid as error:
        return _again(chosen, {str(error.data["field"]): translated(str(error.data["problem"]))})
    flash(_("Logged."))
    return redirect(address("customers.show", id=entry.customer), 303)


def _again(chosen: Sequence[str], problems: Mapping[str, str]) -> ResponseReturnValue:
    page = _fields(request.form.get("customer", ""), chosen, request.form, problems)
    return page_or_fragment("log/new", page), Invalid.status


def _fields(
    customer: str, chosen: Sequence[str], values: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> LogPage:
    """Raises NotFound for a customer, or a person there, that does not exist for the viewer."""
    found = knowledge().customer(viewer(), customer, AsOf(now(), LATEST))
    strangers = set(chosen) - {row.id for row in found.contacts}
    if strangers:
        raise NotFound("contact", min(strangers))
    return log_page(found, chosen, _today(), values, problems)


def _today() -> str:
    return local(now()).date().isoformat()
