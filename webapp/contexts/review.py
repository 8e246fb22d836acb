"""The page of the review queue: one candidate, what it may mean, where it stands among those that wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.conversational.reviews import Counts, Waiting
from kb.model.listing import Listing
from webapp import wording
from webapp.contexts.interactions import TouchView, Words, pieces, touch_of
from webapp.links import address

CHOOSES = {
    "ambiguous_about": "about",
    "ambiguous_matter": "matter",
}  # what an alternative is; else the subject
KINDS = (
    *("commitment", "preference", "role_change", "need", "complaint", "praise", "incident"),
    *("suggestion", "request", "question", "outcome", "intention", "comparison"),
)
ASPECTS = (
    *("channel", "time", "manner", "no_contact", "language", "payment", "delivery", "product"),
    *("buy", "renew", "expand", "try", "leave", "switch", "reduce", "postpone"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An alternative that one key accepts."""

    field: str
    value: str
    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The candidate in question."""

    id: str
    kind: str
    reason: str
    confidence: float
    words: Words
    touch: TouchView
    customers: str
    about: tuple[tuple[str, str], ...]  # what else it says: (label, value)
    choices: tuple[Choice, ...]
    stated: bool  # it is a fact already, but for what is in doubt
    values: Mapping[str, str]  # of the form that corrects it
    subjects: tuple[tuple[str, str], ...]  # (id, name) of whom it may be about


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """Number `n` (from 1) of `total` that wait under the filter."""

    n: int
    total: int
    one: Candidate | None
    kind: str
    reason: str
    order: str
    kinds: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    query: Mapping[str, str]
    previous: str | None
    next: str | None
    problems: Mapping[str, str] = field(default_factory=dict)
    choosable_kinds: tuple[str, ...] = KINDS
    choosable_aspects: tuple[str, ...] = ASPECTS


def review_page(
    found: Listing[Waiting],
    counts: Counts,
    asked: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
) -> ReviewPage:
    """`found` holds the one at its offset; `asked` are kind, reason and order."""
    n = found.offset + 1
    return ReviewPage(
        n=n,
        total=found.total,
        one=_candidate(found.items[0]) if found.items else None,
        kind=asked["kind"],
        reason=asked["reason"],
        order=asked["order"],
        kinds=tuple(sorted(counts.kinds.items(), key=lambda one: wording.candidate(one[0]))),
        reasons=tuple(counts.reasons.items()),
        query={**asked, "n": str(n)},
        previous=address("review.index", **{**asked, "n": n - 1}) if n > 1 else None,
        next=address("review.index", **{**asked, "n": n + 1}) if n < found.total else None,
        problems=problems or {},
    )


def _candidate(one: Waiting) -> Candidate:
    said = one.candidate
    field_ = CHOOSES.get(one.reason, "subject")
    subjects = {other.id: other.name for other in one.alternatives if field_ == "subject"}
    subjects |= dict(one.interaction.customers)
    subjects |= {who.node: who.name or who.node for who in one.interaction.participants if who.node}
    return Candidate(
        id=one.id,
        kind=said.kind,
        reason=one.reason,
        confidence=said.confidence,
        words=_words(one),
        touch=touch_of(one.interaction),
        customers=", ".join(name for _, name in one.interaction.customers),
        about=tuple(_about(one)),
        choices=tuple(
            Choice(field=field_, value=other.id, name=other.name, key=str(n))
            for n, other in enumerate(one.alternatives[:9], 1)
        ),
        stated=one.statement is not None,
        values={
            "kind": said.kind,
            "words": said.text,
            "aspect": said.aspect or "",
            "holder": said.holder or "",
            "due": said.due.isoformat() if said.due else "",
        },
        subjects=tuple(subjects.items()),
    )


def _about(one: Waiting) -> list[tuple[str, str]]:
    said = one.candidate
    told = [
        ("holder", wording.side(said.holder) if said.holder else ""),
        ("due", said.due.isoformat() if said.due else ""),
        ("aspect", wording.aspect(said.aspect) if said.aspect else ""),
        ("role", said.role or ""),
    ]
    return [(wording.field(name), value) for name, value in told if value]


def _words(one: Waiting) -> Words:
    text = one.interaction.text
    marked = (one.candidate.start - one.first, one.candidate.end - one.first)
    return Words(
        pieces=pieces(text[one.first : one.last], (), marked),
        cut_before=one.first > 0,
        cut_after=one.last < len(text),
    )
