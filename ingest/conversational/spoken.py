"""From an interaction of the ledger to a message with those who are in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from ingest.directory import Directory
from ingest.extract.candidates import Side
from ingest.extract.pipeline import Message
from ingest.interactions import Participant
from ingest.linking import Link
from ingest.resolve.spoken import Spoken
from kb.model.ledger import LiveRecord

SIDES = {"inbound": Side.CUSTOMER, "outbound": Side.US, "internal": Side.US}
THEIRS = (
    "review",
    "survey",
    "form",
    "ticket",
)  # in these the customer speaks, unless told otherwise


def links_of(records: Sequence[LiveRecord]) -> tuple[Link, ...]:
    """The nodes that an interaction involves, from its LINK records."""
    return tuple(
        Link(
            one.payload["target"],
            one.payload["role"],
            one.payload.get("by", ""),
            one.payload.get("start"),
            one.payload.get("end"),
        )
        for one in records
    )


def spoken(
    payload: Mapping[str, Any],
    links: Sequence[Link],
    directory: Directory,
    zone: tzinfo,
    before: Sequence[str] = (),
) -> Spoken:
    """The message as it was said; its days count in `zone`. `before`: nodes named earlier in its thread."""
    participants = tuple(
        Participant(role=one["role"], name=one.get("name"), address=one.get("address"))
        for one in payload.get("participants") or ()
    )
    message = Message(
        text=payload.get("text") or "",
        at=datetime.fromtimestamp(payload["at"] / 1000, zone),
        side=_side(payload),
        channel=payload["channel"],
        sides=_sides(payload, participants, directory),
    )
    return Spoken(
        interaction=payload["id"],
        message=message,
        thread=payload.get("thread"),
        participants=participants,
        linked=tuple(links),
        before=tuple(before),
    )


def _side(payload: Mapping[str, Any]) -> Side | None:
    known = SIDES.get(payload.get("direction", ""))
    return known or (Side.CUSTOMER if payload["channel"] in THEIRS else None)


def _sides(
    payload: Mapping[str, Any], participants: Sequence[Participant], directory: Directory
) -> dict[str, Side]:
    """Who of the speakers speaks for whom: contacts for the customer, the others, if any, for us."""
    addresses = {one.name: one.address for one in participants if one.name}
    names = dict.fromkeys((*addresses, *(one.get("speaker") for one in payload.get("segments") or ())))
    theirs = {
        name
        for name in names
        if name and (directory.at(addresses.get(name)) or directory.one(name, "Contact"))
    }
    if not theirs:
        return {}
    return {name: Side.CUSTOMER if name in theirs else Side.US for name in names if name}
