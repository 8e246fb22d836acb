"""Facts as pages show them: grouped by what they are about and how they were gained."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.model.fact import Claim, Fact, Kind, Premise, Status
from kb.model.moment import FOREVER
from webapp import display, vocabulary, wording_qualifiers
from webapp.links import bare, page_of

KIND_ICONS = {
    Kind.CONVERSATIONAL: "quote",
    Kind.OBSERVATIONAL: "eye",
    Kind.PREDICTIVE: "chart-line",
    Kind.EXPERT: "user",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """A qualifier, worded: "owed by us", "due 4 Apr 2026"."""

    name: str  # as facts store it: "due"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One version of a statement, worded for the reader."""

    id: str
    predicate: str  # "preferred channel"
    about: str  # what that means, one sentence
    value: str
    href: str | None  # page of the object, where the fact leads to one
    narrowed: tuple[Narrowing, ...]  # what narrows it beside its value
    kind: str  # code
    kind_icon: str
    confidence: float  # in [0, 1]
    status: str  # code
    disputed: bool
    validity: str  # "since 1 Mar 2025"
    valid_from: int
    valid_to: int
    recorded_at: int
    superseded_at: int
    believed: bool  # not superseded
    rule: str | None
    evidence_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """What is said differently about one thing; shown side by side until a person decides."""

    predicate: str
    about: str
    claims: tuple[FactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSection:
    code: str
    icon: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSection:
    code: str
    label: str
    disputes: tuple[Dispute, ...]
    kinds: tuple[KindSection, ...]
    count: int


def objects_of(facts: Iterable[Fact]) -> set[str]:
    """Ids of the nodes that the facts lead to or are about, to be named."""
    return {
        id for fact in facts for id in (fact.claim.object, fact.claim.qualified("about")) if id is not None
    }


def fact_view(fact: Fact, names: Mapping[str, str]) -> FactView:
    claim = fact.claim
    return FactView(
        id=fact.id,
        predicate=vocabulary.predicate(claim.predicate),
        about=vocabulary.explanation(claim.predicate),
        value=said(claim, names),
        href=page_of(claim.object) if claim.object and claim.object in names else None,
        narrowed=narrowed(claim, names),
        kind=claim.kind,
        kind_icon=KIND_ICONS[claim.kind],
        confidence=claim.confidence,
        status=fact.status,
        disputed=fact.status is Status.DISPUTED,
        validity=display.interval(fact.valid_from, fact.valid_to),
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        recorded_at=fact.recorded_at,
        superseded_at=fact.superseded_at,
        believed=fact.superseded_at >= FOREVER,
        rule=claim.rule,
        evidence_count=len(claim.evidence),
    )


def said(claim: Claim, names: Mapping[str, str]) -> str:
    """The value or the object's name; an object that the viewer may not see shows as its bare id."""
    if claim.object is not None:
        return names.get(claim.object) or bare(claim.object)
    return "" if claim.value is None else display.value(claim.predicate, claim.value, claim.unit)


def narrowed(claim: Claim, names: Mapping[str, str]) -> tuple[Narrowing, ...]:
    """The qualifiers in the reader's words, the weightiest first."""
    return tuple(
        Narrowing(name=name, text=text)
        for name, text in wording_qualifiers.qualifiers(claim, names, display.written_day)
    )


def groups(facts: Sequence[Fact], names: Mapping[str, str]) -> tuple[GroupSection, ...]:
    """The facts by the ontology's groups; a group without facts is left out."""
    of_group: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        of_group[vocabulary.group_of(fact.claim.predicate)].append(fact)
    return tuple(_group(code, of_group[code], names) for code in vocabulary.groups() if of_group[code])


def rivals(fact: Fact, beside: Iterable[Fact]) -> list[Fact]:
    """What else is claimed about the same thing while this one is disputed."""
    mine = (fact.claim.subject, fact.claim.predicate)
    return [
        other
        for other in beside
        if other.statement != fact.statement
        and (other.claim.subject, other.claim.predicate) == mine
        and other.status is Status.DISPUTED
    ]


def premises_of(facts: Iterable[Fact]) -> set[str]:
    """Ids of the facts that these were derived from."""
    return {item.fact for fact in facts for item in fact.claim.evidence if isinstance(item, Premise)}


def _group(code: str, facts: list[Fact], names: Mapping[str, str]) -> GroupSection:
    disputed = [fact for fact in facts if fact.status is Status.DISPUTED]
    settled = [fact for fact in facts if fact.status is not Status.DISPUTED]
    return GroupSection(
        code=code,
        label=vocabulary.group(code),
        disputes=_disputes(disputed, names),
        kinds=_kinds(settled, names),
        count=len(facts),
    )


def _disputes(facts: list[Fact], names: Mapping[str, str]) -> tuple[Dispute, ...]:
    by_predicate: dict[str, list[FactView]] = defaultdict(list)
    for fact in facts:
        by_predicate[fact.claim.predicate].append(fact_view(fact, names))
    return tuple(
        Dispute(
            predicate=vocabulary.predicate(name), about=vocabulary.explanation(name), claims=tuple(claims)
        )
        for name, claims in by_predicate.items()
    )


def _kinds(facts: list[Fact], names: Mapping[str, str]) -> tuple[KindSection, ...]:
    """By kind, the said before the seen; within a kind by predicate, the surest first."""
    of_kind: dict[Kind, list[Fact]] = defaultdict(list)
    for fact in facts:
        of_kind[fact.claim.kind].append(fact)
    return tuple(
        KindSection(
            code=kind,
            icon=KIND_ICONS[kind],
            facts=tuple(
                fact_view(fact, names)
                for fact in sorted(
                    of_kind[kind], key=lambda fact: (fact.claim.predicate, -fact.claim.confidence)
                )
            ),
        )
        for kind in (Kind.EXPERT, Kind.CONVERSATIONAL, Kind.OBSERVATIONAL, Kind.PREDICTIVE)
        if of_kind[kind]
    )
