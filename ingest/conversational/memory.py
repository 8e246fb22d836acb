"""What stands of some customers and contacts, as the ledger's acts have left it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from ingest.conversational.predicates import ASPECT_OF, KIND_OF, is_functional, side_of
from ingest.extract.candidates import FactKind
from ingest.resolve.standing import MATTERS, Cited, Closing, Standing
from kb.model.acts import Correct, End, Retract, State
from kb.model.fact import Qualifiers, Quote
from kb.model.ledger import LiveRecord, RecordKind
from kb.projection.acts_json import act_of
from kb.store.feed import Feed
from kb.store.schema import hashed

BY = "extraction"  # who made an act, in its payload; what people state by hand bears no mark


@dataclass(slots=True)
class Known:
    """What stands, by first statement; `refused` are statements that a person took back for good."""

    told: "dict[str, Told]" = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    owner: dict[str, str] = field(default_factory=dict)  # statement -> the first that says the same


@dataclass(slots=True)
class Told:
    """A fact with all its statements: those that say the same corroborate each other."""

    standing: Standing
    statements: list[str] = field(default_factory=list)
    predicate: str = ""
    by_hand: bool = False  # a person has corrected, ended or retracted it: it is theirs now


class Memory:
    """Reads the ledger, up to where it stands now."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def of(self, subjects: Iterable[str], upto: int) -> Known:
        """What conversations said of these customers and contacts that stands."""
        units = {hashed(subject) for subject in subjects}
        known = Known()
        for record in self._feed.of_units(units, (RecordKind.FACT,), upto):
            if record.payload["predicate"] in KIND_OF:
                _apply(known, record)
        return known


def _apply(known: Known, record: LiveRecord) -> None:
    payload = record.payload
    act, by_hand = act_of(payload), payload.get("by") != BY
    if isinstance(act, State):
        if not by_hand:
            _stated(known, payload, act)
        return
    here = known.told.get(known.owner.get(act.statement, ""))
    if here is None:
        return
    here.by_hand = here.by_hand or by_hand
    match act:
        case Correct():
            _corrected(here, act, _instant(payload.get("at") or record.recorded_at))
        case End():
            _ended(here, act)
        case Retract():
            if by_hand:
                known.refused.add(act.statement)
            here.statements = [one for one in here.statements if one != act.statement]
            if not here.statements:
                known.told.pop(known.owner[act.statement], None)
        case _:
            pass


def _stated(known: Known, payload: Mapping[str, Any], act: State) -> None:
    """A fact of its own, or more evidence for the one that it joins."""
    standing = _standing(payload, act)
    first = str(payload.get("joins") or act.statement)
    known.owner[act.statement] = first
    here = known.told.get(first)
    if here is None or first == act.statement:
        if is_functional(payload["predicate"]):
            _take_place(known, standing, payload["predicate"])
        known.told[act.statement] = Told(standing, [act.statement], payload["predicate"])
        known.owner[act.statement] = act.statement
        return
    here.statements = list(dict.fromkeys((*here.statements, act.statement)))
    here.standing = replace(
        here.standing,
        confidence=max(here.standing.confidence, standing.confidence),
        evidence=(*here.standing.evidence, *standing.evidence),
    )


def _take_place(known: Known, new: Standing, predicate: str) -> None:
    """Of what one value holds at a time, the newer value takes the place of the older ones."""
    for here in known.told.values():
        if (here.predicate, here.standing.subject) == (predicate, new.subject):
            here.standing = replace(here.standing, ended_at=here.standing.ended_at or new.evidence[0].at)


def _corrected(here: Told, act: Correct, at: datetime) -> None:
    """Owed by another day, and cited once more."""
    one, due = here.standing, dict(act.qualifiers).get("due")
    cited = {(known.interaction, known.start) for known in one.evidence}
    quotes = [quote for quote in act.evidence if isinstance(quote, Quote)]
    more = tuple(_cited(quote, at) for quote in quotes if (quote.interaction, quote.start) not in cited)
    day = one.due if due is None else date.fromisoformat(due) if due else None
    here.standing = replace(one, due=day, evidence=(*one.evidence, *more))


def _ended(here: Told, act: End) -> None:
    """Closed, where the end says how; else another value took its place."""
    closing = dict(act.qualifiers).get("closing")
    if closing is None:
        here.standing = replace(here.standing, ended_at=_instant(act.at))
    elif here.standing.status == "open":
        here.standing = replace(
            here.standing, status="closed", closing=Closing(closing), closed_at=_instant(act.at)
        )


def _standing(payload: Mapping[str, Any], act: State) -> Standing:
    claim = act.claim
    kind = KIND_OF[claim.predicate]
    words: Qualifiers = claim.qualifiers
    of = dict(words)
    at = _instant(act.interval.start)
    value = str(claim.value)
    return Standing(
        statement=act.statement,
        kind=kind,
        subject=claim.subject,
        value=value,
        confidence=claim.confidence,
        evidence=tuple(_cited(one, at) for one in claim.evidence if isinstance(one, Quote)),
        about=of.get("about"),
        aspect=ASPECT_OF.get(claim.predicate) or of.get("aspect"),
        holder=side_of(words),
        due=date.fromisoformat(of["due"]) if "due" in of else None,
        role=value if kind is FactKind.ROLE_CHANGE else None,
        polarity=of.get("polarity"),
        target=of.get("target"),
        opinion=of.get("opinion_words"),
        status="open" if kind in MATTERS else None,
        thread=payload.get("thread"),
    )


def _cited(quote: Quote, at: datetime) -> Cited:
    return Cited(interaction=quote.interaction, start=quote.start, end=quote.end, text=quote.text, at=at)


def _instant(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)
