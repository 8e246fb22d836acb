"""The commands that read: who, what happened, what a fact rests on; for people, programs, within rights."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kb.model.moment import BEGINNING
from tests.cli.conftest import Kbcrm
from webapp.cli.moments import shown


def count_of_orders(kbcrm: Kbcrm) -> dict[str, Any]:
    return next(fact for fact in kbcrm.lines("facts", "K-1") if fact["predicate"] == "orderCount")


def test_a_list_of_customers_for_programs_is_one_a_line_and_says_beside_it_when_it_is_cut(
    kbcrm: Kbcrm,
) -> None:
    result = kbcrm.call("customers", "--sort", "orders", "--descending", "--limit", "1", "--json")
    (first,) = map(json.loads, result.stdout.splitlines())
    assert (first["id"], first["orders"]) == ("customer:K-1", 2)
    assert first["spend"] == [{"currency": "EUR", "amount": "4459.84"}]
    assert result.stderr == "1 of 2\n"


@pytest.mark.parametrize("id", ["K-1", "customer:K-1"])
def test_a_customer_is_shown_with_their_people(kbcrm: Kbcrm, id: str) -> None:
    (found,) = kbcrm.lines("customer", id)
    assert (found["id"], found["name"]) == ("customer:K-1", "Harbour Laundry")
    assert found["properties"]["last_order"] == "2026-03-14T00:00:00.000Z"
    assert [(one["name"], one["role"]) for one in found["contacts"]] == [("Anna Visser", "plant manager")]
    said = kbcrm.run("customer", id)
    assert said.startswith("Harbour Laundry (customer:K-1)\n")
    assert "last_order: 2026-03-14\n" in said
    assert "anna@harbour-laundry.example" in said


def test_a_timeline_is_cut_newest_first_and_by_channel(kbcrm: Kbcrm) -> None:
    def orders(*words: str) -> list[str]:
        return [row["id"] for row in kbcrm.lines("timeline", "K-1", "--channel", "order", *words)]

    assert orders() == ["order:1002", "order:1001"]
    assert orders("--limit", "1") == ["order:1002"]
    assert orders("--offset", "1") == ["order:1001"]
    assert orders("--as-of", "2026-03-01") == ["order:1001"]
    assert orders("--known-at", "2026-01-01") == []
    assert kbcrm.lines("timeline", "K-1", "--channel", "visit") == []
    assert kbcrm.call("timeline", "K-1", "--channel", "fax").exit_code == 2
    said = kbcrm.run("timeline", "K-1", "--channel", "order", "--limit", "1")
    assert "499.84 EUR  order:1002" in said
    assert said.endswith("1 of 2\n")


def test_a_figure_is_shown_with_its_history_and_what_it_was_computed_from(kbcrm: Kbcrm) -> None:
    count = count_of_orders(kbcrm)
    (opened,) = kbcrm.lines("fact", "show", count["id"])
    assert (opened["subject_name"], opened["value"]) == ("Harbour Laundry", 2)
    assert [version["value"] for version in opened["history"]] == [2, 1]
    assert opened["history_total"] == 2
    assert [row["id"] for row in opened["computed_from"]["items"]] == ["order:1002", "order:1001"]
    said = kbcrm.run("fact", "show", count["id"])
    assert said.startswith("Harbour Laundry (customer:K-1), number of orders: 2\nobservational, 100% sure")
    assert "order:1001" in said.partition("Computed from:")[2]
    assert opened["history"][1]["id"] in said


def test_a_long_history_says_how_long_it_is(kbcrm: Kbcrm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.reading.HISTORY_SHOWN", 1)
    count = count_of_orders(kbcrm)
    (opened,) = kbcrm.lines("fact", "show", count["id"])
    assert (len(opened["history"]), opened["history_total"]) == (1, 2)
    assert "\n1 of 2\n" in kbcrm.run("fact", "show", count["id"])


def test_the_words_that_a_fact_rests_on_are_shown_to_whom_they_exist_for(kbcrm: Kbcrm) -> None:
    (stated,) = kbcrm.lines("fact", "state", "product:VX-50", "category", "pump", "--note", "seen by Chen")
    show, note = ("fact", "show", stated["id"]), stated["evidence"][0]["interaction"]
    kbcrm.run(
        *("users", "add", "rosa", "--role", "customer", "--customer", "K-1"),
        *("--password", "long enough it is"),
    )
    assert f"evidence: “seen by Chen” ({note})\n" in kbcrm.run(*show)
    assert "evidence: not for you to see\n" in kbcrm.run("--as", "rosa", *show)
    for more in ((), ("--json",)):
        assert "Chen" not in kbcrm.run("--as", "rosa", *show, *more)
    kbcrm.run("fact", "retract", stated["id"], "--note", "the wrong pump")


def test_an_order_is_shown_to_programs_with_its_lines(kbcrm: Kbcrm) -> None:
    (order,) = kbcrm.lines("interaction", "order:1001")
    assert [(line["product"], line["amount"]) for line in order["lines"]] == [("product:VX-50", "3960.00")]
    assert order["customers"] == [{"id": "customer:K-1", "name": "Harbour Laundry"}]


def test_a_product_is_found_by_its_number(kbcrm: Kbcrm) -> None:
    (found,) = kbcrm.lines("product", "VX-50")
    assert kbcrm.lines("product", "product:VX-50") == [found]
    assert (found["id"], found["properties"]["sku"], found["features"]) == ("product:VX-50", "VX-50", [])
    assert not {"search", "name_key"} & found["properties"].keys()
    assert kbcrm.run("product", "VX-50").startswith("VX-50 (product:VX-50)\n")
    assert kbcrm.fail("product", "VX-0", "--json") == "kbcrm: There is no product product:VX-0.\n"


def test_what_is_out_of_scope_is_read_by_no_door(kbcrm: Kbcrm) -> None:
    count = count_of_orders(kbcrm)["id"]
    for what, words in (
        ("customer", ("customer", "K-1")),
        ("customer", ("timeline", "K-1")),
        ("fact", ("fact", "show", count)),
        ("interaction", ("interaction", "order:1001")),
    ):
        for more in ((), ("--json",)):
            assert kbcrm.call("--as", "pieter", *words, *more).exit_code == 0
            assert f"There is no {what} " in kbcrm.fail("--as", "li.na", *words, *more)
    assert [row["id"] for row in kbcrm.lines("--as", "li.na", "customers")] == ["customer:K-2"]


def test_a_beginning_that_is_open_is_shown_in_every_zone() -> None:
    assert shown(BEGINNING, ZoneInfo("America/New_York")) == ""
