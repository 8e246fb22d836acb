"""The graph as a fold of the ledger: orders, nodes, interactions and links, batch by batch, over crashes."""

from pathlib import Path
from typing import Any

import pytest

from kb.model.fact import Kind
from kb.model.ledger import RunStatus
from kb.model.moment import FOREVER
from kb.ports import Graph
from tests.kb.drafts import line, link, mail, node, ordered, quoted, stated
from tests.kb.parts import DAY, START, World, world

ORDER = """
MATCH (o:Interaction {id: $id}) OPTIONAL MATCH (o)-[l:LINE]->(p:Product)
WITH o, l, p ORDER BY l.n
WITH o, collect({product: p.id, quantity: l.quantity, amount: l.amount, n: l.n}) AS lines
OPTIONAL MATCH (o)-[r:INVOLVES]->(c:Customer)
RETURN o.at AS at, o.recorded_at AS recorded_at, lines, collect(c.id) AS customers
"""


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    return world(graph, tmp_path)


def order(here: World, id: str) -> dict[str, Any]:
    (found,) = here.graph.read(ORDER, id=id)
    return found


def lines(here: World, id: str) -> list[tuple[str, str]]:
    found = sorted(order(here, id)["lines"], key=lambda one: one["n"])
    return [(one["product"].removeprefix("product:"), one["quantity"]) for one in found]


def test_an_order_has_its_lines_and_its_customer(here: World) -> None:
    here.run(
        *ordered(
            line("O-1", at=START + DAY), line("O-1", product="P-2", quantity="3", price="2.505", at=START)
        )
    )
    found = order(here, "order:O-1")
    assert (found["at"], found["customers"]) == (START, ["customer:C-1"])
    assert [one["amount"] for one in sorted(found["lines"], key=lambda one: one["n"])] == [100_000, 75_150]


def test_an_anonymous_order_has_lines_and_no_customer(here: World) -> None:
    here.run(*ordered(line("O-1", None, price=None)))
    found = order(here, "order:O-1")
    assert found["customers"] == []
    assert [(one["product"], one["amount"]) for one in found["lines"]] == [("product:P-1", None)]


def test_lines_that_come_later_join_their_order_and_keep_what_rests_on_it(here: World) -> None:
    first = here.run(*ordered(line("O-1")))
    here.run(stated("customer:C-1", "need", "quiet pumps", quoted("order:O-1"), statement="s1"))
    here.run(*ordered(line("O-1", product="P-2")))
    assert lines(here, "order:O-1") == [("P-1", "1"), ("P-2", "1")]
    assert order(here, "order:O-1")["recorded_at"] == first.recorded_at
    resting = here.graph.read(
        "MATCH (f:Fact {statement: 's1'})-[:EVIDENCED_BY]->(o:Interaction) RETURN o.id AS id LIMIT 9"
    )
    assert resting == [{"id": "order:O-1"}]


def test_an_amended_line_replaces_the_earlier_one_and_may_move_to_another_customer(here: World) -> None:
    here.run(*ordered(line("O-1"), line("O-1", occurrence=2)))
    here.run(*ordered(line("O-1", quantity="5")))
    assert sorted(lines(here, "order:O-1")) == [("P-1", "1"), ("P-1", "5")]
    here.run(*ordered(line("O-1", "C-2", quantity="5"), line("O-1", "C-2", occurrence=2)))
    assert order(here, "order:O-1")["customers"] == ["customer:C-2"]


def test_nodes_are_made_from_all_that_speak_of_them_and_the_highest_rank_names_them(here: World) -> None:
    here.run(node("customer:C-1", "Acme BV", rank=10, country="NL", source="contacts"))
    here.run(node("customer:C-1", "ACME", rank=1, country="DE", city="Rotterdam", source="orders"))
    (row,) = here.graph.read("MATCH (c:Customer {id: 'customer:C-1'}) RETURN c AS customer LIMIT 2")
    found = row["customer"]
    assert (found["name"], found["country"], found["city"]) == ("Acme BV", "NL", "Rotterdam")
    assert sorted(found["names"]) == ["ACME", "Acme BV"]
    here.run(node("customer:C-1", "Acme NV", rank=10, source="contacts"))
    (row,) = here.graph.read("MATCH (c:Customer {id: 'customer:C-1'}) RETURN c AS customer LIMIT 2")
    found = row["customer"]
    assert (found["name"], found["country"]) == ("Acme NV", "DE")
    assert sorted(found["names"]) == ["ACME", "Acme NV"]


def test_a_contact_belongs_to_its_customer_whichever_comes_first(here: World) -> None:
    here.run(node("contact:a@x", "Ann", links=[("CONTACT_OF", "customer:C-1")]))
    here.run(node("customer:C-1", "Acme"))
    query = "MATCH (n:Contact)-[:CONTACT_OF]->(c:Customer) RETURN n.id AS contact, c.id AS customer LIMIT 9"
    assert here.graph.read(query) == [{"contact": "contact:a@x", "customer": "customer:C-1"}]
    here.run(node("contact:a@x", "Ann", links=[("CONTACT_OF", "customer:C-2")]), node("customer:C-2", "Bolt"))
    assert here.graph.read(query) == [{"contact": "contact:a@x", "customer": "customer:C-2"}]


def test_links_wait_for_those_they_lead_to(here: World) -> None:
    here.run(*mail("mail:1", about=["customer:C-1", "product:P-1"]))
    query = (
        "MATCH (:Interaction {id: 'mail:1'})-[r:INVOLVES]->(n) RETURN n.id AS id, r.role AS role ORDER BY id"
    )
    assert here.graph.read(query) == []
    here.run(node("customer:C-1", "Acme"))
    assert here.graph.read(query) == [{"id": "customer:C-1", "role": "about"}]
    here.run(*ordered(line("O-1", None)))
    assert [row["id"] for row in here.graph.read(query)] == ["customer:C-1", "product:P-1"]


def test_a_mail_that_is_read_again_keeps_when_it_was_first_known(here: World) -> None:
    first = here.run(node("customer:C-1", "Acme"), *mail("mail:1", "Hello."))
    here.run(*mail("mail:1", "Hello again."), link("mail:1", "customer:C-1", role="from"))
    (row,) = here.graph.read("MATCH (i:Interaction {id: 'mail:1'}) RETURN i AS mail LIMIT 2")
    assert (row["mail"]["text"], row["mail"]["recorded_at"]) == ("Hello again.", first.recorded_at)


def test_a_fact_waits_for_what_it_is_about_and_for_its_evidence(here: World) -> None:
    count = "MATCH (f:Fact) RETURN count(f) AS facts LIMIT 1"
    here.run(stated("customer:C-1", "need", "quiet pumps", quoted("mail:1"), statement="s1"))
    assert here.graph.read(count) == [{"facts": 0}]
    here.run(node("customer:C-1", "Acme"))
    assert here.graph.read(count) == [{"facts": 0}]
    here.run(*mail("mail:1"))
    assert here.graph.read(count) == [{"facts": 1}]


def test_values_of_every_type_and_objects_are_stored_as_they_are(here: World) -> None:
    here.run(
        node("customer:C-1", "Acme"),
        node("contact:a@x", "Ann"),
        *mail("mail:1"),
        stated("customer:C-1", "orderCount", 7, quoted("mail:1"), statement="s1", kind=Kind.EXPERT),
        stated("contact:a@x", "worksFor", None, quoted("mail:1"), statement="s2", object="customer:C-1"),
        stated("customer:C-1", "satisfaction", 0.5, quoted("mail:1"), statement="s3"),
    )
    rows = here.graph.read(
        "MATCH (f:Fact) OPTIONAL MATCH (f)-[:OBJECT]->(o:Customer) "
        "RETURN f.statement AS s, f.value AS value, o.id AS object ORDER BY s LIMIT 9"
    )
    assert [(row["value"], row["object"]) for row in rows] == [(7, None), (None, "customer:C-1"), (0.5, None)]
    assert type(rows[0]["value"]) is int


def believed(here: World, subject: str) -> list[str]:
    query = "MATCH (:Customer {id: $id})-[:HAS_FACT]->(f:Fact) WHERE f.superseded_at = $open "
    rows = here.graph.read(query + "RETURN f.status AS status LIMIT 9", id=subject, open=FOREVER)
    return [row["status"] for row in rows]


def test_an_amended_statement_leaves_the_one_it_was_wrongly_made_of_and_may_come_back(here: World) -> None:
    here.run(node("customer:C-1", "Acme"), node("customer:C-2", "Bolt"), *mail("mail:1"))

    def said_of(subject: str) -> None:
        here.run(stated(subject, "prefersChannel", "call", quoted("mail:1"), statement="s1"))

    said_of("customer:C-1")
    assert believed(here, "customer:C-1") == ["asserted"]
    said_of("customer:C-2")
    assert believed(here, "customer:C-1") == []
    assert believed(here, "customer:C-2") == ["asserted"]
    said_of("customer:C-1")
    assert believed(here, "customer:C-1") == ["asserted"]
    assert believed(here, "customer:C-2") == []


def test_a_statement_that_a_later_run_made_of_somebody_else_stays_there(here: World) -> None:
    here.run(node("customer:C-1", "Acme"), node("customer:C-2", "Bolt"), *mail("mail:1"))
    slow = here.opened()
    here.run(stated("customer:C-2", "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    late = stated("customer:C-1", "prefersChannel", "call", quoted("mail:1"), statement="s1")
    here.done(here.ledger.land(slow, [late], entries=1, last=True))
    assert believed(here, "customer:C-2") == ["asserted"]
    assert believed(here, "customer:C-1") == []
    export = here.export()
    assert here.rebuilt() == export


def test_a_run_that_stopped_half_way_shows_what_has_landed_and_its_figures_when_it_is_done(
    here: World,
) -> None:
    run = here.ledger.land(here.opened(), ordered(line("O-1")), entries=1)
    here.ledger.finish(run, RunStatus.STOPPED, problem="The disk is full.")
    here.keeping.catch_up()
    counts = "MATCH (f:Fact {predicate: 'orderCount', superseded_at: $open}) RETURN f.value AS n LIMIT 9"
    assert lines(here, "order:O-1") == [("P-1", "1")]
    assert here.graph.read(counts, open=FOREVER) == []
    run = here.ledger.finish(here.ledger.run(run.id), RunStatus.RUNNING)
    here.done(here.ledger.land(run, [line("O-2", at=START)], entries=1, last=True))
    assert here.graph.read(counts, open=FOREVER) == [{"n": 2}]
