"""Address books (vCard 2.1, 3.0, 4.0): one record a card, a contact.

The organisation is a plain value: which customer it is, is resolved later.
Cards of groups, organisations and things are rejected as unsupported; a line
that cannot be read is rejected beside its card.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.contentlines import Component, Components, Property, unescaped
from ingest.interactions import TEXT_LIMIT, Refused, clean
from ingest.lines import open_text
from ingest.names import contact_id, customer_id, email, phone
from ingest.occurrences import Occurrences
from ingest.records import RAW_LIMIT, Entry, Parsed, Reading, Rejected
from ingest.text import decode, one_line
from kb.errors import InvalidFile
from kb.model.ledger import Json, Payload, Reason, RecordKind

_WANTED = frozenset(
    {"FN", "N", "NICKNAME", "ORG", "TITLE", "ROLE", "TEL", "EMAIL", "NOTE", "UID", "AGENT"}
    | {"KIND", "X-ADDRESSBOOKSERVER-KIND"}
)
_NOT_FOR_TALKING = frozenset({"FAX", "PAGER", "MODEM", "BBS", "TELEX"})
_RANK = ("PREF", "CELL", "WORK")  # of numbers and addresses, the best first
_SEMICOLON, _COMMA = re.compile(r"(?<!\\);"), re.compile(r"(?<!\\),")
_HAN = re.compile(r"[\u3400-\u9fff]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=]+")  # a line of a photo: vCard 2.1 does not fold it
_NAMES_LIMIT = 20


def read(path: Path, reading: Reading) -> Iterator[Entry]:  # noqa: ARG001 - all sources are called alike
    """The cards of an address book, in its order; `place` is the line of BEGIN.

    Raises InvalidFile for a file without a card in it.
    """
    keys, cards = Occurrences(), 0
    for card in Components(open_text(path), _WANTED):
        if card.name == "VCARD":
            cards += 1
            yield _entry(card, keys)
            yield from _broken_lines(card)
    if not cards:
        raise InvalidFile("file", "This is not an address book: it has no line BEGIN:VCARD.")


def _entry(card: Component, keys: Occurrences) -> Entry:
    raw = bytes(card.raw)
    try:
        key, payload = _contact(card)
    except Refused as refused:
        return refused.at(card.place, raw)
    return Parsed(
        kind=RecordKind.NODE, key=keys.key(key), payload=payload, raw=raw[:RAW_LIMIT], place=card.place
    )


def _broken_lines(card: Component) -> Iterator[Rejected]:
    for place, line in card.broken:
        if not _BASE64.fullmatch(line):
            yield Refused(Reason.BAD_SYNTAX, "line", decode(line)).at(place, line)


def _contact(card: Component) -> tuple[str, Payload]:
    """A contact and its key. Raises Refused."""
    if not card.closed:
        raise Refused(Reason.BAD_SYNTAX, "end", card.text("FN"))
    if card.too_big:
        raise Refused(Reason.TOO_BIG, "card", card.text("FN"))
    kind = (card.text("KIND") or card.text("X-ADDRESSBOOKSERVER-KIND")).lower()
    if kind not in ("", "individual"):
        raise Refused(Reason.UNSUPPORTED, "kind", kind)
    addresses, numbers = _addresses(card), _numbers(card)
    organisation, department = _organisation(card)
    names = _names(card)
    name = next(iter([*names, organisation, *addresses, *numbers]), "")
    if not (names or addresses or numbers):
        raise Refused(Reason.MISSING_FIELD, "name", organisation)
    identity = contact_id(
        address=addresses[0] if addresses else None,
        number=numbers[0] if numbers else None,
        customer=customer_id(None, organisation) if organisation else "",
        name=name,
    )
    props = {
        "name": name or (addresses or numbers)[0],
        "name_zh": next((one for one in names if _HAN.search(one)), ""),
        "email": addresses[0] if addresses else "",
        "other_emails": " ".join(addresses[1:]),
        "phone": numbers[0] if numbers else "",
        "other_phones": " ".join(numbers[1:]),
        "role": one_line(card.text("TITLE") or card.text("ROLE")),
        "organisation": organisation,
        "department": department,
        "note": _note(card),
    }
    given: dict[str, Json] = {name: value for name, value in props.items() if value}
    payload: Payload = {"id": identity, "type": "Contact", "names": names, "props": given, "links": []}
    return f"contacts/{card.text('UID') or identity.removeprefix('contact:')}", payload


def _names(card: Component) -> list[str]:
    """The name as it is shown, as it is made of its parts, and nicknames."""
    full = [one_line(found.text()) for found in card.all("FN")]
    made = [_made(found) for found in card.all("N")]
    nicknames = [
        one_line(unescaped(one)) for found in card.all("NICKNAME") for one in _COMMA.split(found.value())
    ]
    return _distinct([*full, *made, *nicknames])[:_NAMES_LIMIT]


def _made(found: Property) -> str:
    """Given and family name as their language puts them."""
    family, given = ([one_line(unescaped(part)) for part in _SEMICOLON.split(found.value())] + ["", ""])[:2]
    return f"{family}{given}" if _HAN.search(family + given) else f"{given} {family}".strip()


def _organisation(card: Component) -> tuple[str, str]:
    found = next((one for one in card.all("ORG") if one.value().strip(" ;")), None)
    parts = _SEMICOLON.split(found.value()) if found else []
    first, second = ([one_line(unescaped(part)) for part in parts] + ["", ""])[:2]
    return first, second


def _addresses(card: Component) -> list[str]:
    return _distinct(address for found in _ranked(card.all("EMAIL")) if (address := email(found.text())))


def _numbers(card: Component) -> list[str]:
    spoken = [found for found in _ranked(card.all("TEL")) if not _kinds(found) & _NOT_FOR_TALKING]
    return _distinct(number for found in spoken if (number := phone(found.text())))


def _ranked(found: list[Property]) -> list[Property]:
    """The preferred one first, then mobile and work ones; else in the card's order."""
    return sorted(found, key=lambda one: tuple(kind not in _kinds(one) for kind in _RANK))


def _kinds(found: Property) -> frozenset[str]:
    """What the TYPE parameter says, in capitals; a PREF parameter (vCard 4.0) is among it."""
    kinds = {kind.strip().upper() for value in found.parameters.get("TYPE", ()) for kind in value.split(",")}
    return frozenset(kinds | {"PREF"} if "PREF" in found.parameters else kinds)


def _note(card: Component) -> str:
    note = clean("\n".join(found.text() for found in card.all("NOTE")))
    if len(note) > TEXT_LIMIT:
        raise Refused(Reason.TOO_BIG, "note")
    return note


def _distinct(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]
