"""What people write down when they state something: ledger records of the words and of the act."""

from collections.abc import Iterable
from hashlib import blake2b

from kb.errors import Invalid
from kb.model.ledger import Draft, Json, RecordKind, Run
from kb.projection.acts_json import refs_of
from kb.vocabulary import is_storable

NOTE_LIMIT = 100_000  # characters of a note


def drafts(run: Run, author: str, note: str, at: int, about: Iterable[str]) -> tuple[Draft, ...]:
    """The note as an interaction, said `at` (epoch ms), linked to the nodes that it is about."""
    id = id_of(run)
    payload: dict[str, Json] = {
        "id": id,
        "channel": "note",
        "direction": "internal",
        "at": at,
        "at_source": "stated",
        "title": "",
        "text": note,
        "language": "und",
        "participants": [{"role": "author", "name": author, "address": None}],
    }
    told = Draft(
        kind=RecordKind.INTERACTION, key=f"hand/{run.id}/note", unit=id, payload=payload, derived=True
    )
    links = tuple(
        Draft(
            kind=RecordKind.LINK,
            key=f"hand/{run.id}/about/{target}",
            unit=id,
            payload={"interaction": id, "target": target, "role": "about", "by": "hand"},
            refs=(target,),
            derived=True,
        )
        for target in about
    )
    return (told, *links)


def act(run: Run, number: int, payload: dict[str, Json]) -> Draft:
    """The record of an act; of several that one person does at once the first is counted."""
    return Draft(
        kind=RecordKind.FACT,
        key=f"hand/{run.id}/act" + (f"/{number}" if number else ""),
        unit=str(payload["subject"]),
        payload=payload,
        refs=refs_of(payload),
        derived=number > 0,
    )


def id_of(run: Run) -> str:
    """The id of the note that a run by hand brings."""
    return f"note:{blake2b(run.id.encode(), digest_size=8).hexdigest()}"


def stored(text: str) -> str:
    """The words as they are stored. Raises Invalid for none, or for a book."""
    note = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not note:
        raise Invalid("note", "Write how you know it: the words become the evidence.")
    if not is_storable(note):
        raise Invalid("note", "The note holds half a character; write it anew.")
    if len(note) > NOTE_LIMIT:
        raise Invalid("note", f"A note has at most {NOTE_LIMIT:,} characters.")
    return note
