"""Random stories of a knowledge base: files, acts by hand, overlapping runs, reverts, in any order.

Few customers, orders, mails and statements, so that everything meets everything. A story is drawn as plain
values first and lived by a World afterwards, so that a failing one can be read and lived again.
"""

from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import strategies as st

from kb.model.fact import Kind, Qualifiers

CUSTOMERS = ("C-1", "C-2", None)
SLOTS = {
    "s1": ("customer:C-1", "prefersChannel"),
    "s2": ("customer:C-1", "prefersChannel"),
    "s3": ("customer:C-1", "need"),
    "s4": ("customer:C-2", "annualPumpBudget"),
    "s5": ("customer:C-1", "totalSpend"),
    "s6": ("customer:C-1", "orderCount"),
    "s7": ("contact:a@x", "worksFor"),
    "s8": ("product:P-1", "listPrice"),
}
MAILS = ("mail:1", "mail:2", "mail:3", "order:O-1")


@dataclass(frozen=True)
class Line:
    order: str
    customer: str | None
    product: str
    quantity: str
    price: str | None
    currency: str | None
    day: int
    category: str | None


@dataclass(frozen=True)
class Node:
    id: str
    name: str
    source: str
    rank: int
    employer: str | None


@dataclass(frozen=True)
class Mail:
    id: str
    text: str
    about: tuple[str, ...]


@dataclass(frozen=True)
class Say:
    """An act on a statement: state, correct, end, dispute or retract. Premises are numbers of facts."""

    what: str
    statement: str
    choice: int
    evidence: tuple[str | int, ...]
    since: int
    until: int | None
    kind: Kind
    rule: str | None
    qualifiers: Qualifiers


Piece: TypeAlias = Line | Node | Mail | Say


@dataclass(frozen=True)
class File:
    pieces: tuple[Piece, ...]
    batch: int
    unfinished: bool


@dataclass(frozen=True)
class Overlap:
    """The first run opens and lands a part, the second lands whole, then the first goes on."""

    first: tuple[Piece, ...]
    second: tuple[Piece, ...]


@dataclass(frozen=True)
class Hand:
    say: Say
    number: int  # which of the believed facts it concerns


@dataclass(frozen=True)
class Revert:
    number: int  # which of the runs that can be reverted


Step: TypeAlias = File | Overlap | Hand | Revert


@dataclass(frozen=True)
class Story:
    steps: tuple[Step, ...]
    batch: int  # records of one transaction
    part: int  # customers and units of one transaction

    def __repr__(self) -> str:
        return "\n".join(
            [f"Story(batch={self.batch}, part={self.part})", *(f"  {one!r}" for one in self.steps)]
        )


lines = st.builds(
    Line,
    order=st.sampled_from(("O-1", "O-2", "O-3")),
    customer=st.sampled_from(CUSTOMERS),
    product=st.sampled_from(("P-1", "P-2")),
    quantity=st.sampled_from(("1", "3", "-1")),
    price=st.sampled_from(("10", "2.5", None)),
    currency=st.sampled_from(("EUR", "EUR", "CNY", None)),
    day=st.integers(0, 5),
    category=st.sampled_from((None, "pumps", "seals")),
)
nodes = st.builds(
    Node,
    id=st.sampled_from(("customer:C-1", "customer:C-2", "contact:a@x", "product:P-1")),
    name=st.sampled_from(("Acme", "Acme Pumps", "Ann")),
    source=st.sampled_from(("contacts", "vcard")),
    rank=st.integers(0, 1),
    employer=st.sampled_from((None, "customer:C-1", "customer:C-2")),
)
mails = st.builds(
    Mail,
    id=st.sampled_from(MAILS[:3]),
    text=st.sampled_from(("Hello.", "Please call us.")),
    about=st.lists(
        st.sampled_from(("customer:C-1", "customer:C-2", "contact:a@x", "product:P-1")),
        max_size=2,
        unique=True,
    ).map(tuple),
)
sayings = st.builds(
    Say,
    what=st.sampled_from(("state",) * 6 + ("correct", "end", "dispute", "retract")),
    statement=st.sampled_from(tuple(SLOTS)),
    choice=st.integers(0, 2),
    evidence=st.lists(st.sampled_from(MAILS) | st.integers(0, 9), min_size=1, max_size=2).map(tuple),
    since=st.integers(0, 5),
    until=st.none() | st.integers(6, 9),
    kind=st.sampled_from(Kind),
    rule=st.sampled_from((None, "loyal@2")),
    qualifiers=st.sampled_from(
        ((), (), (("about", "product:P-1"),), (("due", "2026-01-02"), ("holder", "us")))
    ),
)
pieces = st.lists(st.one_of(lines, lines, nodes, mails, sayings, sayings), min_size=1, max_size=6).map(tuple)
steps = st.one_of(
    st.builds(File, pieces, st.integers(0, 3), st.integers(0, 9).map(lambda n: n == 9)),
    st.builds(File, pieces, st.just(0), st.just(value=False)),
    st.builds(Hand, sayings, st.integers(0, 9)),
    st.builds(Revert, st.integers(0, 9)),
    st.builds(Overlap, pieces, pieces),
)
stories = st.builds(
    Story,
    steps=st.lists(steps, min_size=3, max_size=9).map(tuple),
    batch=st.sampled_from((1, 2, 5, 5000)),
    part=st.sampled_from((1, 2, 500)),
)
