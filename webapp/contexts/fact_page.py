"""A fact opened: the words it rests on, its history on both clocks, and the forms that change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.model.fact import Fact
from kb.model.reading import OpenedFact, Proof
from webapp import vocabulary
from webapp.contexts.facts import FactView, fact_view
from webapp.contexts.interactions import (
    LineView,
    TouchView,
    Words,
    lines_of,
    surroundings,
    totals,
    touch_of,
    touch_view,
)
from webapp.links import address, bare, page_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """One piece of evidence: an interaction with its words (or an order's lines), or another fact."""

    touch: TouchView | None = None
    words: Words | None = None
    lines: tuple[LineView, ...] = ()
    totals: tuple[str, ...] = ()
    fact: FactView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueField:
    """How what a predicate says is entered."""

    kind: str  # text | integer | decimal | instant | choice
    money: bool = False  # a currency is asked for beside it
    choices: tuple[tuple[str, str], ...] = ()  # (value, label)
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """The forms under a fact. `opened` is the one that was sent and came back with problems."""

    fact: str
    correctable: bool  # a computed figure is corrected where it was computed from
    value_field: ValueField
    values: Mapping[str, str]  # what the fields hold
    closings: tuple[tuple[str, str], ...] = ()  # (code, label): how a matter is closed; () for what just ends
    opened: str = ""  # correct | end | dispute | retract
    problems: Mapping[str, str] = field(default_factory=dict)  # field -> what is wrong with it


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPage:
    fact: FactView
    subject: str
    subject_href: str | None
    proofs: tuple[ProofView, ...]
    rivals: tuple[FactView, ...]  # what contradicts it
    history: tuple[FactView, ...]  # the newest knowledge first
    history_total: int
    computed_from: tuple[TouchView, ...]
    computed_total: int
    acts: Acts | None  # None where the reader may not change it, or nothing is left to change
    notice: str = ""


def fact_page(
    opened: OpenedFact,
    names: Mapping[str, str],
    *,
    rivals: Sequence[Fact],
    acts: Acts | None,
    notice: str = "",
) -> FactPage:
    subject = opened.fact.claim.subject
    return FactPage(
        fact=fact_view(opened.fact, names),
        subject=opened.subject_name or bare(subject),
        subject_href=page_of(subject),
        proofs=tuple(_proof(proof, names) for proof in opened.proofs),
        rivals=tuple(fact_view(fact, names) for fact in rivals),
        history=tuple(
            fact_view(fact, names)
            for fact in sorted(
                opened.history, key=lambda one: (one.recorded_at, one.valid_from), reverse=True
            )
        ),
        history_total=opened.history_total,
        computed_from=tuple(touch_view(row) for row in opened.computed_from),
        computed_total=opened.computed_total,
        acts=acts,
        notice=notice,
    )


def _proof(proof: Proof, names: Mapping[str, str]) -> ProofView:
    if proof.interaction is None:
        return ProofView(fact=fact_view(proof.fact, names) if proof.fact else None)
    found = proof.interaction
    marked = proof.end > proof.start
    touch = touch_of(found)
    if marked:
        href = address("interactions.show", id=found.id, start=proof.start, end=proof.end)
        touch = touch_of(found, f"{href}#words")
    return ProofView(
        touch=touch,
        words=surroundings(found.text, proof.start, proof.end) if found.text else None,
        lines=lines_of(found.lines),
        totals=totals(found.lines),
    )


def value_field(predicate: str, contacts: Sequence[tuple[str, str]] = ()) -> ValueField:
    """`contacts` are (id, name) of the people who may be chosen where the predicate leads to one."""
    known = vocabulary.find(predicate)
    if known is None:
        return ValueField(kind="text")
    if known.object_class == "Contact" and contacts:
        return ValueField(kind="choice", choices=tuple(contacts))
    if known.object_class:
        return ValueField(kind="text", hint=known.object_class)
    if predicate == "prefersChannel":
        codes = vocabulary.channels()[:6]  # those that people can be reached by
        return ValueField(kind="choice", choices=tuple((code, vocabulary.channel(code)) for code in codes))
    kinds = {"integer": "integer", "decimal": "decimal", "dateTime": "instant"}
    return ValueField(kind=kinds.get(known.range, "text"), money=known.unit == "currency")
