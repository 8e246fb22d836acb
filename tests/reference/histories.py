"""Random histories of acts: few statements, few values and few instants, so that everything meets everything.

Runs bring interactions and acts; all acts of a run share its recorded_at, while their places in the ledger
interleave. Reverting a run drops its acts and the interactions that only it brought; some interactions,
products and versions of facts are missing for other reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations
from typing import TypeAlias

from hypothesis import strategies as st

from kb.model.acts import Act, Correct, Dispute, End, Recorded, Retract, Series, State
from kb.model.fact import Claim, Evidence, Kind, Premise, Quote, Value
from kb.model.moment import FOREVER, Interval

Entry: TypeAlias = tuple[int, bool, Act]
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


SUBJECTS = ("c1", "c2")
NOTES = tuple(f"note{number}" for number in range(6))
VERSIONS = ("version1", "version2")
confidences = st.sampled_from((0.5, 0.7, 0.9))
rules = st.sampled_from((None, None, "loyal@2"))
SOURCES: tuple[Evidence, ...] = (
    *(Quote(note) for note in NOTES),
    *(Quote("note0", 3, 7, text) for text in ("said", "sold")),
    *(Premise(version) for version in VERSIONS),
)
evidence: st.SearchStrategy[tuple[Evidence, ...]] = st.sampled_from(
    [(source,) for source in SOURCES] * 5 + [*permutations(SOURCES, 2), *combinations(SOURCES, 3)]
)
intervals = st.sampled_from(
    [Interval(start, end) for start, end in combinations(GRID, 2)] + [Interval(start) for start in GRID] * 3
)


@st.composite
def claims(draw: st.DrawFn, subject: str, predicate: Predicate, kind: Kind, rule: str | None) -> Claim:
    value, object = draw(sayings(predicate))
    return Claim(
        subject=subject,
        predicate=predicate.name,
        kind=kind,
        confidence=draw(confidences),
        evidence=draw(evidence),
        value=value,
        object=object,
        unit=draw(st.sampled_from(predicate.units)),
        rule=rule,
    )


def sayings(predicate: Predicate) -> st.SearchStrategy[tuple[Value | None, str | None]]:
    values: list[tuple[Value | None, str | None]] = [(value, None) for value in predicate.values]
    objects: list[tuple[Value | None, str | None]] = [(None, object) for object in predicate.objects]
    return st.sampled_from(values + objects)


@st.composite
def series(draw: st.DrawFn, statement: str, predicate: Predicate) -> Series:
    """Up to four pieces, some of them adjacent, some with a gap, the last one open or closed."""
    kind, rule = draw(st.sampled_from((Kind.OBSERVATIONAL, Kind.PREDICTIVE))), "count@1"
    points = sorted(draw(st.sets(st.sampled_from((*GRID, FOREVER)), min_size=2, max_size=5)))
    pieces: list[tuple[Interval, Claim]] = []
    for start, end in pairwise(points):
        gap, again = draw(st.integers(0, 3)) == 3, draw(st.integers(0, 2)) == 2
        if not gap:
            claim = pieces[-1][1] if pieces and again else draw(claims(statement[:2], predicate, kind, rule))
            pieces.append((Interval(start, end), claim))
    return Series(statement=statement, pieces=tuple(pieces))


@st.composite
def corrections(draw: st.DrawFn, statement: str, predicate: Predicate) -> Correct:
    value, object = draw(st.one_of(st.just((None, None)), sayings(predicate)))
    return Correct(
        statement=statement,
        evidence=draw(evidence),
        value=value,
        object=object,
        unit=draw(st.sampled_from((None, *predicate.units))),
        confidence=draw(st.none() | confidences),
        interval=draw(st.none() | intervals),
    )


@st.composite
def acts(draw: st.DrawFn, statement: str, predicate: Predicate, serial: bool) -> Act:
    """Two thirds of all acts state something; a `serial` statement is mostly computed and restated whole."""
    what = draw(st.sampled_from(("state",) * 9 + ("correct", "correct", "end", "dispute", "retract")))
    if what == "correct":
        return draw(corrections(statement, predicate))
    if what == "end":
        return End(statement=statement, at=draw(st.sampled_from((*GRID, FOREVER))))
    if what == "dispute":
        return Dispute(statement=statement, evidence=draw(evidence))
    if what == "retract":
        return Retract(statement=statement)
    if serial and draw(st.integers(0, 7)):
        return draw(series(statement, predicate))
    claim = draw(claims(statement[:2], predicate, draw(st.sampled_from(Kind)), draw(rules)))
    return State(statement=statement, claim=claim, interval=draw(intervals))


@st.composite
def entries(draw: st.DrawFn, predicate: Predicate, names: list[str], serial: set[str]) -> Entry:
    """The number of the run, whether to repeat an earlier act of the statement instead, and the act."""
    name = draw(st.sampled_from(names))
    return draw(st.integers(0, 5)), draw(st.integers(0, 9)) == 9, draw(acts(name, predicate, name in serial))


@st.composite
def histories(draw: st.DrawFn) -> History:
    predicate = draw(st.sampled_from(PREDICATES))
    names = [f"c1-{number}" for number in range(draw(st.integers(1, 5)))] + ["c2-0"]
    serial = draw(st.sets(st.sampled_from(names), min_size=1, max_size=2) | st.just(set()))
    entry = entries(predicate, names, serial)
    drawn = draw(st.lists(entry, min_size=1, max_size=18) | st.lists(entry, min_size=9, max_size=18))
    if draw(st.booleans()):
        drawn.sort(key=lambda entry: entry[0])
    ledger: list[Recorded] = []
    for place, (run, repeated, act) in enumerate(drawn):
        same = [one.act for one in ledger if one.act.statement == act.statement]
        ledger.append(Recorded(100 + run, place, same[0] if same and repeated else act))
    brought = {note: draw(st.sets(st.integers(-1, 5), min_size=1, max_size=2)) for note in NOTES}
    reverted = draw(st.sets(st.integers(0, 5), max_size=2)) if draw(st.booleans()) else set()
    missing = {note for note, by in brought.items() if by <= reverted}
    missing |= draw(st.sets(st.sampled_from((*NOTES, *VERSIONS, *predicate.objects)), max_size=3))
    live = tuple(one for one in ledger if one.recorded_at - 100 not in reverted)
    standing = draw(st.sampled_from((STANDING, STANDING, EQUAL, MACHINES_FIRST)))
    return History(predicate, standing, live, frozenset(missing))
