"""What may not be stated is refused before anything is written: neither ledger nor graph changes."""

from pathlib import Path
from typing import Any

import pytest

from kb.errors import Invalid
from kb.model.fact import Kind
from kb.notes import NOTE_LIMIT
from kb.ports import Graph
from tests.kb.drafts import node
from tests.kb.parts import LI_NA, START, World, world

C1, C2 = "customer:C-1", "customer:C-2"


WRONG: list[dict[str, object]] = [
    {"predicate": "shoeSize"},
    {"predicate": "listPrice"},
    {"value": None},
    {"value": " "},
    {"value": "half a \ud800 character"},
    {"value": "x" * 20_000},
    {"object": C2, "predicate": "decisionMaker", "value": None},
    {"confidence": 1.01},
    {"confidence": float("nan")},
    {"kind": Kind.OBSERVATIONAL},
    {"valid_from": START, "valid_to": START},
    {"valid_from": 10**30},
    {"said_at": 10**30},
    {"note": "  "},
    {"note": "\udc00"},
    {"note": "x" * (NOTE_LIMIT + 1)},
    {"predicate": "orderCount", "value": 10**30},
    {"predicate": "orderCount", "value": "2.5"},
    {"predicate": "satisfaction", "value": "1E+999999999"},
    {"predicate": "firstOrder", "value": "0001-01-01T00:00:00+14:00"},
    {"predicate": "lifetimeValue", "value": "5", "unit": "euros"},
    {"subject": "shop:1"},
]


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    made = world(graph, tmp_path)
    made.run(node(C1, "Acme", team="shanghai"), node(C2, "Acme", team="shanghai"), source="contacts")
    return made


def test_what_may_not_exist_is_refused_before_anything_is_written(here: World) -> None:
    right: dict[str, Any] = {"subject": C1, "predicate": "prefersChannel", "value": "call", "note": "So."}
    export, seq = here.export(), here.ledger.last_seq()
    for wrong in WRONG:
        with pytest.raises(Invalid):
            here.knowledge.state(LI_NA, **(right | wrong))
        assert here.ledger.last_seq() == seq, wrong
    assert here.export() == export


def test_values_are_stored_in_the_type_of_their_predicate(here: World) -> None:
    for predicate, said, kept in (
        ("orderCount", "12", 12),
        ("satisfaction", "0.70", "0.70"),
        ("firstOrder", "2023-05-01T10:00+02:00", "2023-05-01T08:00:00.000Z"),
    ):
        fact = here.knowledge.state(LI_NA, subject=C1, predicate=predicate, value=said, note="So.")
        assert (fact.claim.value, type(fact.claim.value)) == (kept, type(kept))
