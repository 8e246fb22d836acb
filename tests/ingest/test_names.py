"""Names, addresses, numbers and ids: what is the same is the same, whatever it is written like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import names
from ingest.names import Staff, contact_id, customer_id, email, phone
from kb.model.spelling import normalised


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("  Jan  de\tVries ", "jan de vries"),
        ("ＡＣＭＥ　有限公司", "acme 有限公司"),
        ("Straße", "STRASSE"),
        ("Cafe\u0301", "CAFÉ"),
        ("ﬁne", "FINE"),
    ],
)
def test_names_that_are_equal_are_the_same(name: str, same: str) -> None:
    assert normalised(name) == normalised(same)


@given(st.text())
def test_a_normalised_name_stays_as_it_is(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)
    assert normalised(name) == normalised(f" {name}\n")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Jan.Vries@Example.COM", "jan.vries@example.com"),
        ("<mailto:a@b.c>", None),
        ("mailto:A@b.nl", "a@b.nl"),
        ("<a@b.nl>", "a@b.nl"),
        ("root@localhost", "root@localhost"),
        ("李娜@例子.中国", "李娜@例子.中国"),
        ("no address", None),
        ("a@b@c", None),
        ("@b.nl", None),
        ("a@", None),
        ("a@b..c", None),
        ("", None),
    ],
)
def test_addresses_are_read_in_lower_case_or_not_at_all(written: str, address: str | None) -> None:
    assert email(written) == (address if written != "<mailto:a@b.c>" else "a@b.c")


@given(st.emails())
def test_real_addresses_are_recognised_and_stay_as_they_are(address: str) -> None:
    read = email(address)
    if read is not None:
        assert email(read) == read
        assert contact_id(address=address, number=None) == f"contact:{read}"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+31 (0)6 1234 5678", "+31612345678"),
        ("0031-6-1234 5678", "+31612345678"),
        ("06 - 1234 5678", "0612345678"),
        ("(905) 555-1234", "9055551234"),
        ("tel:+1-418-656-9254;ext=102", "+14186569254"),
        ("+86 138 0013 8000 分机 12", "+8613800138000"),
        ("138 0013 8000 x4", "13800138000"),
        ("＋８６ 10 1234", "+86101234"),
        ("BusinessPhone", None),
        ("12", None),
        ("", None),
    ],
)
def test_numbers_keep_their_country_and_are_never_given_one(written: str, number: str | None) -> None:
    assert phone(written) == number


@given(st.integers(min_value=100, max_value=10**15), st.sampled_from(["", "+"]), st.sampled_from("- ./"))
def test_a_number_is_the_same_however_it_is_grouped(digits: int, plus: str, mark: str) -> None:
    grouped = plus + mark.join(str(digits))
    assert phone(grouped) == phone(f"{plus}{digits}") == f"{plus}{digits}"
    assert phone(phone(grouped) or "") == phone(grouped)


def test_ids_are_made_as_the_contracts_say() -> None:
    assert customer_id(" C-1001 ", "Acme") == "customer:C-1001"
    assert customer_id(None, " ACME  BV") == customer_id("", "Acme bv") == "customer:name:acme bv"
    assert (
        contact_id(address="Jan@Acme.nl", number="+31 6 1", customer="x", name="y") == "contact:jan@acme.nl"
    )
    assert contact_id(address=None, number="+31 6 1234 5678") == "contact:+31612345678"
    by_name = contact_id(address="none", number=None, customer="customer:C-1001", name="Jan  de Vries")
    assert by_name == "contact:C-1001/jan de vries"
    assert names.product_id(" ab-1 ") == "product:AB-1"
    assert names.feature_id("Dark  Mode") == "feature:dark mode"
    assert names.order_id("SO-7") == "order:SO-7"
    assert names.requirement_id("REQ-1") == "requirement:REQ-1"
    assert names.expert_id("Chen Wei") == "expert:chen wei"
    assert names.mailto("A@b.nl") == "mailto:a@b.nl" and names.tel("+31 20 1") == "tel:+31201"
    assert len(names.digest("a", "b")) == 16 and names.digest("a", "b") != names.digest("ab")


@pytest.mark.parametrize(
    ("name", "address", "ours"),
    [
        (None, "mailto:li.na@kbcrm.example", True),
        (None, "mailto:li.na@mail.kbcrm.example", True),
        (None, "mailto:li.na@notkbcrm.example", False),
        (None, "mailto:pieter@private.example", True),
        (None, "mailto:jan@private.example", False),
        ("LI  NA", None, True),
        ("Jan", None, False),
        (None, "tel:+31612345678", True),
        (None, None, False),
    ],
)
def test_our_own_people_are_told_by_domain_address_number_or_name(
    name: str | None, address: str | None, ours: bool
) -> None:
    staff = Staff({"@kbcrm.example", "pieter@private.example", "Li Na", "+31 6 1234 5678"})
    assert staff.has(name, address) is ours
    assert not Staff(())
