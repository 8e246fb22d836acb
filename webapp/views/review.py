"""The review queue: candidates that wait for a person, decided about by one key each."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from ingest.conversational.reviews import VERDICTS
from kb.errors import Conflict, Invalid, NotFound
from webapp.contexts.review import review_page
from webapp.links import address
from webapp.parts import reviews
from webapp.render import page_or_fragment
from webapp.sign_in import viewer
from webapp.translate import gettext as _
from webapp.translate import problem as translated
from webapp.wording_errors import sentence_of

bp = Blueprint("review", __name__, url_prefix="/review")

ORDERS = ("surest", "unsure")
CHOSEN = ("subject", "about", "matter")
FIELDS = ("kind", "aspect", "holder", "due", "words", *CHOSEN)
MANY = 999  # a greater number in the navigation says nothing more


@bp.get("")
def index() -> ResponseReturnValue:
    """One candidate of those that wait, `n` in the order asked for."""
    return _page(_asked(request.args, "kind"), request.args.get("n", 1, type=int))


@bp.get("/count")
def count() -> ResponseReturnValue:
    """How many wait, for the navigation; nothing where none do."""
    waiting = reviews().counts(viewer()).waiting
    if not waiting:
        return ""
    return f"{MANY}+" if waiting > MANY else str(waiting)


@bp.post("/<id:id>/<any(accepted, corrected, rejected):verdict>")
def decide(id: str, verdict: str) -> ResponseReturnValue:
    """To the next one, or the form again with what cannot be (422)."""
    asked, n = _asked(request.form, "only_kind"), request.form.get("n", 1, type=int)
    given = {name: request.form[name].strip() for name in FIELDS if _is_given(name, verdict)}
    try:
        reviews().decide(viewer(), id, verdict, given)
    except Invalid as error:
        problems = {str(error.data["field"]): translated(str(error.data["problem"]))}
        return _page(asked, n, problems), Invalid.status
    except Conflict as error:
        flash(sentence_of(error))
    else:
        flash(_SAID[verdict]())
    return redirect(address("review.index", **asked, n=n), 303)


@bp.post("/undo")
def undo() -> ResponseReturnValue:
    """Takes back the viewer's own last decision."""
    try:
        reviews().undo(viewer())
    except (Conflict, NotFound) as error:
        if not viewer().reviews:
            raise
        flash(sentence_of(error))
    else:
        flash(_("Undone: it waits again."))
    return redirect(
        address("review.index", **_asked(request.form, "only_kind"), n=request.form.get("n")), 303
    )


def _page(asked: dict[str, str], n: int, problems: Mapping[str, str] | None = None) -> str:
    counts = reviews().counts(viewer())
    chosen = {"kind": asked["kind"] or None, "reason": asked["reason"] or None}
    surest = asked["order"] != "unsure"
    found = reviews().queue(viewer(), **chosen, surest=surest, offset=max(n, 1) - 1, limit=1)
    if not found.items and found.total:
        found = reviews().queue(viewer(), **chosen, surest=surest, offset=found.total - 1, limit=1)
    return page_or_fragment("review/index", review_page(found, counts, asked, problems))


def _asked(given: Mapping[str, str], kind: str) -> dict[str, str]:
    """The filter and the order of the queue. `kind` names the field of the filter's kind."""
    order = given.get("order", "")
    return {
        "kind": given.get(kind, ""),
        "reason": given.get("reason", ""),
        "order": order if order in ORDERS else "",
    }


def _is_given(name: str, verdict: str) -> bool:
    """A field without words keeps whose fact it is, but takes away what it is about."""
    if name not in request.form or (name == "subject" and not request.form[name]):
        return False
    return verdict == "corrected" or name in CHOSEN


_SAID = {
    "accepted": lambda: _("Accepted."),
    "corrected": lambda: _("Corrected and accepted."),
    "rejected": lambda: _("Rejected."),
}
assert set(_SAID) == set(VERDICTS)  # noqa: S101 - a slip, seen by the tests
