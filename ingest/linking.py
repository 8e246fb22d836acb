"""Who and what an interaction is about: by exact addresses, names and aliases only.

People who took part are found by address, then by name; people and products
named in the text by name. A name that several bear links to nobody, unless
only one of them belongs to a customer that took part. A link to a contact
links the customer where the contact was on that day, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ahocorasick

from ingest.directory import Directory
from ingest.names import product_id
from kb.model.identity import label_of
from kb.model.ledger import Draft, Json, RecordKind
from kb.model.moment import to_iso

LINKER = "exact-names/1"
SHORTEST_NAME = 2  # characters of a Chinese name
SHORTEST_LATIN_NAME = 4  # characters; "Ann" and "Rob" stand in too many words


@dataclass(frozen=True, slots=True)
class Link:
    """A node that an interaction involves; with offsets where the text names it."""

    target: str
    role: str
    by: str
    start: int | None = None
    end: int | None = None


class Linker:
    """Links by one directory. Building it costs a moment for each name; linking, for each character."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._automaton = ahocorasick.Automaton()
        for key, ids in directory.names.items():
            wanted = {id for id in ids if label_of(id) in {"Contact", "Product"}}
            shown = _lowered(key)
            if wanted and len(shown) >= (SHORTEST_LATIN_NAME if shown.isascii() else SHORTEST_NAME):
                self._automaton.add_word(shown, (len(shown), tuple(sorted(wanted))))
        if len(self._automaton):
            self._automaton.make_automaton()

    def links(self, payload: Mapping[str, Any]) -> list[Link]:
        """All links of an interaction, each once."""
        day = (to_iso(payload["at"]) or "")[:10]
        people = [*self._people(payload), *self._product(payload)]
        customers = {c for link in people for c in self._customers(link.target, day)}
        named = list(self._named(payload.get("text") or "", customers, day))
        customers |= {link.target for link in people if label_of(link.target) == "Customer"}
        found = [link for link in people if label_of(link.target) != "Customer"]
        found += [Link(customer, "customer", "contact") for customer in sorted(customers)]
        return list(dict.fromkeys((*found, *named)))

    def _people(self, payload: Mapping[str, Any]) -> Iterator[Link]:
        for one in payload.get("participants", ()):
            contact = self._directory.at(one.get("address"))
            if contact:
                yield Link(contact, one["role"], "address")
                continue
            number = f"customer:{one.get('name')}"
            if number in self._directory.nodes:
                yield Link(number, one["role"], "number")
                continue
            for label in ("Contact", "Customer"):
                found = self._directory.one(one.get("name"), label)
                if found:
                    yield Link(found, one["role"], "name")
                    break

    def _product(self, payload: Mapping[str, Any]) -> Iterator[Link]:
        """The product that a record states beside its text, by number or by name."""
        stated = str(payload.get("product") or "")
        number = product_id(stated)
        found = number if number in self._directory.nodes else self._directory.one(stated, "Product")
        if found:
            yield Link(found, "about", "product")

    def _customers(self, target: str, day: str) -> list[str]:
        return self._directory.customers_of(target, day) if label_of(target) == "Contact" else []

    def _named(self, text: str, customers: set[str], day: str) -> Iterator[Link]:
        """Names in the text, the longest from the left; the parts of a longer name do not count."""
        if not len(self._automaton):
            return
        lowered = _lowered(text)
        for last, (length, ids) in self._automaton.iter_long(lowered):
            start, end = last - length + 1, last + 1
            if not _stands_alone(lowered, start, end):
                continue
            target = self._meant(ids, customers, day)
            if target:
                yield Link(target, "mention", "name", start, end)

    def _meant(self, ids: tuple[str, ...], customers: set[str], day: str) -> str | None:
        if len(ids) == 1:
            return ids[0]
        here = [id for id in ids if customers.intersection(self._customers(id, day))]
        return here[0] if len(here) == 1 else None


def drafts(interaction: str, links: list[Link], place: int) -> Iterator[Draft]:
    """The ledger records of the links."""
    for link in links:
        payload: dict[str, Json] = {
            "interaction": interaction,
            "target": link.target,
            "role": link.role,
            "by": f"{LINKER} {link.by}",
        }
        if link.start is not None:
            payload |= {"start": link.start, "end": link.end}
        yield Draft(
            kind=RecordKind.LINK,
            key=f"link/{interaction}/{link.target}/{link.role}/{link.start}",
            unit=interaction,
            payload=payload,
            refs=(link.target,),
            place=place,
            derived=True,
        )


def _lowered(text: str) -> str:
    """Lower case with every code point in its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a Latin name is not the middle of a longer word: "HP-20" is not in "HP-200"."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (_joins(before, text[start]) or _joins(text[end - 1], after))


def _joins(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
