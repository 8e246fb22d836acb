"""What is open between the customers and us: of all of the viewer's customers, or of one."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kb.model.viewer import Viewer
from webapp.as_of import Moments, asked_moments
from webapp.contexts.facts import objects_of
from webapp.contexts.matters import MatterList, matter_list
from webapp.parts import knowledge
from webapp.render import page_or_fragment
from webapp.sign_in import viewer

bp = Blueprint("matters", __name__)

SHOWN = 200  # open ones, and as many closed ones


@bp.get("/commitments")
def index() -> ResponseReturnValue:
    """Commitments, requests, incidents and complaints of the viewer's customers, the overdue first."""
    return page_or_fragment("customers/matters", matters_of(viewer(), None, asked_moments()))


def matters_of(who: Viewer, customer: str | None, moments: Moments) -> MatterList:
    found = knowledge().matters(who, moments.as_of, customer=customer, limit=SHOWN)
    objects = objects_of(one.fact for one in (*found.open, *found.closed))
    names = knowledge().names(who, objects) if objects else {}
    return matter_list(found, names, customer, moments, may_write=not who.is_customer)
