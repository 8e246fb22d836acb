"""Random histories of acts: few statements, few values and few instants, so that everything meets everything.

Runs bring interactions and acts; all acts of a run share its recorded_at, while their places in the ledger
interleave. Reverting a run drops its acts and the interactions that only it brought; some interactions,
products and versions of facts are missing for other reasons.

hypothesis draws one generator for each history, ten times as fast as if it drew every choice; in return a
failing history is made small here, by `shortest`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from random import Random

from hypothesis import strategies as st

from kb.model.acts import Act, Correct, Dispute, End, Recorded, Retract, Series, State
from kb.model.fact import Claim, Evidence, Kind, Premise, Qualifiers, Quote, Value
from kb.model.moment import FOREVER, Interval

GRID = tuple(range(10, 90, 10))
STANDING = {Kind.PREDICTIVE: 0, Kind.CONVERSATIONAL: 1, Kind.OBSERVATIONAL: 2, Kind.EXPERT: 3}
EQUAL = dict.fromkeys(Kind, 0)
MACHINES_FIRST = STANDING | {Kind.OBSERVATIONAL: 4, Kind.PREDICTIVE: 3}


@dataclass(frozen=True, slots=True)
class Predicate:
    """What a predicate may say, and how the ontology declares it."""

    name: str
    functional: bool
    per_unit: bool = False
    values: tuple[Value, ...] = ()
    objects: tuple[str, ...] = ()
    units: tuple[str | None, ...] = (None,)


CHANNEL = Predicate("prefersChannel", True, values=("mail", "call", "chat"))
SUPPLIER = Predicate("suppliedBy", True, objects=("firm1", "firm2"))
BUDGET = Predicate("hasBudget", True, per_unit=True, values=(1, 2, 1.0, True), units=("EUR", "CNY", None))
INTEREST = Predicate("interestedIn", False, values=("green",), objects=("product1", "product2"))
PREDICATES = (CHANNEL, SUPPLIER, CHANNEL, BUDGET, INTEREST)


TOPIC = "product9"
CLOSED: Qualifiers = (("closing", "kept"),)
QUALIFIERS: tuple[Qualifiers, ...] = ((), (), (), (("about", TOPIC),), (("due", "2026-01-02"),))
CHANGES: tuple[Qualifiers, ...] = (*QUALIFIERS, (("due", ""),))


@dataclass(frozen=True, slots=True)
class Slot:
    subject: str
    predicate: Predicate


@dataclass(frozen=True, slots=True)
class History:
    """The live acts in ledger order, of several slots that have the same rules; and what does not exist."""

    predicate: Predicate
    standing: Mapping[Kind, int]
    acts: tuple[Recorded, ...]
    missing: frozenset[str]

    def exists(self, id: str) -> bool:
        return id not in self.missing

    def of(self, subject: str) -> tuple[Recorded, ...]:
        """The acts of one slot in their order. A statement's id begins with its subject."""
        mine = (one for one in self.acts if one.act.statement.startswith(subject))
        return tuple(sorted(mine, key=lambda one: (one.recorded_at, one.place)))


def shortest(past: History, fails: Callable[[History], bool]) -> History:
    """A failing history without the acts and the gaps in existence that its failure does not need."""
    for number in reversed(range(len(past.acts))):
        less = replace(past, acts=past.acts[:number] + past.acts[number + 1 :])
        past = less if fails(less) else past
    for id in past.missing:
        less = replace(past, missing=past.missing - {id})
        past = less if fails(less) else past
    return past


SUBJECTS = ("c1", "c2")
NOTES = tuple(f"note{number}" for number in range(6))
VERSIONS = ("version1", "version2")
SOURCES: tuple[Evidence, ...] = (
    *(Quote(note) for note in NOTES),
    *(Quote("note0", 3, 7, text) for text in ("said", "sold")),
    *(Premise(version) for version in VERSIONS),
)
# Each history keeps to some kinds and to some sorts of acts, so that these meet the more often.
KINDS = (*combinations(Kind, 1), *combinations(Kind, 2), tuple(Kind))
SORTS = (
    ("state",),
    ("state", "state", "series"),
    ("state", "state", "retract", "end"),
    ("state", "state", "end", "correct"),
    ("state", "state", "dispute", "correct"),
    ("state", "state", "state", "state", "correct", "end", "dispute", "retract", "series"),
)


@dataclass(frozen=True, slots=True)
class Author:
    """Makes up acts about the slots of one predicate."""

    random: Random
    predicate: Predicate
    kinds: Sequence[Kind]
    sorts: Sequence[str]

    def act(self, statement: str) -> Act:
        random = self.random
        match random.choice(self.sorts):
            case "series":
                return self.series(statement)
            case "correct":
                return self.correction(statement)
            case "end":
                proof = random.choice(((), self.evidence()))
                return End(
                    statement=statement,
                    at=random.choice((*GRID, FOREVER)),
                    evidence=proof,
                    qualifiers=random.choice(((), CLOSED)),
                )
            case "dispute":
                return Dispute(statement=statement, evidence=self.evidence())
            case "retract":
                return Retract(statement=statement)
        claim = self.claim(statement, random.choice(self.kinds), random.choice((None, None, "loyal@2")))
        return State(statement=statement, claim=claim, interval=self.interval())

    def claim(self, statement: str, kind: Kind, rule: str | None) -> Claim:
        value, object = self.saying()
        return Claim(
            subject=statement[:2],
            predicate=self.predicate.name,
            kind=kind,
            confidence=self.random.choice((0.5, 0.9)),
            evidence=self.evidence(),
            value=value,
            object=object,
            unit=self.random.choice(self.predicate.units),
            rule=rule,
            qualifiers=self.random.choice(QUALIFIERS),
        )

    def saying(self) -> tuple[Value | None, str | None]:
        said = self.random.choice((*self.predicate.values, *self.predicate.objects))
        return (None, str(said)) if said in self.predicate.objects else (said, None)

    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(self.random.choices(SOURCES, k=self.random.choice((1, 1, 2))))

    def interval(self) -> Interval:
        start, end = sorted(self.random.sample(GRID, 2))
        return Interval(start, self.random.choice((end, FOREVER)))

    def series(self, statement: str) -> Series:
        """Up to four pieces, some of them alike or with a gap between them, the last one open or closed."""
        points = sorted(self.random.sample((*GRID, FOREVER), self.random.randint(2, 5)))
        claim = self.claim(statement, self.kinds[0], "count@1")
        pieces = []
        for start, end in pairwise(points):
            how = self.random.choice(("new", "new", "alike", "gap"))
            claim = self.claim(statement, self.kinds[0], "count@1") if how == "new" else claim
            pieces += [(Interval(start, end), claim)] if how != "gap" else []
        return Series(statement=statement, pieces=tuple(pieces))

    def correction(self, statement: str) -> Correct:
        random = self.random
        value, object = random.choice((self.saying(), (None, None)))
        return Correct(
            statement=statement,
            evidence=self.evidence(),
            value=value,
            object=object,
            unit=random.choice((None, *self.predicate.units)),
            confidence=random.choice((None, 0.7)),
            interval=random.choice((None, self.interval())),
            qualifiers=random.choice(CHANGES),
        )


def history_by(random: Random) -> History:
    predicate = random.choice(PREDICATES)
    author = Author(random, predicate, random.choice(KINDS), random.choice(SORTS))
    names = [f"c1-{number}" for number in range(random.randint(1, 4))] * 2 + ["c2-0"]
    runs = [random.randrange(6) for _ in range(random.randint(2, 20))]
    if random.random() < 0.6:
        runs.sort()
    ledger: list[Recorded] = []
    for place, run in enumerate(runs):
        again = ledger and random.random() < 0.05
        act = random.choice(ledger).act if again else author.act(random.choice(names))
        ledger.append(Recorded(100 + run, place, act))
    reverted = set(random.sample(range(6), random.choice((0, 0, 1, 2))))
    brought = {note: set(random.sample(range(6), random.choice((1, 2)))) for note in NOTES}
    others = random.sample((*NOTES, *VERSIONS, *predicate.objects, TOPIC), random.choice((0, 0, 1, 2)))
    missing = frozenset(others) | {note for note, by in brought.items() if by <= reverted}
    live = tuple(one for one in ledger if one.recorded_at - 100 not in reverted)
    return History(predicate, random.choice((STANDING, STANDING, EQUAL, MACHINES_FIRST)), live, missing)


def histories() -> st.SearchStrategy[History]:
    return st.randoms(use_true_random=True).map(history_by)
