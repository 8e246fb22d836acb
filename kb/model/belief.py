"""What the acts on one slot amount to: the facts believed, and their versions.

A slot is one subject and one predicate. The rules, and why they are these, are
docs/decisions/0001-how-statements-become-versions.md. Pure functions of the
acts: the same acts give the same versions with the same ids, whatever came
before in whichever order it was applied.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import groupby

from kb.model.acts import Act, Correct, Dispute, End, Recorded, Retract, Series, State
from kb.model.fact import Claim, Evidence, Fact, Kind, Premise, Quote, Status
from kb.model.moment import FOREVER, Interval


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


Exists = Callable[[str], bool]
Pieces = tuple[tuple[Interval, Claim], ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement as its last act left it."""

    statement: str
    pieces: Pieces
    computed: bool = False  # a Series: several values over time, by a rule
    until: int = FOREVER
    disputed: bool = False


@dataclass(slots=True)
class _Held:
    """A statement (or several that corroborate one another) with what it claims of time."""

    statement: str
    pieces: list[tuple[Interval, Claim]]
    computed: bool
    disputed: bool
    until: int = FOREVER
    asserted: Pieces = field(default=())


def believe(acts: Sequence[Recorded], rules: SlotRules, exists: Exists) -> tuple[Piece, ...]:
    """What is believed after all of `acts`, which are in order; empty for no acts."""
    said: dict[str, _Said] = {}
    for recorded in acts:
        _apply(said, recorded.act)
    return _resolve(said.values(), rules, exists)


def history(acts: Sequence[Recorded], rules: SlotRules, exists: Exists) -> tuple[Fact, ...]:
    """All versions that the acts lead to, believed now or once, in order of id's making.

    `acts` are in the order (recorded_at, place). A version is never empty in known time.
    """
    said: dict[str, _Said] = {}
    believed: dict[Piece, int] = {}
    past: list[Fact] = []
    for moment, group in groupby(acts, key=lambda recorded: recorded.recorded_at):
        for recorded in group:
            _apply(said, recorded.act)
        now = dict.fromkeys(_resolve(said.values(), rules, exists), moment)
        for piece, since in believed.items():
            if piece in now:
                now[piece] = since
            else:
                past.append(version(piece, since, moment))
        believed = now
    return (*past, *(version(piece, since) for piece, since in believed.items()))


def version(piece: Piece, recorded_at: int, superseded_at: int = FOREVER) -> Fact:
    """The version of a fact that a piece becomes when it is first believed at `recorded_at`."""
    return Fact(
        id=_version_id(piece, recorded_at),
        statement=piece.statement,
        claim=piece.claim,
        status=piece.status,
        valid_from=piece.interval.start,
        valid_to=piece.interval.end,
        recorded_at=recorded_at,
        superseded_at=superseded_at,
    )


def _version_id(piece: Piece, recorded_at: int) -> str:
    claim = piece.claim
    content = (
        piece.statement,
        recorded_at,
        piece.status.value,
        piece.interval.start,
        piece.interval.end,
        claim.subject,
        claim.predicate,
        claim.says,
        claim.kind.value,
        claim.confidence,
        claim.rule,
        [(e.interaction, e.start, e.end) if isinstance(e, Quote) else (e.fact,) for e in claim.evidence],
    )
    return f"fact:{blake2b(repr(content).encode(), digest_size=10).hexdigest()}"


def _apply(said: dict[str, _Said], act: Act) -> None:
    """One act on the statements so far. A stated or corrected statement moves to the end of the order."""
    if isinstance(act, State):
        said.pop(act.statement, None)
        said[act.statement] = _Said(act.statement, ((act.interval, act.claim),))
        return
    if isinstance(act, Series):
        said.pop(act.statement, None)
        said[act.statement] = _Said(act.statement, act.pieces, computed=True)
        return
    before = said.get(act.statement)
    if before is None:
        return
    match act:
        case Retract():
            del said[act.statement]
        case End():
            said[act.statement] = replace(before, until=act.at)
        case Dispute():
            pieces = tuple((when, _with_evidence(claim, act.evidence)) for when, claim in before.pieces)
            said[act.statement] = replace(before, disputed=True, pieces=pieces)
        case Correct() if not before.computed:
            del said[act.statement]
            said[act.statement] = _corrected(before, act)
        case Correct():
            pass  # what a rule computes is corrected where it was computed from


def _corrected(before: _Said, act: Correct) -> _Said:
    """The statement with what the correction gives; a given interval replaces an earlier end too."""
    ((interval, claim),) = before.pieces
    if act.value is not None or act.object is not None:
        claim = replace(claim, value=act.value, object=act.object)
    claim = replace(
        claim,
        unit=claim.unit if act.unit is None else act.unit,
        confidence=claim.confidence if act.confidence is None else act.confidence,
        evidence=act.evidence or claim.evidence,
    )
    until = before.until if act.interval is None else FOREVER
    return _Said(before.statement, ((act.interval or interval, claim),), until=until)


def _with_evidence(claim: Claim, more: Iterable[Evidence]) -> Claim:
    return replace(claim, evidence=tuple(dict.fromkeys((*claim.evidence, *more))))


def _resolve(said: Iterable[_Said], rules: SlotRules, exists: Exists) -> tuple[Piece, ...]:
    held = [found for one in said if (found := _grounded(one, exists)) is not None]
    if rules.functional and len(held) > 1:
        for index, latest in enumerate(held):
            _overlay(latest, held[:index], rules)
    for one in held:
        one.pieces = [(cut, claim) for when, claim in one.pieces for cut in when.until(one.until)]
    facts = _corroborated(held) if len(held) > 1 else held
    return tuple(piece for fact in facts for piece in _pieces(fact, facts, rules))


def _grounded(said: _Said, exists: Exists) -> _Held | None:
    """The statement with the evidence that exists; None where nothing is left to stand on."""
    pieces = []
    for when, claim in said.pieces:
        evidence = tuple(
            e for e in claim.evidence if exists(e.fact if isinstance(e, Premise) else e.interaction)
        )
        if evidence and (claim.object is None or exists(claim.object)):
            pieces.append((when, claim if evidence == claim.evidence else replace(claim, evidence=evidence)))
    if not pieces:
        return None
    return _Held(said.statement, pieces, said.computed, said.disputed, said.until, tuple(pieces))


def _rivals(one: Claim, other: Claim, rules: SlotRules) -> bool:
    """Whether the two cannot both be true at one time."""
    return one.says != other.says and (not rules.per_unit or one.unit == other.unit)


def _overlay(latest: _Held, earlier: Sequence[_Held], rules: SlotRules) -> None:
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


def _giving_way(when: Interval, claim: Claim, earlier: Iterable[_Held], rules: SlotRules) -> Interval:
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


def _corroborated(held: Sequence[_Held]) -> list[_Held]:
    """Statements of one kind that say the same and meet in time, as one fact each."""
    facts: list[_Held] = []
    for one in held:
        if not one.pieces:
            continue
        earlier = None if one.computed else next((fact for fact in facts if _meets(fact, one)), None)
        if earlier is None:
            facts.append(one)
        else:
            _join(earlier, one)
    return facts


def _meets(fact: _Held, one: _Held) -> bool:
    if fact.computed:
        return False
    ours, theirs = fact.pieces[0][1], one.pieces[0][1]
    if ours.kind != theirs.kind or ours.says != theirs.says:
        return False
    return any(a.touches(b) for a, _ in fact.pieces for b, _ in one.pieces)


def _join(fact: _Held, one: _Held) -> None:
    ours, theirs = fact.pieces[0][1], one.pieces[0][1]
    both = _with_evidence(replace(ours, confidence=max(ours.confidence, theirs.confidence)), theirs.evidence)
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


def _pieces(fact: _Held, facts: Sequence[_Held], rules: SlotRules) -> Iterator[Piece]:
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
    when: Interval, claim: Claim, fact: _Held, facts: Sequence[_Held], rules: SlotRules
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
