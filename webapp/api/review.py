"""The review queue as a program works it."""

from typing import Any

from apiflask import APIBlueprint

from webapp.api import review_schemas as schemas
from webapp.json_shapes import Shape, listing_json
from webapp.parts import reviews
from webapp.review_shapes import counts_json, decision_json, waiting_json
from webapp.sign_in import viewer

bp = APIBlueprint("api_review", __name__, url_prefix="/api/v1", tag="Reviewing")


@bp.get("/review")
@bp.input(schemas.ReviewQuery, location="query")
@bp.output(schemas.WaitingOut)
def queue(query_data: dict[str, Any]) -> Shape:
    """Candidate facts that wait for a person."""
    return listing_json(reviews().queue(viewer(), **query_data), waiting_json)


@bp.get("/review/counts")
@bp.output(schemas.CountsOut)
def counts() -> Shape:
    """How many wait, by kind and by reason, and how many have been decided."""
    return counts_json(reviews().counts(viewer()))


@bp.post("/review/undo")
@bp.output(schemas.DecisionOut)
def undo() -> Shape:
    """Take back the own last decision: the candidate waits again."""
    return decision_json(reviews().undo(viewer()))


@bp.post("/review/<id:id>")
@bp.input(schemas.DecisionIn)
@bp.output(schemas.DecisionOut, status_code=201)
def decide(id: str, json_data: dict[str, Any]) -> Shape:
    """Accept, correct or reject a candidate. What is accepted is stated with its words as evidence."""
    verdict = json_data.pop("verdict")
    given = {name: value for name, value in json_data.items() if value is not None}
    return decision_json(reviews().decide(viewer(), id, verdict, given))
