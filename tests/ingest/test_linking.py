"""Whom and what an exported conversation is about, where it says so by number or in a column."""

from typing import Any

import pytest

from ingest.directory import Directory
from ingest.linking import Link, Linker

NODES: tuple[dict[str, Any], ...] = (
    {"id": "customer:C-1", "names": ["Harbour Laundry"]},
    {"id": "product:HP-200", "names": ["HP-200 multistage pump"], "props": {"sku": "HP-200"}},
)


def links(**payload: Any) -> list[Link]:
    directory = Directory()
    for node in NODES:
        directory.add(node)
    return Linker(directory).links({"at": 0, "text": "", **payload})


@pytest.mark.parametrize("name", ["C-1", "Harbour Laundry", "harbour laundry"])
def test_a_customer_is_found_by_number_or_name(name: str) -> None:
    found = links(participants=[{"role": "customer", "name": name, "address": None}])
    assert [(link.target, link.role) for link in found] == [("customer:C-1", "customer")]


@pytest.mark.parametrize("product", ["HP-200", "hp-200", "HP-200 multistage pump"])
def test_the_product_of_a_review_is_what_it_is_about(product: str) -> None:
    assert links(product=product) == [Link("product:HP-200", "about", "product")]


@pytest.mark.parametrize("product", [None, "", "HP-201"])
def test_an_unknown_product_links_nothing(product: str | None) -> None:
    assert links(product=product) == []
