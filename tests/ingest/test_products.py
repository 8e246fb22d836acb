"""Product lists: products, their names and their features."""

from pathlib import Path
from typing import Any

import pytest

from ingest.records import Parsed
from ingest.sources import products
from kb.errors import InvalidFile
from kb.model.ledger import RecordKind
from tests.ingest.table_files import parted, reading, rejections, write

DEMO = Path(products.__file__).parents[1] / "demo" / "company" / "products.csv"
HEADER = "sku,name,name_zh,category,version,features,price,currency,released,aliases"


def rows(folder: Path, *lines: str, header: str = HEADER, **how: Any) -> tuple[list[Parsed], list[Any]]:
    return parted(products.read(write(folder, "\n".join([header, *lines]) + "\n"), reading(**how)))


def nodes(entry: Parsed) -> list[dict[str, Any]]:
    return list(entry.payload["nodes"])  # type: ignore[arg-type]


def test_a_row_gives_the_product_and_its_features_in_one_record(tmp_path: Path) -> None:
    parts, aliases = "16 bar; Cast  Iron;cast iron;CIP", "HP100;小多级;HP100"
    line = f"hp-100,HP-100 pump,多级泵,high,2.4,{parts},2850.00,EUR,2019-04-15,{aliases}"
    (entry,), rejected = rows(tmp_path, line)
    assert not rejected
    assert (entry.kind, entry.key, entry.place) == (RecordKind.NODE, "products/HP-100", 2)
    product, *features = nodes(entry)
    assert (product["id"], product["type"]) == ("product:HP-100", "Product")
    assert product["names"] == ["HP-100 pump", "多级泵", "hp-100", "HP100", "小多级"]
    assert product["props"] == {
        "name": "HP-100 pump",
        "name_zh": "多级泵",
        "sku": "hp-100",
        "category": "high",
        "version": "2.4",
        "price": "2850",
        "currency": "EUR",
        "released": "2019-04-15",
    }
    assert [(node["id"], node["type"], node["names"]) for node in features] == [
        ("feature:16 bar", "Feature", ["16 bar"]),
        ("feature:cast iron", "Feature", ["cast iron"]),
        ("feature:cip", "Feature", ["CIP"]),
    ]
    assert product["links"] == [{"rel": "HAS_FEATURE", "target": node["id"]} for node in features]


def test_a_price_without_a_currency_has_none_unless_one_is_given(tmp_path: Path) -> None:
    header = "Artikelnummer;Bezeichnung;Preis"
    (entry,), _ = rows(tmp_path, "A;Pumpe;1.234,50", header=header)
    assert nodes(entry)[0]["props"] == {"name": "Pumpe", "sku": "A", "price": "1234.5"}
    (entry,), _ = rows(tmp_path, "A;Pumpe;1.234,50", header=header, currency="CHF")
    assert nodes(entry)[0]["props"]["currency"] == "CHF"


def test_bad_rows_are_rejected_beside_good_ones(tmp_path: Path) -> None:
    found, rejected = rows(
        tmp_path,
        ",No code,,,,,,,,",
        "A,,,,,,cheap,EUR,,",
        "A,,,,,,5,guilders,,",
        "A,,,,,,5,EUR,soon,",
        f"A,{'x' * 3000},,,,,5,EUR,,",
        "B,,,,,,,,,",
    )
    assert [entry.key for entry in found] == ["products/B"]
    assert nodes(found[0])[0]["props"] == {"sku": "B"}
    assert [(reason, field, place) for reason, field, _, place in rejections(rejected)] == [
        ("missing_field", "sku", 2),
        ("bad_number", "price", 3),
        ("bad_value", "currency", 4),
        ("bad_date", "released", 5),
        ("too_big", "name", 6),
    ]


def test_a_list_without_codes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as error:
        rows(tmp_path, "Pump,5", header="name,price")
    assert error.value.data["field"] == "sku"


def test_the_demonstration_products_are_all_read() -> None:
    found, rejected = parted(products.read(DEMO, reading()))
    assert (len(found), rejected) == (25, [])
    assert len({nodes(entry)[0]["id"] for entry in found}) == 25
    assert all(nodes(entry)[0]["props"]["currency"] == "EUR" for entry in found)
