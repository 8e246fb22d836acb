"""What a row of a contact or product list states: facts, with the row's own words as evidence.

Teams, roles and names change: each is a fact with both clocks. The node keeps
the current value for display only.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

from kb.model.acts import State
from kb.model.fact import Claim, Kind, Quote
from kb.model.identity import label_of
from kb.model.ledger import Draft, Json, RecordKind, Run
from kb.model.moment import BEGINNING, FOREVER, Interval, to_millis
from kb.projection.acts_json import payload_of, refs_of
from kb.vocabulary import checked, predicate_of
from ontology.terms import PREDICATES

CONFIDENCE = 0.95  # of a row in a list that somebody keeps
STATES = {
    "name": "name",
    "name_zh": "nameZh",
    "country": "country",
    "city": "city",
    "industry": "industry",
    "team": "team",
    "owner": "accountManager",
    "role": "contactRole",
    "email": "email",
    "phone": "phone",
    "language": "language",
    "version": "productVersion",
    "category": "category",
    "price": "listPrice",
}
LINKS = {"CONTACT_OF": "worksFor", "HAS_FEATURE": "hasFeature"}


class RowText:
    """The row as it is stored: a line a value, and where each value stands in it."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, name: str, value: str) -> tuple[int, int]:
        """Offsets [start, end) of the value."""
        start = len(self.text) + len(name) + 2
        self.text += f"{name}: {value}\n"
        return start, start + len(value)


def drafts(run: Run, source: str, nodes: Sequence[Mapping[str, Any]], place: int) -> Iterator[Draft]:
    """The row as an interaction of channel "record", its links, and a statement for each value."""
    row = RowText()
    said = [(node, name, value, row.add(name, str(value))) for node in nodes for name, value in _values(node)]
    linked = [
        (node, link, row.add(link["rel"].lower(), link["target"]))
        for node in nodes
        for link in node.get("links", ())
        if link["rel"] in LINKS
    ]
    if not row.text:
        return
    digest = blake2b("\n".join((source, row.text)).encode(), digest_size=10).hexdigest()
    record = f"record:{digest}"
    yield _interaction(run, record, row.text, place)
    for customer in sorted({id for node in nodes for id in _customers(node)}):
        yield _link(record, customer, place)
    for node, name, value, span in said:
        quote = Quote(record, *span, row.text[slice(*span)])
        unit = node["props"].get("currency") if name == "price" else None
        time = _employment(node) if name == "role" else {}
        what = (source, node["id"], STATES[name])
        yield _statement(run, what, quote, place, value=value, unit=unit, time=time)
    for node, link, span in linked:
        quote = Quote(record, *span, row.text[slice(*span)])
        what = (source, node["id"], LINKS[link["rel"]])
        yield _statement(run, what, quote, place, object=link["target"], time=link)


def _values(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in node.get("props", {}).items():
        known = PREDICATES[STATES[name]].domain if name in STATES else ()
        if label_of(node["id"]) in known and value not in (None, ""):
            yield name, value


def _employment(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The link that says when the contact has the role of this row; {} where there is none."""
    return next((link for link in node.get("links", ()) if link["rel"] == "CONTACT_OF"), {})


def _customers(node: Mapping[str, Any]) -> Iterator[str]:
    if label_of(node["id"]) == "Customer":
        yield node["id"]
    for link in node.get("links", ()):
        if link["rel"] == "CONTACT_OF":
            yield link["target"]


def _interaction(run: Run, record: str, text: str, place: int) -> Draft:
    payload: dict[str, Json] = {
        "id": record,
        "channel": "record",
        "direction": "internal",
        "at": run.recorded_at,
        "at_source": "file",
        "title": run.title,
        "text": text,
        "language": "und",
    }
    return Draft(
        kind=RecordKind.INTERACTION,
        key=record,
        unit=record,
        payload=payload,
        content=text,
        place=place,
        derived=True,
    )


def _link(record: str, customer: str, place: int) -> Draft:
    return Draft(
        kind=RecordKind.LINK,
        key=f"link/{record}/{customer}",
        unit=record,
        payload={"interaction": record, "target": customer, "role": "about", "by": "row"},
        refs=(customer,),
        place=place,
        derived=True,
    )


def _statement(
    run: Run,
    stated: tuple[str, str, str],
    quote: Quote,
    place: int,
    *,
    value: Any = None,
    object: str | None = None,
    unit: str | None = None,
    time: Mapping[str, Any],
) -> Draft:
    source, subject, predicate = stated
    value, object = checked(predicate_of(predicate, subject), value, object)
    since, until = _days(time)
    what = f"{source}/{subject}/{predicate}/{value}/{object}/{unit}"
    claim = Claim(
        subject=subject,
        predicate=predicate,
        kind=Kind.OBSERVATIONAL,
        confidence=CONFIDENCE,
        evidence=(quote,),
        value=value,
        object=object,
        unit=unit,
    )
    statement = f"row:{blake2b(what.encode(), digest_size=10).hexdigest()}"
    act = State(statement=statement, claim=claim, interval=_interval(run, since, until))
    payload = payload_of(act, subject, predicate)
    return Draft(
        kind=RecordKind.FACT,
        key=f"{source}/fact/{what}",
        unit=subject,
        payload=payload,
        refs=refs_of(payload),
        content=f"{since}/{until}",  # stated once; a later import of the same row states nothing new
        place=place,
        derived=True,
    )


def _days(time: Mapping[str, Any]) -> tuple[int | None, int | None]:
    return _midnight(time.get("since")), _midnight(time.get("until"))


def _midnight(day: str | None) -> int | None:
    """The first moment of an ISO date in UTC; None for no date."""
    return to_millis(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)) if day else None


def _interval(run: Run, since: int | None, until: int | None) -> Interval:
    """From the stated day; without one from when we learnt it, or, where it has ended, from ever."""
    end = FOREVER if until is None else until
    start = since
    if start is None:
        start = run.recorded_at if run.recorded_at < end else BEGINNING
    return Interval(start, end) if start < end else Interval(start, FOREVER)
