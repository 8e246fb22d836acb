"""One interaction: its full text with what it mentions and what it told, its people, its lines."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from webapp.contexts.facts import objects_of
from webapp.contexts.interactions import interaction_page
from webapp.contexts.margin import margin
from webapp.parts import knowledge
from webapp.render import page_or_fragment
from webapp.sign_in import viewer

bp = Blueprint("interactions", __name__, url_prefix="/interactions")


@bp.get("/<id:id>")
def show(id: str) -> ResponseReturnValue:
    """`start` and `end` in the address mark words: code points of the text."""
    marked = (request.args.get("start", 0, type=int), request.args.get("end", 0, type=int))
    found = knowledge().interaction(viewer(), id)
    facts = knowledge().told(viewer(), id)
    ids = objects_of(facts) | {fact.claim.subject for fact in facts}
    names = knowledge().names(viewer(), ids) if ids else {}
    notes, told = margin(facts, names, id, len(found.text))
    return page_or_fragment("interactions/show", interaction_page(found, marked, notes, told))
