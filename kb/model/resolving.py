"""How the statements of a slot come to terms: who gives way, who is disputed, what corroborates what.

Pure. The rules are docs/decisions/0001-how-statements-become-versions.md; kb.model.belief calls this.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kb.model.fact import Claim, Evidence, Kind, Premise, Status
from kb.model.moment import FOREVER, Interval

Pieces = tuple[tuple[Interval, Claim], ...]


@dataclass(frozen=True, slots=True)
class SlotRules:
    """How the ontology wants a predicate to be resolved; a higher standing number beats a lower one."""

    functional: bool
    per_unit: bool
    standing: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something believed, uniform in content and status over its interval."""

    statement: str
    claim: Claim
    status: Status
    interval: Interval


@dataclass(slots=True)
class Held:
    """A statement (or several that corroborate one another) with what it claims of time."""

    statement: str
    pieces: list[tuple[Interval, Claim]]
    computed: bool
    disputed: bool
    until: int = FOREVER
    asserted: Pieces = field(default=())


def resolve(held: Sequence[Held], rules: SlotRules) -> tuple[Piece, ...]:
    """What the statements, each with the time it asserts, amount to together. Changes `held`."""
    if rules.functional and len(held) > 1:
        for index, latest in enumerate(held):
            _overlay(latest, held[:index], rules)
    for one in held:
        one.pieces = [(cut, claim) for when, claim in one.pieces for cut in when.until(one.until)]
    facts = _corroborated(held) if len(held) > 1 else held
    return tuple(piece for fact in facts for piece in _canonical(_pieces(fact, facts, rules)))


def _canonical(pieces: Iterable[Piece]) -> list[Piece]:
    """Adjacent pieces of one fact with the same content and status as one piece."""
    joined: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: piece.interval.start):
        last = joined[-1] if joined else None
        if last is not None and last.interval.end == piece.interval.start and _alike(last, piece):
            joined[-1] = replace(last, interval=Interval(last.interval.start, piece.interval.end))
        else:
            joined.append(piece)
    return joined


def _alike(one: Piece, other: Piece) -> bool:
    return one.status == other.status and one.claim == other.claim and one.claim.says == other.claim.says


def _rivals(one: Claim, other: Claim, rules: SlotRules) -> bool:
    """Whether the two cannot both be true at one time."""
    return one.says != other.says and (not rules.per_unit or one.unit == other.unit)


def _overlay(latest: Held, earlier: Sequence[Held], rules: SlotRules) -> None:
    """The latest statement takes its time from those of no higher standing that say something else."""
    if not latest.computed:
        ((when, claim),) = latest.pieces
        latest.pieces = [(_giving_way(when, claim, earlier, rules), claim)]
    for when, claim in latest.pieces:
        mine = rules.standing[claim.kind]
        for other in earlier:
            other.pieces = [
                (left, theirs)
                for span, theirs in other.pieces
                for left in (
                    span.minus(when)
                    if _rivals(claim, theirs, rules) and rules.standing[theirs.kind] <= mine
                    else (span,)
                )
            ]


def _giving_way(when: Interval, claim: Claim, earlier: Iterable[Held], rules: SlotRules) -> Interval:
    """An open interval, cut where an earlier-placed rival of no lower standing begins."""
    if not when.open:
        return when
    starts = [
        span.start
        for other in earlier
        for span, theirs in other.asserted
        if span.start > when.start
        and _rivals(claim, theirs, rules)
        and rules.standing[theirs.kind] >= rules.standing[claim.kind]
    ]
    return Interval(when.start, min(starts, default=FOREVER))


def _corroborated(held: Sequence[Held]) -> list[Held]:
    """Statements of one kind that say the same and meet in time, as one fact each."""
    facts: list[Held] = []
    for one in held:
        if not one.pieces:
            continue
        earlier = None if one.computed else next((fact for fact in facts if _meets(fact, one)), None)
        if earlier is None:
            facts.append(one)
        else:
            _join(earlier, one)
    return facts


def _meets(fact: Held, one: Held) -> bool:
    if fact.computed:
        return False
    ours, theirs = fact.pieces[0][1], one.pieces[0][1]
    if ours.kind != theirs.kind or ours.says != theirs.says:
        return False
    return any(a.touches(b) for a, _ in fact.pieces for b, _ in one.pieces)


def _join(fact: Held, one: Held) -> None:
    ours, theirs = fact.pieces[0][1], one.pieces[0][1]
    both = with_evidence(replace(ours, confidence=max(ours.confidence, theirs.confidence)), theirs.evidence)
    fact.disputed = fact.disputed or one.disputed
    fact.pieces = [(when, both) for when in _union(when for when, _ in (*fact.pieces, *one.pieces))]


def _union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as few intervals, in order."""
    merged: list[Interval] = []
    for interval in sorted(intervals, key=lambda i: i.start):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return merged


def _pieces(fact: Held, facts: Sequence[Held], rules: SlotRules) -> Iterator[Piece]:
    """The fact's time, split where it is disputed."""
    for when, claim in fact.pieces:
        calm = (
            Status.INFERRED
            if claim.rule and all(isinstance(e, Premise) for e in claim.evidence)
            else Status.ASSERTED
        )
        if fact.disputed:
            yield Piece(fact.statement, claim, Status.DISPUTED, when)
            continue
        contested = _contested(when, claim, fact, facts, rules)
        for span in contested:
            yield Piece(fact.statement, claim, Status.DISPUTED, span)
        quiet = [when]
        for span in contested:
            quiet = [left for part in quiet for left in part.minus(span)]
        for span in quiet:
            yield Piece(fact.statement, claim, calm, span)


def _contested(
    when: Interval, claim: Claim, fact: Held, facts: Sequence[Held], rules: SlotRules
) -> list[Interval]:
    """The parts of `when` for which another fact of a functional slot says something else."""
    if not rules.functional or len(facts) == 1:
        return []
    return _union(
        Interval(max(when.start, span.start), min(when.end, span.end))
        for other in facts
        if other is not fact
        for span, theirs in other.pieces
        if when.overlaps(span) and _rivals(claim, theirs, rules)
    )


def with_evidence(claim: Claim, more: Iterable[Evidence]) -> Claim:
    """The claim with more evidence, each piece once."""
    return replace(claim, evidence=tuple(dict.fromkeys((*claim.evidence, *more))))
