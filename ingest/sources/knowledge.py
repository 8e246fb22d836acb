"""Statements that people wrote down (columns as in headers.toml), one record a row.

Each says what holds of whom, how surely and since when, and in which words
its author said so. `valid_to` is the first day on which it no longer holds.
"""

from collections.abc import Iterator
from pathlib import Path

from ingest.names import digest
from ingest.profile import Profile, prepared
from ingest.records import Entry, Reading
from ingest.rows import CODE_LIMIT, Cells, Flaw, entries
from kb.errors import Invalid
from kb.model.fact import Kind
from kb.model.identity import label_of
from kb.model.ledger import Json, Payload, Reason, RecordKind
from kb.vocabulary import checked, predicate_of

_WHOLE = 2**63  # whole numbers from here on fit no store


def read(path: Path, reading: Reading, profile: Profile | None = None) -> Iterator[Entry]:
    """Records of kind FACT with the note that is their evidence, key and statement "knowledge/<id>".

    A row is rejected by its first field that cannot be used: the ontology
    says which predicates there are, of what, and with which values.
    Raises InvalidFile before the first entry (ingest.profile.guess_profile).
    """
    table = prepared(path, reading, "knowledge", profile)
    return entries(table, RecordKind.FACT, _statement, table.needed(*table.places))


def _statement(row: Cells) -> tuple[str, Payload]:
    key = f"knowledge/{row.text('id', essential=True, limit=CODE_LIMIT)}"
    known: dict[str, Json] = {"op": "state", "statement": key, "subject": _subject(row)}
    known |= _claim(row, str(known["subject"]))
    known |= {"unit": row.text("unit", limit=CODE_LIMIT) or None, "kind": _kind(row)}
    known |= {"confidence": _confidence(row)} | _interval(row)
    known |= {"author": row.text("author", essential=True, limit=CODE_LIMIT)}
    return key, known | {"note": _note(row, key, str(known["subject"]))}


def _subject(row: Cells) -> str:
    subject = row.text("about", essential=True, limit=CODE_LIMIT)
    if not _is_id(subject):
        raise Flaw(Reason.BAD_VALUE, "about", subject)
    return subject


def _is_id(text: str) -> bool:
    try:
        return bool(label_of(text)) and not text.endswith(":")
    except Invalid:
        return False


def _claim(row: Cells, subject: str) -> dict[str, Json]:
    """The predicate with its value or its object, in the type that the ontology gives it."""
    name = row.text("predicate", essential=True, limit=CODE_LIMIT)
    value, object = row.text("value"), row.text("object", limit=CODE_LIMIT)
    if not value and not object:
        raise Flaw(Reason.MISSING_FIELD, "value")
    if object and (value or not _is_id(object)):
        raise Flaw(Reason.BAD_VALUE, "object", object)
    try:
        typed, node = checked(predicate_of(name, subject), value or None, object or None)
    except Invalid as error:
        field = str(error.data["field"])
        raise Flaw(
            Reason.BAD_VALUE if row.raw(field) else Reason.MISSING_FIELD, field, row.raw(field)
        ) from error
    if isinstance(typed, int) and not -_WHOLE <= typed < _WHOLE:
        raise Flaw(Reason.BAD_VALUE, "value", value)
    return {"predicate": name} | ({"object": node} if typed is None else {"value": typed})


def _kind(row: Cells) -> str:
    kind = row.text("kind", essential=True).casefold()
    if kind not in set(Kind):
        raise Flaw(Reason.BAD_VALUE, "kind", kind)
    return kind


def _confidence(row: Cells) -> float:
    row.text("confidence", essential=True)
    confidence = float(row.number("confidence"))
    if not 0 <= confidence <= 1:
        raise Flaw(Reason.BAD_VALUE, "confidence", row.raw("confidence"))
    return confidence


def _interval(row: Cells) -> dict[str, Json]:
    begins, ends = row.millis("valid_from"), row.millis("valid_to")
    if begins is None:
        raise Flaw(Reason.MISSING_FIELD, "valid_from")
    if ends is not None and ends <= begins:
        raise Flaw(Reason.BAD_VALUE, "valid_to", row.raw("valid_to"))
    return {"valid_from": begins, "valid_to": ends}


def _note(row: Cells, key: str, about: str) -> dict[str, Json]:
    """The interaction that holds the author's words: another one once it is about somebody else."""
    said = row.millis("said_on")
    if said is None:
        raise Flaw(Reason.MISSING_FIELD, "said_on")
    words = row.words("words")
    author = row.text("author", essential=True, limit=CODE_LIMIT)
    return {"id": f"note:{digest(key, about, words)}", "at": said, "text": words, "author": author}
