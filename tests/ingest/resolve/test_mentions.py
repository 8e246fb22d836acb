"""Which nodes a text names: whole names, short ones, parts of people's names, misspellings, further words."""

import pytest

from ingest.resolve.mentions import How, Names, Word
from tests.ingest.resolve.speaking import directory

NEAR = ("contact:jill", "contact:owen", "contact:meng")


def found(text: str, *lexicon: Word) -> list[tuple[str, tuple[str, ...], How]]:
    mentions = Names(directory(), lexicon).found(text, NEAR)
    return [(text[one.start : one.end], one.targets, one.how) for one in mentions]


@pytest.mark.parametrize(
    ("text", "named", "target"),
    [
        ("the Ovenstar 20 is loud", "Ovenstar 20", "product:s20"),
        ("the Ovenstar 200 is loud", "Ovenstar 200", "product:s200"),
        ("two OS-200s, please", "OS-200", "product:s200"),
        ("greetings from northgate bakery", "northgate bakery", "customer:north"),
        ("我们缺大巾", "大巾", "product:bei"),
        ("云溪度假酒店的货", "云溪度假酒店", "customer:xi"),
        ("ＯＳ－２０ 坏了", "ＯＳ－２０", "product:s20"),
    ],
)
def test_names_are_found_whole(text: str, named: str, target: str) -> None:
    assert found(text) == [(named, (target,), How.NAME)]


@pytest.mark.parametrize(
    ("text", "part", "target"),
    [
        ("Jill says so", "Jill", "contact:jill"),
        ("孟经理说可以", "孟经理", "contact:meng"),
        ("小孟来过", "小孟", "contact:meng"),
    ],
)
def test_parts_of_names_count_for_people_near(text: str, part: str, target: str) -> None:
    assert found(text) == [(part, (target,), How.PART)]


def test_a_surname_of_two_people_names_either() -> None:
    assert found("ask Marsh") == [("Marsh", ("contact:jill", "contact:owen"), How.PART)]


def test_nobody_is_named_by_a_part_of_a_name_who_is_far() -> None:
    assert found("Rosa rang, 晓东也来了") == []


@pytest.mark.parametrize(
    ("text", "written", "target"),
    [
        ("the doughmastr prover hums", "doughmastr prover", "product:proof"),
        ("our Ovnstar 20", "Ovnstar 20", "product:s20"),
        ("雅容浴巾七零到了", "雅容浴巾七零", "product:bei"),
    ],
)
def test_misspelt_names_are_found(text: str, written: str, target: str) -> None:
    assert found(text) == [(written, (target,), How.TYPO)]


@pytest.mark.parametrize(
    "text",
    ["OS-21 and OS-2000", "an oven star", "Ovenstar 21", "雅绒浴巾七一", "the master prover", "our provers"],
)
def test_another_number_or_word_is_no_misspelling(text: str) -> None:
    assert found(text) == []


def test_the_lexicon_adds_words_for_a_node() -> None:
    words = (Word("the beast", "product:s200", "en"), Word("大家伙", "product:s200", "zh"))
    assert found("the beast is down, 大家伙又停了", *words) == [
        ("the beast", ("product:s200",), How.WORD),
        ("大家伙", ("product:s200",), How.WORD),
    ]
