"""The form by which a person states a fact about a customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from kb.knowledge import STATABLE
from webapp import display, vocabulary
from webapp.contexts.fact_page import ValueField, value_field
from webapp.contexts.facts import KIND_ICONS
from webapp.parts import now

SURE = "90"  # percent, before the reader says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class PredicateGroup:
    label: str
    predicates: tuple[tuple[str, str], ...]  # (name, label)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    """The fields beside `predicate` are shown once one is chosen."""

    customer: str
    name: str
    groups: tuple[PredicateGroup, ...]
    predicate: str
    about: str
    value_field: ValueField
    kinds: tuple[tuple[str, str], ...]  # (code, icon)
    values: Mapping[str, str]
    problems: Mapping[str, str]


def new_fact(
    customer: tuple[str, str],
    people: Sequence[tuple[str, str]],
    given: Mapping[str, str],
    problems: Mapping[str, str],
) -> NewFact:
    """`customer` and `people` are (id, name); `given` is what the fields hold so far."""
    predicate = given.get("predicate", "")
    fresh = {"kind": STATABLE[0].value, "confidence": SURE, "valid_from": display.input_day(now())}
    return NewFact(
        customer=customer[0],
        name=customer[1],
        groups=_groups(),
        predicate=predicate if vocabulary.find(predicate) else "",
        about=vocabulary.explanation(predicate),
        value_field=value_field(predicate, people),
        kinds=tuple((kind.value, KIND_ICONS[kind]) for kind in STATABLE),
        values={**fresh, **given},
        problems=problems,
    )


def _groups() -> tuple[PredicateGroup, ...]:
    known = vocabulary.stated_of("Customer")
    return tuple(
        PredicateGroup(
            label=vocabulary.group(code),
            predicates=tuple((one.name, vocabulary.predicate(one.name)) for one in members),
        )
        for code, members in groupby(known, key=lambda one: one.group)
    )
