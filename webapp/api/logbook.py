"""Logging a conversation, and finding with whom it was, as a program does it."""

from datetime import UTC
from typing import Any

from apiflask import APIBlueprint

from ingest.logbook import LogEntry
from webapp.api import schemas
from webapp.forms import FormError, Problem
from webapp.instants import parse_instant
from webapp.json_shapes import Shape, interaction_json, reachable_json
from webapp.parts import knowledge, logbook, runs
from webapp.sign_in import viewer
from webapp.translate import gettext as _

bp = APIBlueprint("api_logbook", __name__, url_prefix="/api/v1", tag="Logging")


@bp.post("/log")
@bp.input(schemas.LogIn)
@bp.output(schemas.InteractionOut, status_code=201)
def log(json_data: dict[str, Any]) -> Shape:
    """Log a call, visit, meeting or chat. It becomes an internal interaction of the customer."""
    entry = LogEntry(**json_data | {"at": _instant(json_data["at"])})
    logged = logbook().log(viewer(), entry)
    runs().read_soon(viewer())
    return interaction_json(knowledge().interaction(viewer(), logged))


@bp.get("/reachable")
@bp.input(schemas.ReachableQuery, location="query")
@bp.output(schemas.ReachableOut)
def reachable(query_data: dict[str, Any]) -> Shape:
    """Customers, and the people there, whose name holds the words: with whom a conversation may have been."""
    found = knowledge().reachable(viewer(), query_data["search"], limit=query_data["limit"])
    return {"items": [reachable_json(one) for one in found]}


def _instant(text: str | None) -> int | None:
    try:
        return parse_instant(text, UTC) if text else None
    except ValueError:
        raise FormError(Problem("at", _("Write a date and time such as 2025-03-14T10:30."))) from None
