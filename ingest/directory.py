"""Who and what is known by name when a run begins: contacts, customers and products, and what they go by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.names import email, phone
from kb.model.identity import label_of
from kb.model.ledger import LiveRecord
from kb.model.spelling import normalised

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Employment:
    """A contact's time at a customer, ISO dates; None where the source gave none."""

    customer: str
    since: str | None
    until: str | None

    def holds(self, day: str) -> bool:
        """Whether it held on the day (ISO date)."""
        return (not self.since or self.since <= day) and (not self.until or day < self.until)


@dataclass(slots=True)
class Directory:
    """Exact names, addresses and aliases. A name that several bear names none of them."""

    nodes: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)  # normalised name -> ids
    addresses: dict[str, set[str]] = field(default_factory=dict)  # "mailto:…", "tel:…" -> contacts
    employments: dict[str, dict[str, Employment]] = field(default_factory=dict)  # contact -> customer -> time
    categories: dict[str, str] = field(default_factory=dict)  # product -> category
    written: dict[str, str] = field(default_factory=dict)  # normalised name -> as written

    def add(self, node: Mapping[str, Any]) -> None:
        """Take in a node as its record says; later records add to earlier ones."""
        id, props = node["id"], node.get("props", {})
        self.nodes.add(id)
        for name in filter(None, (*node.get("names", ()), props.get("name"), props.get("name_zh"))):
            key = normalised(name)
            self.names.setdefault(key, set()).add(id)
            self.written.setdefault(key, name)
        if label_of(id) == "Contact":
            self._add_contact(id, props, node.get("links", ()))
        if label_of(id) == "Product" and props.get("category"):
            self.categories[id] = props["category"]

    def _add_contact(self, id: str, props: Mapping[str, Any], links: Iterable[Mapping[str, Any]]) -> None:
        emails = (props.get("email"), *str(props.get("other_emails") or "").split())
        phones = (props.get("phone"), *str(props.get("other_phones") or "").split())
        for scheme, read, written in (("mailto", email, emails), ("tel", phone, phones)):
            for address in filter(None, (read(str(one)) for one in written if one)):
                self.addresses.setdefault(f"{scheme}:{address}", set()).add(id)
        for link in links:
            if link["rel"] == "CONTACT_OF":
                time = Employment(link["target"], link.get("since"), link.get("until"))
                self.employments.setdefault(id, {})[link["target"]] = time

    def one(self, name: str | None, label: str) -> str | None:
        """The only node of the label that bears the name exactly; None for no one or several."""
        if not name:
            return None
        found = {id for id in self.names.get(normalised(name), ()) if label_of(id) == label}
        return found.pop() if len(found) == 1 else None

    def at(self, address: str | None) -> str | None:
        """The only contact reached at the address; None for no one or several."""
        found = self.addresses.get(address or "", set())
        return next(iter(found)) if len(found) == 1 else None

    def customers_of(self, contact: str, day: str) -> list[str]:
        """The customers where the contact was on the day; where none fits, the only one there is."""
        times = self.employments.get(contact, {})
        there = sorted(customer for customer, time in times.items() if time.holds(day))
        return there or (sorted(times) if len(times) == 1 else [])


def directory_of(records: Iterable[LiveRecord]) -> Directory:
    """The directory that live node records make, in their order."""
    directory = Directory()
    for record in records:
        directory.add(record.payload)
    return directory
