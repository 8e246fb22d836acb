"""What the ontology lets a statement say: each range, each domain, and values that no store could hold."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import InvalidFact
from kb.model.fact import Value
from kb.store.parameters import check_parameters
from kb.vocabulary import checked, checked_unit, predicate_of
from ontology.terms import PREDICATES
from ontology.vocabulary import Predicate

EXAMPLE = {
    "string": "text",
    "integer": "3",
    "decimal": "2.50",
    "dateTime": "2024-05-01T10:00:00Z",
    "boolean": "true",
}
SUBJECTS = {
    "Customer": "customer:C-1",
    "Contact": "contact:a@x",
    "Product": "product:P-1",
    "Feature": "feature:quiet",
    "Requirement": "requirement:R-1",
    "Expert": "expert:ann",
    "Article": "article:1",
}


def a(range: str) -> Predicate:
    """Some predicate of this range."""
    return next(known for known in PREDICATES.values() if known.range == range)


@pytest.mark.parametrize("name", sorted(PREDICATES))
def test_every_predicate_takes_an_example_of_its_range(name: str) -> None:
    known = PREDICATES[name]
    if known.object_class:
        object = SUBJECTS.get(known.object_class)
        if object is None:
            pytest.skip(f"no node of {known.object_class} yet")
        assert checked(known, None, object) == (None, object)
    else:
        value, object = checked(known, EXAMPLE[known.range], None)
        assert (value is not None, object) == (True, None)


@pytest.mark.parametrize("label", sorted(SUBJECTS))
def test_a_predicate_is_stated_of_its_domain_only(label: str) -> None:
    for known in PREDICATES.values():
        if label in known.domain:
            assert predicate_of(known.name, SUBJECTS[label]) is known
        elif known.domain:
            with pytest.raises(InvalidFact):
                predicate_of(known.name, SUBJECTS[label])


def test_an_unknown_predicate_is_refused() -> None:
    with pytest.raises(InvalidFact, match="shoeSize"):
        predicate_of("shoeSize", "customer:C-1")


@pytest.mark.parametrize(
    ("range", "value", "kept"),
    [
        ("string", "  a  ", "a"),
        ("string", "中文", "中文"),
        ("integer", "12", 12),
        ("integer", 12.0, 12),
        ("integer", "-3", -3),
        ("decimal", "2.50", "2.50"),
        ("decimal", 0.1, "0.1"),
        ("decimal", "1E+3", "1000"),
        ("dateTime", "2024-05-01", "2024-05-01T00:00:00.000Z"),
        ("dateTime", "2024-05-01T10:00:00+08:00", "2024-05-01T02:00:00.000Z"),
    ],
)
def test_values_take_the_form_of_their_range(range: str, value: Value, kept: Value) -> None:
    found, _ = checked(a(range), value, None)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("range", "value"),
    [
        ("string", ""),
        ("string", "\ud83d"),
        ("string", "x" * 10_001),
        ("integer", "2.5"),
        ("integer", 2.5),
        ("integer", True),
        ("integer", float("inf")),
        ("integer", float("nan")),
        ("integer", 2**63),
        ("integer", "1E+1000000000"),
        ("decimal", "NaN"),
        ("decimal", "1E+1000000000"),
        ("decimal", "1E-1000000000"),
        ("decimal", "1,5"),
        ("decimal", True),
        ("dateTime", "yesterday"),
        ("dateTime", "0001-01-01T00:00:00+14:00"),
        ("dateTime", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_values_of_no_meaning_are_refused(range: str, value: Value) -> None:
    with pytest.raises(InvalidFact):
        checked(a(range), value, None)


def test_an_object_is_a_node_of_the_right_kind() -> None:
    works_for = PREDICATES["worksFor"]
    for object in (None, "", "contact:a@x"):
        with pytest.raises(InvalidFact):
            checked(works_for, "Acme", object)


def test_money_is_stated_in_a_currency() -> None:
    budget, satisfaction = PREDICATES["lifetimeValue"], PREDICATES["satisfaction"]
    assert checked_unit(budget, " EUR ") == "EUR"
    assert checked_unit(budget, "unknown") == "unknown"
    assert checked_unit(budget, None) is checked_unit(satisfaction, " ") is None
    assert checked_unit(satisfaction, "points") == "points"
    for wrong in ("eur", "€", "EURO"):
        with pytest.raises(InvalidFact):
            checked_unit(budget, wrong)
    for wrong in ("x" * 41, "\udc00"):
        with pytest.raises(InvalidFact):
            checked_unit(satisfaction, wrong)


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(
    value=st.one_of(
        st.text(st.characters()), st.integers(), st.floats(), st.booleans(), st.from_regex(r"-?\d+(E-?\d+)?")
    ),
    name=st.sampled_from(sorted(name for name, known in PREDICATES.items() if not known.object_class)),
)
def test_whatever_is_given_is_refused_or_can_be_stored(value: Any, name: str) -> None:
    try:
        found, _ = checked(PREDICATES[name], value, None)
    except InvalidFact as refused:
        str(refused).encode()
        return
    check_parameters({"value": found})
    assert len(str(found)) <= 10_000
