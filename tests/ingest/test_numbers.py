"""Numbers: exact values, and decimal marks that only a whole column can tell."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.currencies import currency_of, is_currency
from ingest.numbers import COMMA, POINT, currency_in, decimal_mark, exact, plain_number

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("6.0", POINT, "6"),
        ("-0.00", POINT, "0"),
        ("0100", POINT, "100"),
        ("2.55", POINT, "2.55"),
        (".5", POINT, "0.5"),
        ("5.", POINT, "5"),
        ("1.234,50", COMMA, "1234.5"),
        ("1,234,567.8", POINT, "1234567.8"),
        ("12,34,567.00", POINT, "1234567"),
        ("1 234 567,8", COMMA, "1234567.8"),
        ("1\u202f234,5", COMMA, "1234.5"),
        ("1'234.50", POINT, "1234.5"),
        ("1’234.50", POINT, "1234.5"),
        ("12.50-", POINT, "-12.5"),
        ("(12.50)", POINT, "-12.5"),
        ("\u221212", POINT, "-12"),
        ("+3", POINT, "3"),
        ("€ 12,50", COMMA, "12.5"),
        ("-€5", POINT, "-5"),
        ("12.50 EUR", POINT, "12.5"),
        ("¥12.50", POINT, "12.5"),
        ("12.50元", POINT, "12.5"),
        ("１２．５", POINT, "12.5"),
        ("1E+05", POINT, "100000"),
        ("1.5e-3", POINT, "0.0015"),
        ("9" * 30, POINT, "9" * 30),
    ],
)
def test_numbers_are_read_exactly(text: str, mark: str, value: str) -> None:
    assert plain_number(text, mark) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "--5",
        "-5-",
        "1,23",
        "1,2,3",
        "1.2.3",
        "5 pcs",
        "5²",
        "٣",
        "1 2",
        "twee",
        "三台",
        "nan",
        "inf",
        "1e999",
        "9" * 31,
        "1" * 100000,
        "12:30",
        "0x10",
        "1_000",
        "EUR",
        ".",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|digits"):
        plain_number(text, POINT)


@given(DECIMALS, st.sampled_from([POINT, COMMA]), st.sampled_from(["", " ", "'", "other"]))
def test_every_way_of_writing_a_number_gives_its_value(value: Decimal, mark: str, group: str) -> None:
    group = (COMMA if mark == POINT else POINT) if group == "other" else group
    written = f"{value:,f}".replace(",", "G").replace(".", mark).replace("G", group)
    assert exact(written, mark) == value


@given(st.text(max_size=30), st.sampled_from([POINT, COMMA]))
def test_any_text_is_a_plain_number_or_refused(text: str, mark: str) -> None:
    try:
        value = plain_number(text, mark)
    except ValueError:
        return
    assert plain_number(value) == value
    assert format(Decimal(value), "f") == value


@given(st.lists(DECIMALS, min_size=1), st.sampled_from([POINT, COMMA]))
def test_a_column_with_two_decimals_tells_its_mark(values: list[Decimal], mark: str) -> None:
    column = [
        f"{value:,.2f}".replace(",", "G").replace(".", mark).replace("G", COMMA if mark == POINT else POINT)
        for value in values
    ]
    assert decimal_mark(column) == mark
    assert [exact(text, mark) for text in column] == [round(value, 2) for value in values]


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["5", "6", "x", ""], POINT),  # nothing to decide
        (["1.234"], None),
        (["1,234", "5,678"], None),
        (["1,234", "5,1"], COMMA),
        (["1,234", "0,5"], COMMA),
        (["1,234", "0.123"], POINT),
        (["1.234.567"], COMMA),
        (["1234.567"], POINT),
        (["1 234.567"], POINT),
        (["1,5", "2,5", "3.5"], COMMA),  # the one that differs is rejected later
        (["1,5", "2,5", "3.5", "1.234"], None),  # here it would matter
        (["1,5", "1.5"], None),
    ],
)
def test_a_column_decides_or_leaves_it_open(values: list[str], mark: str | None) -> None:
    assert decimal_mark(values) == mark


def test_number_cells_of_a_workbook_are_no_riddle() -> None:
    assert decimal_mark(["1.234"], typed=True) == POINT


def test_currencies_are_told_by_codes_and_by_signs_of_one_only() -> None:
    assert [currency_of(text) for text in ("eur", "€", "RMB", "元", "$", "¥", "XXX")] == [
        "EUR",
        "EUR",
        "CNY",
        "CNY",
        None,
        None,
        None,
    ]
    assert [is_currency(text) for text in ("$", "¥", "kr", "XXX", "")] == [True, True, True, False, False]
    assert [currency_in(text) for text in ("€ 5", "5 EUR", "5", "$5", "5 pcs")] == [
        "EUR",
        "EUR",
        None,
        None,
        None,
    ]
