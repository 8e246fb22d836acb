"""What the acts on one slot amount to: the facts believed, and their versions.

A slot is one subject and one predicate. The rules, and why they are these, are
docs/decisions/0001-how-statements-become-versions.md. Pure functions of the
acts: the same acts give the same versions with the same ids, whatever came
before in whichever order it was applied.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import groupby

from kb.model.acts import Act, Correct, Dispute, End, Recorded, Retract, Series, State
from kb.model.fact import Claim, Evidence, Fact, Premise, Quote
from kb.model.moment import FOREVER
from kb.model.resolving import Held, Piece, Pieces, SlotRules, resolve, with_evidence

Exists = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement as its last act left it."""

    statement: str
    pieces: Pieces
    computed: bool = False  # a Series: several values over time, by a rule
    until: int = FOREVER
    disputed: bool = False


def believe(acts: Sequence[Recorded], rules: SlotRules, exists: Exists) -> tuple[Piece, ...]:
    """What is believed after all of `acts`, which are in order; empty for no acts."""
    said: dict[str, _Said] = {}
    for recorded in acts:
        _apply(said, recorded.act, exists)
    return _resolved(said, rules)


def history(acts: Sequence[Recorded], rules: SlotRules, exists: Exists) -> tuple[Fact, ...]:
    """All versions that the acts lead to, believed now or once, in order of id's making.

    `acts` are in the order (recorded_at, place). A version is never empty in known time.
    """
    said: dict[str, _Said] = {}
    believed: dict[str, tuple[Piece, int]] = {}  # by content: 1, 1.0 and True are equal but not the same
    past: list[Fact] = []
    for moment, group in groupby(acts, key=lambda recorded: recorded.recorded_at):
        for recorded in group:
            _apply(said, recorded.act, exists)
        now = {_version_id(piece, 0): (piece, moment) for piece in _resolved(said, rules)}
        for content, (piece, since) in believed.items():
            if content in now:
                now[content] = (piece, since)
            else:
                past.append(version(piece, since, moment))
        believed = now
    return (*past, *(version(piece, since) for piece, since in believed.values()))


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
        claim.says if claim.qualifiers else claim.says[:-1],
        claim.kind.value,
        claim.confidence,
        claim.rule,
        [
            (e.interaction, e.start, e.end, e.text) if isinstance(e, Quote) else (e.fact,)
            for e in claim.evidence
        ],
    )
    return f"fact:{blake2b(repr(content).encode(), digest_size=10).hexdigest()}"


def _apply(said: dict[str, _Said], act: Act, exists: Exists) -> None:
    """One act on the statements so far. A stated or corrected statement moves to the end of the order.

    A statement without evidence left, or with an object that does not exist, is not there.
    """
    before = said.get(act.statement)
    match act:
        case State():
            said.pop(act.statement, None)
            _put(said, _Said(act.statement, ((act.interval, act.claim),)), exists)
        case Series():
            said.pop(act.statement, None)
            _put(said, _Said(act.statement, act.pieces, computed=True), exists)
        case Retract():
            said.pop(act.statement, None)
        case End() if before is not None:
            pieces = tuple(
                (when, _narrowed(claim.with_qualifiers(act.qualifiers), exists))
                for when, claim in _also(before.pieces, act.evidence, exists)
            )
            said[act.statement] = replace(before, until=act.at, pieces=pieces)
        case Dispute() if before is not None:
            pieces = _also(before.pieces, act.evidence, exists)
            said[act.statement] = replace(before, disputed=True, pieces=pieces)
        case Correct() if before is not None and not before.computed:
            del said[act.statement]
            _put(said, _corrected(before, act), exists)
        case _:
            pass  # not there, or computed: what a rule computes is corrected where it was computed from


def _also(pieces: Pieces, evidence: Sequence[Evidence], exists: Exists) -> Pieces:
    """The pieces with that of the evidence that exists added to each."""
    more = [piece for piece in evidence if exists(_source(piece))]
    return tuple((when, with_evidence(claim, more)) for when, claim in pieces)


def _put(said: dict[str, _Said], one: _Said, exists: Exists) -> None:
    """Add the statement with the evidence that exists, if anything is left to stand on."""
    pieces = []
    for when, claim in one.pieces:
        evidence = tuple(piece for piece in claim.evidence if exists(_source(piece)))
        if evidence and (claim.object is None or exists(claim.object)):
            there = _narrowed(claim, exists)
            pieces.append((when, there if evidence == claim.evidence else replace(there, evidence=evidence)))
    if pieces:
        said[one.statement] = replace(one, pieces=tuple(pieces))


def _narrowed(claim: Claim, exists: Exists) -> Claim:
    """The claim without what it is about, where that does not exist: the words stand all the same."""
    about = claim.qualified("about")
    if about is None or exists(about):
        return claim
    return replace(claim, qualifiers=tuple(one for one in claim.qualifiers if one[0] != "about"))


def _source(piece: Evidence) -> str:
    return piece.fact if isinstance(piece, Premise) else piece.interaction


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
    ).with_qualifiers(act.qualifiers)
    until = before.until if act.interval is None else FOREVER
    return _Said(before.statement, ((act.interval or interval, claim),), until=until)


def _resolved(said: Mapping[str, _Said], rules: SlotRules) -> tuple[Piece, ...]:
    held = [
        Held(one.statement, list(one.pieces), one.computed, one.disputed, one.until, one.pieces)
        for one in said.values()
    ]
    return resolve(held, rules)
