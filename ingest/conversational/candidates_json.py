"""Candidates as the ledger keeps them: to JSON and back, without loss."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from ingest.extract.candidates import Candidate, FactKind, Side
from ingest.names import digest
from kb.model.ledger import Json

_READ: dict[str, Callable[[Any], Any]] = {
    "kind": FactKind,
    "side": Side,
    "holder": Side,
    "due": date.fromisoformat,
}


def id_of(interaction: str, candidate: Candidate) -> str:
    """The id of a candidate: the same words of the same interaction, taken for the same kind."""
    return f"candidate:{digest(interaction, str(candidate.start), str(candidate.end), candidate.kind)}"


def to_json(candidate: Candidate) -> dict[str, Json]:
    """What it has; what does not belong to its kind is left out."""
    values = {one.name: getattr(candidate, one.name) for one in fields(candidate)}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def from_json(said: Mapping[str, Any]) -> Candidate:
    """The candidate; names that it has none of are passed over."""
    known = [one.name for one in fields(Candidate) if one.name in said]
    values: dict[str, Any] = {name: _READ.get(name, _same)(said[name]) for name in known}
    return Candidate(**values)


def _same(value: Any) -> Any:
    return value
