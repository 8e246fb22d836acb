"""What is believed, by brute force: ADR 0001 applied one grid cell at a time, apart from kb.model.belief.

Every instant that occurs in the acts is a grid point; a cell is the time between two neighbouring points, the
last one is open. A statement's territory is a mapping from cells to what it says there. Nothing is calculated
with intervals, nothing is fast, and nothing is imported from the product but its values.

Readings chosen where the ADR leaves a case open:

 1. Existence counts when an act applies. A claim without live evidence, or with a dead object, is not there,
    so that later acts on its statement have no effect until it is stated anew; a correction that rests on
    nothing removes it.
 2. An interval given by a correction replaces the earlier end too, or an end could never be taken back;
    without an interval the end stays. A correction with a value drops the object, and the other way round.
 3. A correction gives evidence when it names some: it replaces the evidence of the claim and of its disputes.
 4. Stating again, as a series too, replaces everything: the claim, the end and the dispute.
 5. A dispute counts while its act is live, though its evidence may not exist. Its evidence is added without
    repeats.
 6. What was ended before it began claims nothing, but still cuts and takes: that goes by asserted intervals.
 7. "The first earlier-placed one" of corroboration is a fact with all that joined it so far, not a single
    statement; two facts that a third one bridges stay two. A statement that claims nothing joins nothing.
 8. A series speaks cell by cell: a piece cuts, takes, is taken and disputes by what it says itself. Its open
    end does not give way. It joins no other fact and is joined by none, as its pieces differ in evidence.
 9. A correction of a series has no effect: what is computed is corrected where it was computed from.
10. 1, 1.0 and True are different contents, as they are different things to say.
11. Whether what a claim is about exists counts when it is said; without it the claim stands all the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from kb.model.acts import Act, Correct, Dispute, End, Recorded, Retract, Series, State
from kb.model.fact import Claim, Evidence, Fact, Kind, Qualifiers, Quote
from kb.model.moment import FOREVER, Interval

Cell: TypeAlias = tuple[int, int]
Exists: TypeAlias = Callable[[str], bool]


class Content(NamedTuple):
    """All that a claim says, comparable without taking 1 for True."""

    subject: str
    predicate: str
    kind: str
    value: str
    object: str | None
    unit: str | None
    confidence: float
    evidence: tuple[Evidence, ...]
    rule: str | None
    qualifiers: Qualifiers


class Belief(NamedTuple):
    """A piece: one content and one status over one interval."""

    statement: str
    content: Content
    status: str
    valid_from: int
    valid_to: int


class Version(NamedTuple):
    """A piece with the time for which it was believed."""

    statement: str
    content: Content
    status: str
    valid_from: int
    valid_to: int
    recorded_at: int
    superseded_at: int


class Rules(NamedTuple):
    """What the ontology says about a predicate."""

    functional: bool
    standing: Mapping[Kind, int]
    per_unit: bool = False

    def against(self, one: Claim, other: Claim) -> bool:
        """Only one of the two can be true at a time."""
        return self.functional and one.says != other.says and (not self.per_unit or one.unit == other.unit)

    def yields(self, one: Claim, to: Claim) -> bool:
        return self.against(one, to) and self.standing[one.kind] <= self.standing[to.kind]


@dataclass
class Statement:
    """A statement as its last act left it; a series has several pieces, any other one."""

    name: str
    pieces: list[tuple[Interval, Claim]]
    series: bool
    disputed: bool = False
    ended: int = FOREVER


@dataclass
class Known:
    """A statement, or several that corroborate each other, with what it claims in each cell."""

    name: str
    series: bool
    disputed: bool
    cells: dict[Cell, Claim]


def content(claim: Claim) -> Content:
    said = f"{type(claim.value).__name__} {claim.value!r}"
    about = (claim.subject, claim.predicate, claim.kind.value, said, claim.object, claim.unit)
    return Content(*about, claim.confidence, claim.evidence, claim.rule, claim.qualifiers)


def version_of(fact: Fact) -> Version:
    """A version of the product in the reference's words."""
    times = (fact.valid_from, fact.valid_to, fact.recorded_at, fact.superseded_at)
    return Version(fact.statement, content(fact.claim), fact.status.value, *times)


def versions(
    recorded: Sequence[Recorded],
    functional: bool,
    standing: Mapping[Kind, int],
    exists: Exists,
    per_unit: bool = False,
) -> set[Version]:
    """All versions that follow from the acts, of any number of slots that have these rules."""
    rules = Rules(functional, standing, per_unit)
    ordered = sorted(recorded, key=lambda one: (one.recorded_at, one.place))
    held: dict[Belief, int] = {}
    closed: set[Version] = set()
    for known in sorted({one.recorded_at for one in ordered}):
        now = beliefs([one.act for one in ordered if one.recorded_at <= known], rules, exists)
        closed |= {Version(*gone, held.pop(gone), known) for gone in set(held) - now}
        held |= dict.fromkeys(now - set(held), known)
    return closed | {Version(*belief, since, FOREVER) for belief, since in held.items()}


def beliefs(acts: Sequence[Act], rules: Rules, exists: Exists) -> set[Belief]:
    """What is believed after these acts, in their order."""
    grid = cells_of(acts)
    slots: dict[tuple[str, str], list[Statement]] = {}
    for statement in replayed(acts, exists):
        claim = statement.pieces[0][1]
        slots.setdefault((claim.subject, claim.predicate), []).append(statement)
    return {belief for statements in slots.values() for belief in slot_beliefs(statements, grid, rules)}


def cells_of(acts: Iterable[Act]) -> list[Cell]:
    points: set[int] = {FOREVER}
    for act in acts:
        match act:
            case State(interval=Interval(start, end)) | Correct(interval=Interval(start, end)):
                points |= {start, end}
            case Series(pieces=pieces):
                points |= {point for interval, _ in pieces for point in (interval.start, interval.end)}
            case End(at=at):
                points.add(at)
    row = sorted(points)
    return list(pairwise(row))


def replayed(acts: Iterable[Act], exists: Exists) -> list[Statement]:
    """The statements that are there, in the order of the act that last stated or corrected them."""
    there: dict[str, Statement] = {}
    for act in acts:
        if isinstance(act, State | Series):
            there.pop(act.statement, None)
            given = act.pieces if isinstance(act, Series) else ((act.interval, act.claim),)
            place(there, Statement(act.statement, list(given), isinstance(act, Series)), exists)
        elif act.statement in there:
            statement = there[act.statement]
            match act:
                case Retract():
                    del there[act.statement]
                case End(at=at, evidence=evidence, qualifiers=qualifiers):
                    statement.ended = at
                    live = [piece for piece in evidence if exists(source(piece))]
                    statement.pieces = [
                        (when, qualified(add(claim, live), qualifiers, exists))
                        for when, claim in statement.pieces
                    ]
                case Dispute(evidence=evidence):
                    statement.disputed = True
                    live = [piece for piece in evidence if exists(source(piece))]
                    statement.pieces = [(when, add(claim, live)) for when, claim in statement.pieces]
                case Correct() if not statement.series:
                    del there[act.statement]
                    place(there, corrected(statement, act), exists)
    return list(there.values())


def place(there: dict[str, Statement], statement: Statement, exists: Exists) -> None:
    """Puts it last in order, with the claims that are there; not at all if none is."""
    held: list[tuple[Interval, Claim]] = []
    for when, claim in statement.pieces:
        live = tuple(piece for piece in claim.evidence if exists(source(piece)))
        if live and (claim.object is None or exists(claim.object)):
            held.append((when, qualified(replace(claim, evidence=live), (), exists)))
    if held:
        statement.pieces = held
        there[statement.name] = statement


def qualified(claim: Claim, more: Qualifiers, exists: Exists) -> Claim:
    """With these qualifiers too; of what does not exist no statement is about."""
    named = {**dict(claim.qualifiers), **dict(more)}
    named = {name: word for name, word in named.items() if word}
    if "about" in named and not exists(named["about"]):
        del named["about"]
    return replace(claim, qualifiers=tuple(sorted(named.items())))


def source(evidence: Evidence) -> str:
    return evidence.interaction if isinstance(evidence, Quote) else evidence.fact


def add(claim: Claim, evidence: Iterable[Evidence]) -> Claim:
    return replace(claim, evidence=tuple(dict.fromkeys((*claim.evidence, *evidence))))


def corrected(statement: Statement, act: Correct) -> Statement:
    ((interval, claim),) = statement.pieces
    if act.value is not None or act.object is not None:
        claim = replace(claim, value=act.value, object=act.object)
    if act.unit is not None:
        claim = replace(claim, unit=act.unit)
    if act.confidence is not None:
        claim = replace(claim, confidence=act.confidence)
    claim = replace(claim, evidence=act.evidence or claim.evidence)
    claim = qualified(claim, act.qualifiers, lambda _: True)
    ended = statement.ended if act.interval is None else FOREVER
    return Statement(statement.name, [(act.interval or interval, claim)], series=False, ended=ended)


def slot_beliefs(statements: Sequence[Statement], grid: Sequence[Cell], rules: Rules) -> set[Belief]:
    territories: list[dict[Cell, Claim]] = []
    for number, statement in enumerate(statements):
        asserted: dict[Cell, Claim] = {}
        for when, claim in statement.pieces:
            cut = when.end
            if cut == FOREVER and not statement.series:
                for their, other in (piece for earlier in statements[:number] for piece in earlier.pieces):
                    if their.start > when.start and rules.yields(claim, other):
                        cut = min(cut, their.start)
            asserted |= {cell: claim for cell in grid if when.start <= cell[0] and cell[1] <= cut}
        for territory in territories:
            for cell in set(territory) & set(asserted):
                if rules.yields(territory[cell], asserted[cell]):
                    del territory[cell]
        territories.append(asserted)
    known: list[Known] = []
    for statement, territory in zip(statements, territories, strict=True):
        left = {cell: claim for cell, claim in territory.items() if cell[0] < statement.ended}
        join(known, Known(statement.name, statement.series, statement.disputed, left))
    return {belief for one in known for belief in pieces_of(one, known, rules)}


def join(known: list[Known], new: Known) -> None:
    """Corroboration: into the first fact that says the same and meets it, or a fact of its own."""
    for fact in known:
        if fact.series or new.series or not meet(fact.cells, new.cells):
            continue
        mine, theirs = next(iter(fact.cells.values())), next(iter(new.cells.values()))
        if mine.kind == theirs.kind and mine.says == theirs.says:
            both = replace(add(mine, theirs.evidence), confidence=max(mine.confidence, theirs.confidence))
            fact.cells = dict.fromkeys([*fact.cells, *new.cells], both)
            fact.disputed = fact.disputed or new.disputed
            return
    known.append(new)


def meet(one: Iterable[Cell], other: Iterable[Cell]) -> bool:
    return any(a == b or a[1] == b[0] or b[1] == a[0] for a in one for b in other)


def pieces_of(fact: Known, known: Sequence[Known], rules: Rules) -> list[Belief]:
    def status(cell: Cell) -> str:
        claim = fact.cells[cell]
        rivals = (other.cells[cell] for other in known if other is not fact and cell in other.cells)
        if fact.disputed or any(rules.against(claim, rival) for rival in rivals):
            return "disputed"
        derived = claim.rule is not None and not any(isinstance(piece, Quote) for piece in claim.evidence)
        return "inferred" if derived else "asserted"

    row: list[Belief] = []
    for cell, claim in sorted(fact.cells.items(), key=lambda item: item[0]):
        new = Belief(fact.name, content(claim), status(cell), *cell)
        if row and row[-1].valid_to == new.valid_from and row[-1][:3] == new[:3]:
            row[-1] = row[-1]._replace(valid_to=new.valid_to)
        else:
            row.append(new)
    return row
