"""Numbers, units and codes as they tell matters apart."""

import pytest

from ingest.resolve.quantities import differ, quantities, shared


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("we need 40 of them", "forty, as before"),
        ("forty units", "四十台"),
        ("two dozen forties", "24 of the 40"),
        ("72 cm wide", "72cm"),
        ("三百二十台", "320 台"),
        ("3 万元", "30,000 元"),
        ("seven pounds a bottle", "£7 a bottle"),
        ("invoice 88120 is wrong", "as for 88120"),
        ("error E42", "E42 again"),
        ("一个月两百斤", "每月二百斤"),
    ],
)
def test_the_same_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert shared(quantities(one), quantities(other))
    assert not differ(quantities(one), quantities(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a door of 72 cm", "a door of 68 cm"),
        ("we need 24 chairs", "we need 30 chairs"),
        ("三百条", "三百五十条"),
        ("宽度 75 公分以内", "宽度 68 公分以内"),
        ("error E42", "error E57"),
        ("invoice 88120", "invoice 88121"),
    ],
)
def test_other_numbers_differ(one: str, other: str) -> None:
    assert differ(quantities(one), quantities(other))
    assert not shared(quantities(one), quantities(other))


@pytest.mark.parametrize(
    ("one", "other"), [("two pumps", "of 72 cm"), ("no number", "40 units"), ("一台", "三天")]
)
def test_numbers_of_other_things_do_not_differ(one: str, other: str) -> None:
    assert not differ(quantities(one), quantities(other))
