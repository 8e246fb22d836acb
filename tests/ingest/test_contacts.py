"""Contact lists: organisations, people, and the roles that link them."""

from pathlib import Path
from typing import Any

import pytest

from ingest.records import Parsed
from ingest.sources import contacts
from kb.errors import InvalidFile
from kb.model.ledger import RecordKind
from tests.ingest.table_files import parted, reading, rejections, write

DEMO = Path(contacts.__file__).parents[1] / "demo" / "company" / "contacts.csv"
HEADER = "customer_no,organisation,country,name,name_zh,role,email,phone,since,until"


def rows(folder: Path, *lines: str, header: str = HEADER) -> tuple[list[Parsed], list[Any]]:
    return parted(contacts.read(write(folder, "\n".join([header, *lines]) + "\n"), reading()))


def nodes(entry: Parsed) -> list[dict[str, Any]]:
    return list(entry.payload["nodes"])  # type: ignore[arg-type]


def ids(entry: Parsed) -> list[str]:
    return [node["id"] for node in nodes(entry)]


def test_a_row_gives_the_customer_and_the_contact_in_one_record(tmp_path: Path) -> None:
    line = "C-1,Ajax B.V.,NL,Jan de Vries,,buyer,Jan@Ajax.example,+31 (0)6 1234 5678,2020-01-01,2025-06-30"
    (entry,), rejected = rows(tmp_path, line)
    assert not rejected
    assert (entry.kind, entry.key, entry.place) == (RecordKind.NODE, "contacts/C-1/jan@ajax.example", 2)
    customer, contact = nodes(entry)
    assert (customer["id"], customer["type"], customer["names"]) == (
        "customer:C-1",
        "Customer",
        ["Ajax B.V."],
    )
    assert customer["props"] == {"customer_no": "C-1", "name": "Ajax B.V.", "country": "NL"}
    assert (contact["id"], contact["type"], contact["names"]) == (
        "contact:jan@ajax.example",
        "Contact",
        ["Jan de Vries"],
    )
    assert contact["props"] == {
        "name": "Jan de Vries",
        "role": "buyer",
        "email": "jan@ajax.example",
        "phone": "+31612345678",
    }
    assert contact["links"] == [
        {
            "rel": "CONTACT_OF",
            "target": "customer:C-1",
            "role": "buyer",
            "since": "2020-01-01",
            "until": "2025-06-30",
        }
    ]


def test_two_people_of_one_name_at_two_customers_are_two_contacts(tmp_path: Path) -> None:
    found, _ = rows(
        tmp_path, "C-1,甲,,李伟,,,,,,", "C-2,乙,,李伟,,,,,,", "C-1,甲,,Li Wei,李伟,,,+86 120 0000 0201,,"
    )
    assert [ids(entry)[1] for entry in found] == [
        "contact:C-1/李伟",
        "contact:C-2/李伟",
        "contact:+8612000000201",
    ]
    assert nodes(found[2])[1]["names"] == ["Li Wei", "李伟"]


def test_an_organisation_without_a_number_goes_by_name_and_keeps_it_for_resolution(tmp_path: Path) -> None:
    (entry,), _ = rows(tmp_path, ",Ajax  B.V.,,Jan,,,,,,")
    customer, contact = nodes(entry)
    assert customer["id"] == "customer:name:ajax b.v."
    assert customer["props"] == {"organisation": "Ajax B.V.", "name": "Ajax B.V."}
    assert contact["id"] == "contact:name:ajax b.v./jan"
    assert contact["links"][0]["target"] == customer["id"]


def test_a_row_may_be_of_an_organisation_or_of_a_person_only(tmp_path: Path) -> None:
    found, _ = rows(tmp_path, "C-1,Ajax,NL,,,,,,,", ",,,Jan,,,jan@ajax.example,,,")
    assert [ids(entry) for entry in found] == [["customer:C-1"], ["contact:jan@ajax.example"]]
    assert [entry.key for entry in found] == ["contacts/C-1", "contacts//jan@ajax.example"]
    assert nodes(found[1])[0]["links"] == []


def test_a_list_of_customers_alone_may_call_their_names_name(tmp_path: Path) -> None:
    (entry,), _ = rows(tmp_path, "C-1,Ajax,Amsterdam", header="Klantnr,Naam,Plaats")
    assert nodes(entry)[0]["props"] == {"customer_no": "C-1", "name": "Ajax", "city": "Amsterdam"}


def test_another_role_of_the_same_person_is_another_record(tmp_path: Path) -> None:
    found, _ = rows(
        tmp_path,
        "C-1,Ajax,,Jan,,buyer,jan@ajax.example,,2020-01-01,2021-12-31",
        "C-1,Ajax,,Jan,,director,jan@ajax.example,,2022-01-01,",
    )
    assert [entry.key for entry in found] == [
        "contacts/C-1/jan@ajax.example",
        "contacts/C-1/jan@ajax.example#2",
    ]


def test_bad_rows_are_rejected_beside_good_ones(tmp_path: Path) -> None:
    found, rejected = rows(
        tmp_path,
        "C-1,Ajax,,Jan,,,jan@,,,",
        "C-1,Ajax,,Jan,,,,,2020-13-01,",
        "C-1,Ajax,,Jan,,,,,2020-02-01,2020-01-01",
        ",,,Jan,,,,,,",
        ",,NL,,,,,,,",
        "C-1,Ajax,,Jan",
        "C-1,Ajax,,Jan,,,,020 123 (desk),,",
    )
    assert len(found) == 1
    assert nodes(found[0])[1]["props"]["phone"] == "020 123 (desk)"
    assert rejections(rejected) == [
        ("bad_value", "email", "jan@", 2),
        ("bad_date", "since", "2020-13-01", 3),
        ("bad_value", "until", "2020-01-01", 4),
        ("missing_field", "organisation", "", 5),
        ("missing_field", "organisation", "", 6),
        ("bad_syntax", "row", "C-1,Ajax,,Jan", 7),
    ]


def test_a_file_without_people_or_organisations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as error:
        rows(tmp_path, "1,2", header="foo,bar")
    assert error.value.data["option"] == "--map organisation=column"


def test_headers_in_chinese_and_german_are_known(tmp_path: Path) -> None:
    (entry,), _ = rows(
        tmp_path, "C-2,东岭水务,李伟,经理,li@d.example", header="客户编号,公司名称,联系人,职务,邮箱"
    )
    assert ids(entry) == ["customer:C-2", "contact:li@d.example"]
    (entry,), _ = rows(
        tmp_path, "7,Zucker GmbH,Uwe,u@z.example", header="Kundennummer,Firma,Ansprechpartner,E-Mail"
    )
    assert ids(entry) == ["customer:7", "contact:u@z.example"]


def test_the_demonstration_contacts_are_all_read() -> None:
    found, rejected = parted(contacts.read(DEMO, reading()))
    assert (len(found), rejected) == (65, [])
    named = [node for entry in found for node in nodes(entry)]
    assert len({node["id"] for node in named if node["type"] == "Customer"}) == 42
    li_wei = {node["id"] for node in named if "李伟" in node["names"]}
    assert li_wei == {"contact:liwei@dongling-water.example", "contact:li.wei@wannan-chem.example"}
    assert nodes(found[-1])[0]["props"]["owner"] == "pieter"
    assert len(found[-1].payload["nodes"]) == 1  # type: ignore[arg-type]
