"""A small world to speak in: two customers with like names, their people, two products with near names."""

from datetime import date, datetime
from typing import Any

from ingest.directory import Directory
from ingest.extract import commitments, people, preferences
from ingest.extract.candidates import Candidate, FactKind, Side
from ingest.extract.pipeline import Message
from ingest.extract.when import due
from ingest.interactions import Participant
from ingest.names import mailto
from ingest.resolve.changes import Change, apply
from ingest.resolve.resolver import Resolver
from ingest.resolve.spoken import Spoken
from ingest.resolve.standing import Standing

NODES: tuple[dict[str, Any], ...] = (
    {"id": "customer:north", "names": ["Northgate Bakery Ltd", "Northgate"]},
    {"id": "customer:south", "names": ["Northgold Bakeries", "Northgold"]},
    {"id": "customer:yun", "names": ["云栖度假酒店有限公司", "云栖"]},
    {"id": "customer:xi", "names": ["云溪度假酒店有限公司", "云溪"]},
    *(
        {
            "id": f"contact:{id}",
            "names": [name],
            "props": {"email": f"{id}@mail.example"},
            "links": [{"rel": "CONTACT_OF", "target": f"customer:{customer}"}],
        }
        for id, name, customer in (
            ("jill", "Jill Marsh", "north"),
            ("owen", "Owen Marsh", "north"),
            ("rosa", "Rosa Keller", "south"),
            ("meng", "孟洁", "yun"),
            ("xiao", "孟晓东", "xi"),
        )
    ),
    {"id": "product:s20", "names": ["Ovenstar 20", "OS-20"]},
    {"id": "product:s200", "names": ["Ovenstar 200", "OS-200"]},
    {"id": "product:proof", "names": ["DoughMaster prover"]},
    {"id": "product:bei", "names": ["雅绒浴巾七零", "大巾"]},
    {"id": "product:mian", "names": ["雅绒面巾三五", "小巾"]},
    {"id": "feature:timer", "names": ["steam timer"]},
)
FEATURES = {"product:s20": ("feature:timer",)}
JILL, OWEN, ROSA, MENG, XIAO = (f"{one}@mail.example" for one in ("jill", "owen", "rosa", "meng", "xiao"))


def directory() -> Directory:
    """What is known before anybody speaks."""
    known = Directory()
    for node in NODES:
        known.add(node)
    return known


class Talk:
    """A thread in this world: each message is resolved on what stands after those before."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.standing: list[Standing] = []
        self.changes: list[Change] = []
        self._before: list[str] = []
        self._count = 0

    def say(
        self,
        text: str,
        *quotes: tuple[FactKind, str],
        on: str = "2026-03-02",
        by: str | None = None,
        to: str | None = None,
        thread: str | None = "one",
    ) -> list[Change]:
        """A message by a customer's address, or by us to one; `quotes` are what was extracted from it."""
        side = Side.US if by is None and to else Side.CUSTOMER
        at = datetime.fromisoformat(f"{on}T09:00+00:00")
        message = Message(text=text, at=at, side=side, channel="email")
        people = [
            Participant(role=role, address=mailto(one)) for role, one in (("from", by), ("to", to)) if one
        ]
        self._count += 1
        spoken = Spoken(
            interaction=f"mail:{self._count}",
            message=message,
            thread=thread,
            participants=tuple(people),
            before=tuple(self._before),
        )
        candidates = [candidate(message, kind, quote) for kind, quote in quotes]
        made = self.resolver.resolve(spoken, candidates, self.standing)
        self.standing = apply(self.standing, made)
        self.changes += made
        self._before += self.resolver.involved(spoken)
        return made

    def one(self, kind: FactKind) -> Standing:
        """The only fact of a kind that has not ended."""
        (found,) = self.of(kind)
        return found

    def of(self, kind: FactKind) -> list[Standing]:
        """The facts of a kind that have not ended."""
        return [one for one in self.standing if one.kind is kind and one.ended_at is None]


def candidate(message: Message, kind: FactKind, quote: str) -> Candidate:
    """What an extractor finds in the quote."""
    start = message.text.index(quote)
    owed = kind is FactKind.COMMITMENT
    changed = people.role_change(quote) if kind is FactKind.ROLE_CHANGE else None
    return Candidate(
        kind=kind,
        start=start,
        end=start + len(quote),
        text=quote,
        confidence=0.9,
        side=message.side,
        holder=commitments.holder(quote, None, message.side) if owed else None,
        due=due(quote, message.at.date()) if owed else None,
        aspect=preferences.aspect(quote) if kind is FactKind.PREFERENCE else None,
        person=changed.person if changed else None,
        role=changed.role if changed else None,
    )


def day(written: str) -> date:
    """A date in ISO form."""
    return date.fromisoformat(written)
