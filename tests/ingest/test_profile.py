"""Profiles: columns found by headers in four languages or by values, and what must be asked."""

import json
from datetime import UTC, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.columns import How
from ingest.profile import Profile, guess_profile, zone_named
from kb.errors import Invalid, InvalidFile
from tests.ingest.table_files import reading, workbook, write

ROWS = """
A-1;01/12/2025 10:00;K-7;Ajax;SKU-9;Bout M8;4;1.250,50
A-2;13/12/2025 11:00;K-8;Feyenoord;SKU-8;Moer;2;0,25
"""
FIELDS = ["order", "date", "customer", "customer_name", "product", "description", "quantity", "unit_price"]


@pytest.mark.parametrize(
    "headers",
    [
        "InvoiceNo;InvoiceDate;CustomerID;Customer;StockCode;Description;Quantity;UnitPrice",
        "Order number;Order date;Account no.;Company;SKU;Product name;Qty;Price (EUR)",
        "Order;Date;Customer No;Customer;Product;Description;Quantity;Price",
        "Bestelnr.;Datum;Klantnr;Klant;Artikelnr;Omschrijving;Aantal;Prijs",
        "Factuurnummer;Factuurdatum;Debiteurnr;Klantnaam;Artikelcode;Artikelomschrijving;Aantal;Stukprijs",
        "Auftragsnr.;Auftragsdatum;Kundennr.;Firma;Artikelnummer;Bezeichnung;Menge;Einzelpreis",
        "Rechnungsnummer;Belegdatum;Kundennummer;Kunde;Materialnummer;Artikelbezeichnung;Bestellmenge;Preis",
        "订单号;下单时间;客户编号;客户名称;产品编号;产品名称;数量;单价",
        "单号;日期;客户代码;公司名称;货号;品名;订购数量;产品单价(元)",
    ],
)
def test_headers_tell_the_columns(tmp_path: Path, headers: str) -> None:
    profile = guess_profile(write(tmp_path, headers + ROWS), reading())
    names = headers.split(";")
    assert {field: names.index(column) for field, column in profile.columns.items()} == {
        field: place for place, field in enumerate(FIELDS)
    }
    assert profile.day_first is True
    assert profile.decimal == {"quantity": ",", "unit_price": ","}


def test_a_guess_shows_column_samples_and_why(tmp_path: Path) -> None:
    path = write(tmp_path, "Bestelnr;Datum;x;Klant;Artikel;y;Order Qty;Prijs" + ROWS)
    guesses = {
        guess.field: guess for guess in guess_profile(path, reading(columns={"description": "y"})).guesses
    }
    assert (guesses["order"].how, guesses["order"].samples) == (How.HEADER, ("A-1", "A-2"))
    assert (guesses["quantity"].how, guesses["quantity"].column) == (How.PART, "Order Qty")
    assert (guesses["description"].how, guesses["description"].sure) == (How.GIVEN, 1.0)
    assert guesses["description"].sure > guesses["order"].sure > guesses["quantity"].sure > 0


def test_headers_that_speak_of_something_else_are_not_taken(tmp_path: Path) -> None:
    headers = "Order;Order date;Delivery date;SKU;Order status;Qty;Total price;Price"
    row = "1;2025-01-02;2025-01-03;A;open;2;5.00;2.50"
    profile = guess_profile(write(tmp_path, f"{headers}\n{row}\n"), reading())
    assert (profile.columns["date"], profile.columns["unit_price"]) == ("Order date", "Price")
    assert profile.columns["order"] == "Order"
    assert "Delivery date" not in profile.columns.values()


def test_where_headers_do_not_tell_the_values_do(tmp_path: Path) -> None:
    rows = [f"R-{n // 3};2025-01-{n // 3 + 1:02};P-{n % 4};some words;{n % 5 + 1};{n}.25" for n in range(30)]
    profile = guess_profile(write(tmp_path, "\n".join(rows) + "\n"), reading())
    assert profile.columns == {"order": "1", "date": "2", "product": "3", "quantity": "5", "unit_price": "6"}
    assert {guess.how for guess in profile.guesses} == {How.VALUES}


@pytest.mark.parametrize("missing", ["order", "product", "quantity", "date"])
def test_a_missing_essential_column_is_named_with_the_remedy(tmp_path: Path, missing: str) -> None:
    columns = ["order", "product", "quantity", "date", "unit_price"]
    row = dict(zip(columns, ("1", "A", "2", "2025-01-02", "2.50"), strict=True))
    left = [column for column in columns if column != missing]
    path = write(tmp_path, ",".join(left) + "\n" + ",".join(row[column] for column in left) + "\n")
    with pytest.raises(InvalidFile) as error:
        guess_profile(path, reading())
    assert error.value.data["field"] == error.value.data["column"] == missing
    assert error.value.data["headers"] == left
    assert error.value.data["option"] == f"--map {missing}=column"
    assert all(header in str(error.value) for header in left)


def test_what_the_user_maps_goes_first(tmp_path: Path) -> None:
    path = write(tmp_path, "order,other,product,quantity,date,foo\n1,2,A,2,2025-01-02,9\n")
    profile = guess_profile(path, reading(columns={"order": "other", "unit_price": "6"}))
    assert (profile.columns["order"], profile.columns["unit_price"]) == ("other", "foo")


@pytest.mark.parametrize("given", [{"order": "nothing"}, {"order": "9"}, {"nonsense": "order"}])
def test_mapping_what_does_not_exist_is_refused(tmp_path: Path, given: dict[str, str]) -> None:
    path = write(tmp_path, "order,product,quantity,date\n1,A,2,2025-01-02\n")
    with pytest.raises(InvalidFile) as error:
        guess_profile(path, reading(columns=given))
    assert error.value.data["field"] in given


def dated(folder: Path, *dates: str) -> Path:
    lines = [f"{n},A,2,{date}" for n, date in enumerate(dates)]
    return write(folder, "\n".join(["order,product,quantity,date", *lines]) + "\n")


def test_day_and_month_are_asked_for_where_the_values_do_not_decide(tmp_path: Path) -> None:
    path = dated(tmp_path, *["03/04/2025"] * 700)
    with pytest.raises(InvalidFile) as error:
        guess_profile(path, reading())
    assert error.value.data["field"] == "date"
    assert error.value.data["question"] == "day_first"
    assert error.value.data["samples"] == ["03/04/2025"]
    assert guess_profile(path, reading(day_first=False)).day_first is False


def test_one_value_far_down_the_file_decides_day_and_month(tmp_path: Path) -> None:
    assert guess_profile(
        dated(tmp_path, *["03/04/2025"] * 2000, "31/04/2025", "30/04/2025"), reading()
    ).day_first
    assert guess_profile(dated(tmp_path, *["03/04/2025"] * 2000, "04/30/2025"), reading()).day_first is False


def test_dates_that_contradict_each_other_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as error:
        guess_profile(dated(tmp_path, "30/04/2025", *["03/04/2025"] * 2000, "04/30/2025"), reading())
    assert error.value.data["question"] == "day_first"


def test_dates_of_one_reading_ask_nothing(tmp_path: Path) -> None:
    assert guess_profile(dated(tmp_path, "2025-04-03", "04/04/2025"), reading()).day_first is None


def priced(folder: Path, rows: list[str], price: str = "price") -> Path:
    lines = [f"{n};A;{row};2025-01-02" for n, row in enumerate(rows)]
    return write(folder, "\n".join([f"order;product;quantity;{price};date", *lines]) + "\n")


def test_each_column_has_its_own_decimal_mark(tmp_path: Path) -> None:
    profile = guess_profile(priced(tmp_path, ["6.0;1.250,50", "2.0;3,10"]), reading())
    assert profile.decimal == {"quantity": ".", "unit_price": ","}


def test_an_open_decimal_mark_follows_the_other_column_or_is_asked_for(tmp_path: Path) -> None:
    assert guess_profile(priced(tmp_path, ["1,000;2.50"]), reading()).decimal["quantity"] == "."
    path = priced(tmp_path, ["1;1.250"] * 600)
    with pytest.raises(InvalidFile) as error:
        guess_profile(path, reading())
    assert (error.value.data["field"], error.value.data["question"]) == ("unit_price", "decimal")
    settled = Profile.from_dict({"decimal": ","})
    assert guess_profile(path, reading(), given=settled).decimal["unit_price"] == ","


def test_number_cells_of_a_workbook_need_no_answer(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["order", "product", "quantity", "price", "date"],
        [1, "A", 2, 1.25, "2025-01-02"],
    ]
    path = workbook(tmp_path, orders=[*rows, [2, "A", 1, 1.125, "2025-01-02"]])
    assert guess_profile(path, reading()).decimal["unit_price"] == "."


@pytest.mark.parametrize(
    ("header", "price", "currency"),
    [
        ("price", "2.50", None),
        ("price (EUR)", "2.50", "EUR"),
        ("price", "€ 2.50", "EUR"),
        ("price", "$2.50", None),
        ("单价(元)", "2.50", "CNY"),
        ("单价", "2.50", None),
    ],
)
def test_no_currency_given_is_unknown(tmp_path: Path, header: str, price: str, currency: str | None) -> None:
    path = priced(tmp_path, [f"1;{price}"], header)
    assert guess_profile(path, reading()).currency == currency
    assert guess_profile(path, reading(currency="GBP")).currency == "GBP"


def test_a_profile_is_saved_and_used_again(tmp_path: Path) -> None:
    path = write(tmp_path, "Order;Datum;Klantnr;Klant;Artikel;Omschrijving;Aantal;Prijs" + ROWS)
    profile = guess_profile(path, reading(timezone=ZoneInfo("Europe/Amsterdam"), currency="EUR"))
    saved = json.loads(json.dumps(profile.to_dict()))
    assert saved["timezone"] == "Europe/Amsterdam"
    assert None not in saved.values()
    again = Profile.from_dict(saved)
    assert again == profile
    assert guess_profile(path, reading(), given=again) == profile


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("currency", "euro"),
        ("day_first", "yes"),
        ("decimal", ";"),
        ("decimal", {"quantity": "x"}),
        ("columns", {"order": 1}),
        ("columns", "order"),
        ("date_format", "yyyy"),
        ("namespace", ""),
        ("nonsense", 1),
    ],
)
def test_a_saved_profile_that_cannot_be_is_refused(setting: str, value: object) -> None:
    with pytest.raises(Invalid) as error:
        Profile.from_dict({"columns": {}} | {setting: value})
    assert error.value.data["field"] == f"profile.{setting}"


def test_time_zones_keep_their_names(tmp_path: Path) -> None:
    path = write(tmp_path, "order,product,quantity,date\n1,A,2,2025-01-02\n")
    for zone in (UTC, ZoneInfo("Asia/Shanghai"), timezone(timedelta(hours=-3, minutes=-30))):
        profile = guess_profile(path, reading(timezone=zone))
        assert zone_named(profile.timezone).utcoffset(None) == zone.utcoffset(None)
        assert Profile.from_dict(profile.to_dict()) == profile
