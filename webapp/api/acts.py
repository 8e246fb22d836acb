"""Stating and changing facts, as JSON."""

from datetime import UTC
from typing import Any

from apiflask import APIBlueprint

from kb.model.fact import Kind
from webapp.api import schemas
from webapp.forms import FormError, Problem
from webapp.instants import parse_instant
from webapp.json_shapes import Shape, fact_json
from webapp.parts import knowledge, now
from webapp.sign_in import viewer
from webapp.translate import gettext as _

bp = APIBlueprint("api_acts", __name__, url_prefix="/api/v1", tag="Changing")


@bp.post("/facts")
@bp.input(schemas.StateIn)
@bp.output(schemas.FactOut, status_code=201)
def state(json_data: dict[str, Any]) -> Shape:
    """State something new. Give either value or object."""
    given = _with_instants(json_data, "valid_from", "valid_to", "said_at")
    given |= {
        "kind": Kind(given["kind"]),
        "valid_from": now() if given["valid_from"] is None else given["valid_from"],
    }
    return fact_json(knowledge().state(viewer(), **given))


@bp.post("/statements/<id:id>/correct")
@bp.input(schemas.CorrectIn)
@bp.output(schemas.FactOut)
def correct(id: str, json_data: dict[str, Any]) -> Shape:
    """We were wrong: replaces what is given, keeps the rest."""
    given = _with_instants(json_data, "valid_from", "valid_to")
    return fact_json(knowledge().correct(viewer(), id, **given))


@bp.post("/statements/<id:id>/end")
@bp.input(schemas.EndIn)
@bp.output(schemas.FactOut)
def end(id: str, json_data: dict[str, Any]) -> Shape:
    """It stopped being true, now unless `at` is given; it was not wrong before. `closing` closes a matter."""
    at = _with_instants(json_data, "at")["at"]
    given = {"at": now() if at is None else at, "note": json_data["note"], "closing": json_data["closing"]}
    return fact_json(knowledge().end(viewer(), id, **given))


@bp.post("/statements/<id:id>/dispute")
@bp.input(schemas.NoteIn)
@bp.output(schemas.FactOut)
def dispute(id: str, json_data: dict[str, Any]) -> Shape:
    """Somebody contradicts it: it stays, marked as disputed."""
    return fact_json(knowledge().dispute(viewer(), id, note=json_data["note"]))


@bp.post("/statements/<id:id>/retract")
@bp.input(schemas.NoteIn)
@bp.output({}, status_code=204)
def retract(id: str, json_data: dict[str, Any]) -> str:
    """It should never have been believed; its history stays readable."""
    knowledge().retract(viewer(), id, note=json_data["note"])
    return ""


def _with_instants(given: dict[str, Any], *names: str) -> dict[str, Any]:
    """ISO 8601 to epoch milliseconds, UTC where no zone is given. Raises FormError naming every bad one."""
    parsed: dict[str, Any] = {}
    problems = []
    for name in names:
        try:
            parsed[name] = parse_instant(given[name], UTC) if given[name] else None
        except ValueError:
            problems.append(Problem(name, _("Write a date and time such as 2025-03-14T10:30.")))
    if problems:
        raise FormError(*problems)
    return given | parsed
