"""Mailboxes, for administrators: added, synchronised, counted against their server, removed."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from kb.errors import Conflict, Invalid, Unavailable
from webapp.contexts.channels import MailboxPage, mailbox_form, mailbox_line
from webapp.forms import FormError
from webapp.links import address
from webapp.mailbox_forms import parse_mailbox
from webapp.parts import mailboxes
from webapp.render import page_or_fragment
from webapp.sign_in import viewer
from webapp.translate import gettext as _
from webapp.translate import problem as translated
from webapp.wording_errors import sentence_of

bp = Blueprint("mailboxes", __name__, url_prefix="/mailboxes")

AT_FIELD = {"password": "password_env"}  # where the form shows what concerns a field that it has in parts


@bp.get("/new")
def new() -> ResponseReturnValue:
    """The form by which a mailbox is described."""
    viewer().may_administer("manage mailboxes")
    return page_or_fragment("mailboxes/new", mailbox_form({}))


@bp.post("")
def add() -> ResponseReturnValue:
    """The mailbox, once its server lets us in; or the form again with its problems (422)."""
    viewer().may_administer("manage mailboxes")
    try:
        made = mailboxes().add(viewer(), parse_mailbox(request.form), confined=True)
    except FormError as error:
        return _again({problem.field: problem.message for problem in error.problems})
    except Invalid as error:
        field = str(error.data["field"])
        return _again({AT_FIELD.get(field, field): translated(str(error.data["problem"]))})
    except Conflict as error:
        return _again({"name": sentence_of(error)})
    except Unavailable as error:
        return _again({"host": sentence_of(error)})
    mailboxes().begin(viewer(), made.name)
    flash(_("Added. Its mail is being fetched."))
    return redirect(address("mailboxes.show", name=made.name), 303)


@bp.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """What of the mailbox is in the ledger; with `?count=1` counted against its server."""
    counted, trouble = request.args.get("count") == "1", ""
    view = mailboxes().one(viewer(), name)
    if counted:
        try:
            view = mailboxes().status(viewer(), name)
        except (Invalid, Unavailable) as error:
            counted, trouble = False, sentence_of(error)
    page = MailboxPage(mailbox=mailbox_line(view), counted=counted, trouble=trouble)
    return page_or_fragment("mailboxes/show", page)


@bp.post("/<name>/sync")
def sync(name: str) -> ResponseReturnValue:
    """Fetch what is new, in the background; the page shows how far it is."""
    mailboxes().begin(viewer(), name)
    return redirect(address("mailboxes.show", name=name), 303)


@bp.post("/<name>/remove")
def remove(name: str) -> ResponseReturnValue:
    """Fetch from it no longer; what it brought stays."""
    mailboxes().remove(viewer(), name)
    flash(_("The mailbox is removed; what it brought stays."))
    return redirect(address("imports.index"), 303)


def _again(problems: dict[str, str]) -> ResponseReturnValue:
    return page_or_fragment("mailboxes/new", mailbox_form(request.form, problems)), Invalid.status
