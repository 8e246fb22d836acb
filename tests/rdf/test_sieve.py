"""What the sieve lets pass breaks no rule: with it and without it the same violations are found."""

import os
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import SH, Graph, URIRef
from rdflib.collection import Collection

from kb.model.moment import BEGINNING, FOREVER
from kb.rdf import sieve, validate
from kb.rdf.rows import Row
from kb.rdf.shapes import ONTOLOGY, checks
from kb.rdf.suspects import part_of
from tests.rdf.sample import MARCH, MAY, Rows, sound
from tests.rdf.test_validate import BROKEN, add_copy, broken

ALL = bool(os.environ.get("KBCRM_TEST_ALL"))
SHAPES = "https://kbcrm.example/shapes#"

NAMES = (
    *("id", "statement", "subject", "predicate", "object", "value", "unit", "kind", "confidence", "status"),
    *("valid_from", "valid_to", "recorded_at", "superseded_at", "rule", "at", "channel", "direction", "text"),
    *("n", "start", "end", "quantity", "role", "since", "until", "stands_alone", "occurrence", "validFrom"),
    *("has_fact", "object_node", "text_", "recorded__at", "entity", "party", "customer", "colour"),
)
VALUES: tuple[Any, ...] = (
    *(None, "", "EUR", "email", "pigeon", "inbound", "expert", "rumour", "inferred", "asserted", "disputed"),
    *(
        "retracted",
        "prefersChannel",
        "remark",
        "worksFor",
        "decisionMaker",
        "totalSpend",
        "1",
        "2.50",
        "a few",
    ),
    *("customer:C-1001", "product:QX-40", "contact:anna@noordzee.example", "mail:1", "fact:1", "nobody"),
    *(0, 1, 2, -1, MARCH, MAY, FOREVER, FOREVER + 1, BEGINNING - 1, 0.0, 0.5, 1.0, 1.5, True, False),
    *(["a", "b"], [MARCH, MAY], [], "We", "\ud800", "\ud83d\ude00 We"),
)
TYPES = (
    *("HAS_FACT", "OBJECT", "EVIDENCED_BY", "DERIVED_FROM", "INVOLVES", "LINE", "CONTACT_OF", "HAS_FEATURE"),
    *("SAME_AS", "KNOWS"),
)
LABELS = ("Customer", "Contact", "Product", "Feature", "Fact", "Interaction", "Expert", "Planet")


def twice(rows: Rows) -> Rows:
    """Two copies of the sample side by side, so that rows can lean on each other's."""
    add_copy(rows, sound(), "~2")
    return rows


@st.composite
def changes(draw: st.DrawFn) -> Callable[[Rows], None]:
    """One change of one row, or one more row."""
    what = draw(st.sampled_from(["set", "drop", "retarget", "retype", "copy", "remove", "edge"]))
    on_edge, known = draw(st.booleans()), draw(st.booleans())
    name, value = draw(st.sampled_from(NAMES)), draw(st.sampled_from(VALUES))

    places = draw(st.lists(st.integers(0, 10_000), min_size=5, max_size=5))

    def change(rows: Rows) -> None:
        left = iter(places)

        def pick(items: Sequence[Any]) -> Any:
            return items[next(left) % len(items)]

        table: list[Row] = rows.edge_rows if on_edge else rows.node_rows
        row = pick(table)
        match what:
            case "set":
                row["props"][pick(list(row["props"]) or [name]) if known else name] = value
            case "drop":
                if row["props"]:
                    row["props"].pop(pick(list(row["props"])))
            case "retarget":
                pick(rows.edge_rows)[pick(["from", "to"])] = pick(rows.node_rows)["id"]
            case "retype":
                row["type" if on_edge else "label"] = pick(TYPES if on_edge else LABELS)
            case "copy":
                table.append(deepcopy(row) | ({} if on_edge else {"label": pick(LABELS)}))
            case "remove":
                table.remove(row)
            case _:
                rows.edge(pick(TYPES), pick(rows.node_rows)["id"], pick(rows.node_rows)["id"])

    return change


@settings(max_examples=5000 if ALL else 250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(changes(), min_size=1, max_size=6))
def test_any_fault_is_found_with_the_sieve_as_without(made: list[Callable[[Rows], None]]) -> None:
    rows = twice(sound())
    for change in made:
        change(rows)
    assert validate.validate(rows) == validate.validate_whole(rows)


@pytest.mark.parametrize("fault", BROKEN)
def test_each_fault_is_found_with_the_sieve_as_without(fault: str) -> None:
    rows = twice(broken(BROKEN[fault][0]))
    found = validate.validate(rows)
    assert found
    assert found == validate.validate_whole(rows)


def test_a_sound_graph_leaves_nothing_to_ask() -> None:
    part = part_of(twice(sound()))
    assert (part.nodes, part.again, part.edges, part.asked) == ([], [], [], set())


def test_a_rule_that_the_sieve_does_not_know_is_asked_of_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "RULES", sieve.RULES - {"fact-kind"})
    monkeypatch.setattr(validate, "part_of", lambda _rows: pytest.fail("nothing may be left out"))
    assert validate.validate(sound()) == []


def test_the_sieve_knows_every_rule_and_the_values_that_they_allow() -> None:
    assert {check.shape for check in checks()} == sieve.RULES
    shapes = Graph().parse(ONTOLOGY / "shapes.ttl")

    def allowed(shape: str) -> set[str]:
        (values,) = shapes.objects(URIRef(SHAPES + shape), SH["in"])
        return {str(value) for value in Collection(shapes, values)}

    assert allowed("fact-kind") == sieve.KINDS
    assert allowed("fact-status") == sieve.STATUSES
    assert allowed("interaction-channel") >= sieve.CHANNELS
    assert allowed("interaction-direction") == sieve.DIRECTIONS
