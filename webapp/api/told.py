"""What conversations told, as JSON: open matters, and the voice of a product."""

from datetime import UTC
from typing import Any

from apiflask import APIBlueprint

from kb.model.voice import Asked
from webapp.api import schemas_told as schemas
from webapp.as_of import moments_of
from webapp.json_shapes import Shape
from webapp.json_told import matters_json, voice_json
from webapp.parts import knowledge, now
from webapp.sign_in import viewer
from webapp.voice_forms import asked_of

bp = APIBlueprint("api_told", __name__, url_prefix="/api/v1", tag="Reading")


@bp.get("/commitments")
@bp.input(schemas.MattersQuery, location="query")
@bp.output(schemas.MattersOut)
def commitments(query_data: dict[str, Any]) -> Shape:
    """Commitments, requests, incidents and complaints of all your customers, open and closed."""
    return _matters(None, query_data)


@bp.get("/customers/<id:id>/commitments")
@bp.input(schemas.MattersQuery, location="query")
@bp.output(schemas.MattersOut)
def commitments_of(id: str, query_data: dict[str, Any]) -> Shape:
    """Commitments, requests, incidents and complaints of one customer, open and closed."""
    return _matters(id, query_data)


@bp.get("/products/<id:id>/voice")
@bp.input(schemas.VoiceQuery, location="query")
@bp.output(schemas.VoiceOut)
def voice(id: str, query_data: dict[str, Any]) -> Shape:
    """What customers say about a product and its features: how often, and in which words."""
    asked: Asked = asked_of(query_data, UTC)
    page = {"offset": query_data["offset"], "limit": query_data["limit"]}
    counts = knowledge().voice(viewer(), id, asked, now())
    return voice_json(counts, knowledge().voices(viewer(), id, asked, now(), **page))


def _matters(customer: str | None, query_data: dict[str, Any]) -> Shape:
    moments = moments_of(query_data, UTC)
    limit = min(max(1, query_data["limit"]), 1000)
    return matters_json(knowledge().matters(viewer(), moments.as_of, customer=customer, limit=limit))
