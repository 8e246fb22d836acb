"""From rows of the graph to values of the model."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kb.model.fact import Claim, Evidence, Fact, Kind, Premise, Quote, Status
from kb.model.reading import Participant, TouchRow
from ontology.terms import QUALIFIERS

EXCERPT = 240  # characters of a text that a list shows


def fact_of(props: Mapping[str, Any], quotes: Sequence[Mapping[str, Any]], premises: Sequence[str]) -> Fact:
    """A version from its node, its quotations and its premises."""
    return Fact(
        id=props["id"],
        statement=props["statement"],
        claim=Claim(
            subject=props["subject"],
            predicate=props["predicate"],
            kind=Kind(props["kind"]),
            confidence=props["confidence"],
            evidence=_evidence(quotes, premises),
            value=props.get("value"),
            object=props.get("object"),
            unit=props.get("unit"),
            rule=props.get("rule"),
            qualifiers=tuple((name, props[name]) for name in sorted(QUALIFIERS.keys() & props.keys())),
        ),
        status=Status(props["status"]),
        valid_from=props["valid_from"],
        valid_to=props["valid_to"],
        recorded_at=props["recorded_at"],
        superseded_at=props["superseded_at"],
    )


def _evidence(quotes: Sequence[Mapping[str, Any]], premises: Sequence[str]) -> tuple[Evidence, ...]:
    found = sorted((row for row in quotes if row["interaction"] is not None), key=lambda row: row["n"] or 0)
    cited = (Quote(row["interaction"], row["start"], row["end"], row["text"] or "") for row in found)
    return (*cited, *(Premise(id) for id in sorted(filter(None, premises))))


def participants_of(props: Mapping[str, Any]) -> list[Participant]:
    """Those who took part, as the source named them."""
    return [
        Participant(role=one["role"], name=one.get("name"), address=one.get("address"))
        for one in json.loads(props.get("participants") or "[]")
    ]


def touch_of(props: Mapping[str, Any], money: Sequence[Mapping[str, Any]], decimal: Any) -> TouchRow:
    """A line of a timeline; `money` has the lines and amounts of an order by currency."""
    people = dict.fromkeys(one.name or one.address or "" for one in participants_of(props))
    amounts = sorted(
        (row["currency"] or "unknown", row["amount"]) for row in money if row["amount"] is not None
    )
    return TouchRow(
        id=props["id"],
        channel=props["channel"],
        direction=props["direction"],
        at=props["at"],
        title=props.get("title") or "",
        excerpt=(props.get("text") or "")[:EXCERPT],
        thread=props.get("thread"),
        people=tuple(filter(None, people)),
        lines=sum(row["lines"] for row in money),
        amounts=tuple((currency, decimal(amount)) for currency, amount in amounts),
    )
