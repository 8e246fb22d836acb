"""What customers' orders tell: each figure with its time, its evidence and a version a change."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kb import reading
from kb.model.fact import Kind, Quote, Status
from kb.model.ledger import Draft
from kb.model.moment import FOREVER, AsOf, to_iso
from kb.ports import Graph
from tests.kb.drafts import line, mail, ordered, quoted, stated
from tests.kb.parts import ADMIN, DAY, NOW, START, World, world


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    return world(graph, tmp_path)


def figure(
    here: World, predicate: str, customer: str = "C-1", *, known: int = FOREVER - 1
) -> list[tuple[Any, ...]]:
    """(value, unit, from which day, to which day, evidence) of the versions known then, by their time."""
    rows = here.graph.read(
        """
        MATCH (:Customer {id: $customer})-[:HAS_FACT]->(f:Fact {predicate: $predicate})
        MATCH (f)-[:EVIDENCED_BY]->(o:Interaction)
        WHERE f.recorded_at <= $known AND f.superseded_at > $known
        RETURN f.value AS value, f.unit AS unit, f.valid_from AS since, f.valid_to AS until, o.id AS order
        ORDER BY unit, since
        """,
        customer=f"customer:{customer}",
        predicate=predicate,
        known=known,
    )
    return [
        (row["value"], row["unit"], day(row["since"]), day(row["until"]), row["order"].removeprefix("order:"))
        for row in rows
    ]


def day(moment: int) -> int | None:
    return None if moment == FOREVER else (moment - START) // DAY


def bought(*days: int, customer: str = "C-1", prefix: str = "O", **of: Any) -> Sequence[Draft]:
    return [line(f"{prefix}-{n}", customer, at=START + n * DAY, **of) for n in days]


def test_first_last_and_number_of_orders_change_at_each_order(here: World) -> None:
    here.run(*ordered(*bought(0, 5, 9)))
    first, at = to_iso(START), [to_iso(START + n * DAY) for n in (0, 5, 9)]
    assert figure(here, "firstOrder") == [(first, None, 0, None, "O-0")]
    assert figure(here, "lastOrder") == [
        (at[0], None, 0, 5, "O-0"),
        (at[1], None, 5, 9, "O-5"),
        (at[2], None, 9, None, "O-9"),
    ]
    assert figure(here, "orderCount") == [
        (1, None, 0, 5, "O-0"),
        (2, None, 5, 9, "O-5"),
        (3, None, 9, None, "O-9"),
    ]


def test_lines_of_one_order_are_one_order(here: World) -> None:
    here.run(*ordered(line("O-1"), line("O-1", product="P-2"), line("O-1", occurrence=2)))
    assert figure(here, "orderCount") == [(1, None, 0, None, "O-1")]
    assert figure(here, "totalSpend") == [("30.00", "EUR", 0, None, "O-1")]


def test_spend_is_exact_and_apart_for_each_currency_and_where_none_was_given(here: World) -> None:
    here.run(
        *ordered(
            *(line(f"O-{n}", price="0.1", at=START + n * DAY) for n in range(3)),
            line("O-3", price="0.335", quantity="3", currency="CNY", at=START + 3 * DAY),
            line("O-4", currency=None, at=START + 4 * DAY),
            line("O-5", price=None, at=START + 5 * DAY),
        )
    )
    assert figure(here, "totalSpend") == [
        ("1.005", "CNY", 3, None, "O-3"),
        ("0.10", "EUR", 0, 1, "O-0"),
        ("0.20", "EUR", 1, 2, "O-1"),
        ("0.30", "EUR", 2, None, "O-2"),
        ("10.00", "unknown", 4, None, "O-4"),
    ]


def test_returns_are_counted_and_taken_from_the_spend(here: World) -> None:
    here.run(*ordered(*bought(0), line("R-1", quantity="-1", price="4", at=START + DAY)))
    assert figure(here, "returnCount") == [(1, None, 1, None, "R-1")]
    assert figure(here, "returnedValue") == [("4.00", "EUR", 1, None, "R-1")]
    assert figure(here, "totalSpend")[-1] == ("6.00", "EUR", 1, None, "R-1")
    assert figure(here, "orderCount") == [(1, None, 0, None, "O-0")]


def test_the_interval_is_the_mean_of_the_days_between_order_days_from_the_third_on(here: World) -> None:
    here.run(*ordered(*bought(0, 4, 9), line("O-same", at=START + 9 * DAY + 1000)))
    assert figure(here, "orderInterval") == [(4.5, "days", 9, None, "O-9")]


def test_the_favourite_category_is_that_of_most_lines_and_first_by_name_of_several(here: World) -> None:
    here.run(
        *ordered(
            *bought(0, category="seals"),
            *bought(1, category="pumps"),
            *bought(2, category="seals"),
            *bought(3),
        )
    )
    assert figure(here, "favouriteCategory") == [
        ("seals", None, 0, 1, "O-0"),
        ("pumps", None, 1, 2, "O-1"),
        ("seals", None, 2, None, "O-2"),
    ]


def test_a_later_run_adds_versions_and_what_was_known_before_stays_known(here: World) -> None:
    first = here.run(*ordered(*bought(0, 5)))
    here.run(*ordered(*bought(9)))
    assert figure(here, "orderCount", known=first.recorded_at) == [
        (1, None, 0, 5, "O-0"),
        (2, None, 5, None, "O-5"),
    ]
    assert [row[0] for row in figure(here, "orderCount")] == [1, 2, 3]
    versions = here.graph.read("MATCH (f:Fact {predicate: 'orderCount'}) RETURN count(f) AS n LIMIT 1")
    assert versions == [{"n": 4}]  # 1 stays, 2 gets an end, 3 is new: a version a change


def test_an_order_that_is_told_late_rewrites_the_time_after_it_only(here: World) -> None:
    here.run(*ordered(*bought(0, 9)))
    here.run(*ordered(*bought(5)))
    assert figure(here, "orderCount") == [
        (1, None, 0, 5, "O-0"),
        (2, None, 5, 9, "O-5"),
        (3, None, 9, None, "O-9"),
    ]


def test_an_amended_line_changes_the_figures_from_its_day_on(here: World) -> None:
    first = here.run(*ordered(*bought(0, 5)))
    here.run(*ordered(line("O-5", price="1", at=START + 5 * DAY)))
    assert [row[0] for row in figure(here, "totalSpend")] == ["10.00", "11.00"]
    assert [row[0] for row in figure(here, "totalSpend", known=first.recorded_at)] == ["10.00", "20.00"]


def test_a_moved_line_leaves_one_customer_and_joins_the_other(here: World) -> None:
    here.run(*ordered(*bought(0, 5)))
    here.run(*ordered(line("O-5", "C-2", at=START + 5 * DAY)))
    assert [row[0] for row in figure(here, "orderCount")] == [1]
    assert [row[0] for row in figure(here, "orderCount", "C-2")] == [1]
    here.run(*ordered(line("O-0", "C-2", at=START)))
    assert figure(here, "orderCount") == figure(here, "totalSpend") == []
    (row,) = here.knowledge.customers(ADMIN, search="C-1").items
    assert (row.orders, row.last_order, row.spend) == (0, None, ())


def test_a_run_that_repeats_everything_changes_nothing_but_its_own_close(here: World) -> None:
    here.run(*ordered(*bought(0, 5, 9)))
    export = here.export()
    here.run(*ordered(*bought(0, 5, 9)))
    assert here.export() == export


def test_anonymous_orders_belong_to_nobodys_figures(here: World) -> None:
    here.run(*ordered(*bought(0), line("O-none", None)))
    assert [row[0] for row in figure(here, "orderCount")] == [1]


def test_two_orders_at_one_moment_are_one_change(here: World) -> None:
    here.run(*ordered(line("O-a"), line("O-b")))
    assert figure(here, "orderCount") == [(2, None, 0, None, "O-b")]


def test_what_somebody_says_against_a_figure_is_disputed_and_both_stay(here: World) -> None:
    here.run(*ordered(*bought(0)))
    said = here.knowledge.state(
        ADMIN,
        subject="customer:C-1",
        predicate="orderCount",
        value=5,
        valid_from=START,
        note="I counted five.",
    )
    found = {
        f.claim.kind: f
        for f in here.knowledge.facts(ADMIN, "customer:C-1", NOW)
        if f.claim.predicate == "orderCount"
    }
    assert said.status == found[Kind.OBSERVATIONAL].status == Status.DISPUTED
    here.knowledge.retract(ADMIN, said.statement, note="I was wrong.")
    (left,) = (
        f for f in here.knowledge.facts(ADMIN, "customer:C-1", NOW) if f.claim.predicate == "orderCount"
    )
    assert (left.claim.value, left.status) == (1, Status.ASSERTED)


def test_a_disputed_figure_stays_disputed_until_it_changes(here: World) -> None:
    here.run(*ordered(*bought(0)))
    (count,) = (
        f for f in here.knowledge.facts(ADMIN, "customer:C-1", NOW) if f.claim.predicate == "orderCount"
    )
    here.knowledge.dispute(ADMIN, count.statement, note="They deny it.")

    def status() -> Status:
        found = here.knowledge.facts(ADMIN, "customer:C-1", NOW)
        return next(f.status for f in found if f.claim.predicate == "orderCount")

    assert status() == Status.DISPUTED
    here.run(*ordered(*bought(0, price="3")))  # another price, the same number of orders
    assert status() == Status.DISPUTED
    here.run(*ordered(*bought(3)))
    assert status() == Status.ASSERTED


def test_the_customer_list_shows_what_the_figures_say(here: World) -> None:
    here.run(*ordered(*bought(0, 5), line("O-6", currency="CNY", price="99", at=START + 6 * DAY)))
    (row,) = here.knowledge.customers(ADMIN).items
    assert (row.orders, row.last_order, row.spend) == (
        3,
        START + 6 * DAY,
        (("CNY", "99.00"), ("EUR", "20.00")),
    )


def test_an_opened_figure_lists_the_orders_it_was_computed_from(here: World) -> None:
    here.run(*ordered(*bought(0, 5, 9)))
    facts = here.knowledge.facts(ADMIN, "customer:C-1", AsOf(valid=START + 6 * DAY, known=FOREVER - 1))
    count = next(fact for fact in facts if fact.claim.predicate == "orderCount")
    opened = here.knowledge.opened(ADMIN, count.id)
    assert [touch.id for touch in opened.computed_from] == ["order:O-5", "order:O-0"]
    assert (opened.computed_total, opened.proofs[0].interaction and opened.proofs[0].interaction.id) == (
        2,
        "order:O-5",
    )


def test_facts_may_rest_on_orders(here: World) -> None:
    here.run(
        *ordered(*bought(0)),
        *mail("mail:1"),
        stated("customer:C-1", "need", "spares", Quote("order:O-0"), quoted("mail:1"), statement="s1"),
    )
    (need,) = (f for f in here.knowledge.facts(ADMIN, "customer:C-1", NOW) if f.claim.predicate == "need")
    assert [one.interaction for one in need.claim.evidence if isinstance(one, Quote)] == [
        "order:O-0",
        "mail:1",
    ]


def test_a_run_that_was_overtaken_by_one_with_the_same_lines_is_when_they_became_known(here: World) -> None:
    slow = here.ledger.land(here.opened(), ordered(*bought(0)), entries=1)
    here.run(*ordered(*bought(0, 5, customer="C-2")))
    slow = here.ledger.land(slow, ordered(*bought(0, 5, customer="C-2")), entries=2, last=True)
    here.done(slow)
    export = here.export()
    assert here.rebuilt() == export
    moments = here.graph.read("MATCH (f:Fact {predicate: 'orderCount'}) RETURN f.recorded_at AS at")
    assert {row["at"] for row in moments} == {slow.recorded_at}


def test_a_long_history_says_how_long_it_is(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "HISTORY_SHOWN", 2)
    here.run(*ordered(*bought(0, 5, 9)))
    facts = here.knowledge.facts(ADMIN, "customer:C-1", AsOf(valid=START + 6 * DAY, known=FOREVER - 1))
    count = next(fact for fact in facts if fact.claim.predicate == "orderCount")
    opened = here.knowledge.opened(ADMIN, count.id)
    assert (len(opened.history), opened.history_total) == (2, 3)
