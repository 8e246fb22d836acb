"""Order lines: what they say, what is rejected, and what they introduce."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.headers import fields_of
from ingest.profile import Profile
from ingest.records import Parsed
from ingest.sources import orders
from ingest.sources.orders import Introduced
from kb.errors import InvalidFile
from kb.model.ledger import RecordKind
from kb.model.moment import to_millis
from tests.ingest.table_files import parted, reading, rejections, workbook, write

HEADER = ",".join(field.name for field in fields_of("orders"))
ROOT = Path(__file__).parents[2]
DEMO = ROOT / "ingest" / "demo" / "company"


def lines(folder: Path, *rows: str, **how: Any) -> tuple[list[Parsed], list[Any]]:
    path = write(folder, "\n".join([HEADER, *rows]) + "\n")
    return parted(orders.read(path, reading(**how)))


def test_a_line_says_what_the_file_says(tmp_path: Path) -> None:
    row = "C536379,85123a,-6.0,2010-12-01 08:26:00,2.550,17850, Ajax  B.V. ,  PUMP ,eur,NL,North,spare"
    (line,), rejected = lines(tmp_path, row, timezone=ZoneInfo("Europe/Amsterdam"))
    assert not rejected
    assert line == Parsed(
        kind=RecordKind.ORDER_LINE,
        key="orders/C536379/85123A",
        payload={
            "order": "C536379",
            "customer": "17850",
            "product": "85123A",
            "quantity": "-6",
            "unit_price": "2.55",
            "currency": "EUR",
            "at": to_millis(datetime(2010, 12, 1, 7, 26, tzinfo=UTC)),
            "customer_name": "Ajax B.V.",
            "description": "PUMP",
            "country": "NL",
            "branch": "North",
            "category": "spare",
        },
        raw=row.encode() + b"\n",
        place=2,
    )


def test_what_a_line_does_not_say_is_unknown(tmp_path: Path) -> None:
    (line,), _ = lines(tmp_path, "1,A,2,2025-01-02,,,,,,,,")
    assert line.payload == {
        "order": "1",
        "customer": None,
        "product": "A",
        "quantity": "2",
        "unit_price": None,
        "currency": None,
        "at": to_millis(datetime(2025, 1, 2, tzinfo=UTC)),
    }


def test_a_customer_without_a_number_goes_by_name(tmp_path: Path) -> None:
    found, _ = lines(tmp_path, "1,A,2,2025-01-02,,, Ajax  B.V.,,,,,", "2,A,2,2025-01-02,,C 7,Ajax B.V.,,,,,")
    assert [line.payload["customer"] for line in found] == ["name:ajax b.v.", "C 7"]


def test_a_column_called_customer_may_hold_names(tmp_path: Path) -> None:
    path = write(
        tmp_path, "Order,Product,Qty,Date,Customer\n1,A,2,2025-01-02,Ajax B.V.\n2,A,2,2025-01-02,Feyenoord\n"
    )
    found, _ = parted(orders.read(path, reading()))
    assert [line.payload["customer"] for line in found] == ["name:ajax b.v.", "name:feyenoord"]
    path = write(tmp_path, "Order,Product,Qty,Date,Customer\n1,A,2,2025-01-02,K-7\n2,A,2,2025-01-02,K-8\n")
    found, _ = parted(orders.read(path, reading()))
    assert [line.payload["customer"] for line in found] == ["K-7", "K-8"]


def test_a_repeated_line_is_another_line(tmp_path: Path) -> None:
    row = "1,A,2,2025-01-02,,,,,,,,"
    found, _ = lines(tmp_path, row, "1,a,3,2025-01-02,,,,,,,,", "1,A,x,2025-01-02,,,,,,,,", row)
    assert [line.key for line in found] == ["orders/1/A", "orders/1/A#2", "orders/1/A#4"]


def test_bad_lines_are_rejected_beside_good_ones(tmp_path: Path) -> None:
    rows = [
        "1,A,2,2025-01-02,,,,,,,,",
        ",A,2,2025-01-02,,,,,,,,",
        "1,,2,2025-01-02,,,,,,,,",
        "1,A,,2025-01-02,,,,,,,,",
        "1,A,two,2025-01-02,,,,,,,,",
        "1,A,2,,,,,,,,,",
        "1,A,2,2025-02-30,,,,,,,,",
        "1,A,2,2025-01-02,cheap,,,,,,,",
        "1,A,2,2025-01-02,1,,,,guilders,,,",
        f"{'9' * 300},A,2,2025-01-02,,,,,,,,",
        f"1,A,2,2025-01-02,,{'9' * 300},,,,,,",
        f"1,A,{'9' * 15},2025-01-02,1,,,,,,,",
        "1,A,2,2025-01-02,1",
        "1,A,2,2025-01-02,1,,,,,,,,surplus",
        "2,B,-1,2025-01-03,0.10,,,,$,,,",
    ]
    found, rejected = lines(tmp_path, *rows)
    assert [(line.payload["order"], line.payload["currency"]) for line in found] == [("1", None), ("2", None)]
    assert [(reason, field, place) for reason, field, _, place in rejections(rejected)] == [
        ("missing_field", "order", 3),
        ("missing_field", "product", 4),
        ("missing_field", "quantity", 5),
        ("bad_number", "quantity", 6),
        ("missing_field", "date", 7),
        ("bad_date", "date", 8),
        ("bad_number", "unit_price", 9),
        ("bad_value", "currency", 10),
        ("too_big", "order", 11),
        ("too_big", "customer", 12),
        ("too_big", "quantity", 13),
        ("bad_syntax", "row", 14),
        ("bad_syntax", "row", 15),
    ]
    assert rejected[3].value == "two"
    assert rejected[3].raw == b"1,A,two,2025-01-02,,,,,,,,\n"
    assert len(rejected[8].value) == 200


def test_the_profile_gives_currency_zone_format_and_namespace(tmp_path: Path) -> None:
    path = write(tmp_path, "order,product,quantity,date,unit_price\n1,A,2,24-03-05,5\n2,A,2,2024-03-05,5\n")
    profile = Profile(
        columns={}, timezone="Asia/Shanghai", currency="CNY", date_format="%y-%m-%d", namespace="web"
    )
    (line,), rejected = parted(orders.read(path, reading(), profile))
    assert (line.key, line.payload["order"], line.payload["currency"]) == ("orders/web/1/A", "web/1", "CNY")
    assert line.payload["at"] == to_millis(datetime(2024, 3, 4, 16, tzinfo=UTC))
    assert rejections(rejected) == [("bad_date", "date", "2024-03-05", 3)]


def test_a_file_that_must_be_asked_about_gives_no_entry(tmp_path: Path) -> None:
    path = write(tmp_path, "order,product,quantity,date\n1,A,2,03/04/2025\n")
    with pytest.raises(InvalidFile):
        orders.read(path, reading())
    (line,), _ = parted(orders.read(path, reading(day_first=True)))
    assert line.payload["at"] == to_millis(datetime(2025, 4, 3, tzinfo=UTC))


def test_a_workbook_and_a_compressed_file_give_the_same_lines(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["order", "product", "quantity", "date", "unit_price", "customer"]]
    rows += [[536365 + n, "85123A", 6, datetime(2010, 12, 1, 8, n), 2.55, 17850] for n in range(5)]
    text = "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    from_csv = list(orders.read(write(tmp_path, gzip.compress(text.encode())), reading()))
    from_xlsx = list(orders.read(workbook(tmp_path, orders=rows), reading()))
    assert [entry.payload for entry in from_xlsx] == [entry.payload for entry in from_csv]  # type: ignore[union-attr]
    assert [entry.place for entry in from_xlsx] == [entry.place for entry in from_csv] == [2, 3, 4, 5, 6]


def test_lines_introduce_their_customers_and_products(tmp_path: Path) -> None:
    found, _ = lines(
        tmp_path,
        "1,B,2,2025-01-02,,C-2,Ajax,pump b,,NL,,spare",
        "1,A,2,2025-01-02,,C-2,Ajax,Pump,,NL,,",
        "2,A,2,2025-01-02,,,Feyenoord,?,,,,",
        "3,A,2,2025-01-02,,,,Pump,,,,",
        "4,B,2,2025-01-02,,C-1,,pump a,,,,",
        "5,C,2,2025-01-02,,C-1,,,,,,",
    )
    introduced = Introduced()
    for line in found:
        introduced.see(line)
    nodes = list(introduced.nodes())
    assert [(node.key, node.place, node.kind, node.raw) for node in nodes] == [
        ("orders/customer:C-1", 6, RecordKind.NODE, b""),
        ("orders/customer:C-2", 2, RecordKind.NODE, b""),
        ("orders/customer:name:feyenoord", 4, RecordKind.NODE, b""),
        ("orders/product:A", 3, RecordKind.NODE, b""),
        ("orders/product:B", 2, RecordKind.NODE, b""),
        ("orders/product:C", 7, RecordKind.NODE, b""),
    ]
    payloads = json.loads(json.dumps([node.payload["nodes"][0] for node in nodes]))  # type: ignore[index]
    assert payloads[0] == {"id": "customer:C-1", "type": "Customer", "names": [], "props": {}, "links": []}
    assert payloads[1]["names"] == ["Ajax"]
    assert payloads[1]["props"] == {"name": "Ajax", "country": "NL"}
    assert payloads[3]["props"] == {"name": "Pump", "sku": "A"}
    assert payloads[4]["names"] == ["pump a"]  # as often as "pump b"
    assert payloads[5]["props"] == {"sku": "C"}


def test_the_demonstration_files_are_read_with_their_planted_faults() -> None:
    amsterdam, shanghai = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Asia/Shanghai")
    found, rejected = parted(orders.read(DEMO / "orders-rotterdam.csv", reading(timezone=amsterdam)))
    assert {line.payload["currency"] for line in found} == {"EUR"}
    assert len(found) + len(rejected) == 656
    assert sorted((reason, field) for reason, field, _, _ in rejections(rejected)) == [
        ("bad_date", "date"),
        ("bad_number", "quantity"),
        ("missing_field", "product"),
    ]
    found, rejected = parted(orders.read(DEMO / "orders-shanghai.csv", reading(timezone=shanghai)))
    assert len(found) + len(rejected) == 646
    assert any("多级离心泵" in str(line.payload["description"]) for line in found)


READ_ALL = """
import resource, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from ingest.records import Parsed, Reading
from ingest.sources.orders import Introduced, read

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # MB

before, introduced = peak(), Introduced()
lines = anonymous = returns = 0
for entry in read(Path(sys.argv[1]), Reading(name="x", modified=0, timezone=ZoneInfo("Europe/London"))):
    assert isinstance(entry, Parsed), entry
    introduced.see(entry)
    lines += 1
    anonymous += entry.payload["customer"] is None
    returns += entry.payload["quantity"].startswith("-")
print(lines, anonymous, returns, sum(1 for _ in introduced.nodes()), peak() - before)
"""


def test_online_retail_is_read_to_the_last_line_in_little_memory(shared_data: Path) -> None:
    path = shared_data / "commerce" / "online_retail_to_2011-09-09.csv.gz"
    run = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    lines, anonymous, returns, nodes, megabytes = map(int, run.stdout.split())
    assert (lines, anonymous, returns, nodes) == (334_054, 91_927, 6_977, 3_412 + 3_729)
    assert megabytes < 120
