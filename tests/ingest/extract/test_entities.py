"""What a text names: rules for amounts and days, a tagger for names, and which of the two wins."""

import json
from pathlib import Path

import pytest

from ingest.extract.entities.amounts import amounts
from ingest.extract.entities.examples import read_labelled, seed_entities
from ingest.extract.entities.model import Entity, apart, load
from ingest.extract.entities.training import scored, train, version_of
from ingest.extract.spans.learning import Labelled
from ingest.extract.spans.shipped import all_seed_entities, shipped_entities
from kb.errors import Invalid


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It costs € 4,980.50 a unit.", ["€ 4,980.50"]),
        ("between $12k and USD 15,000", ["$12k", "USD 15,000"]),
        ("EUR 3.5 million were paid, 20 euros are left", ["EUR 3.5 million", "20 euros"]),
        ("一共三万五千元，运费200元", ["三万五千元", "200元"]),
        ("人民币200万，约合28万美元", ["人民币200万", "28万美元"]),
        ("要八百块钱。", ["八百块钱"]),
        ("40 units, 12.5 kg, 3 May 2026, order 4711", []),
        ("二十台，元旦发货", []),
    ],
)
def test_amounts_of_money(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in amounts(text)] == found


def named(text: str, language: str | None = None) -> set[tuple[str, str]]:
    return {(one.type, text[one.start : one.end]) for one in shipped_entities().find([text], language)[0]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Anna Visser of Kloosterveen Dairy B.V. paid € 4,980 on 3 May 2026.",
            {("name", "Anna Visser"), ("amount", "€ 4,980"), ("date", "3 May 2026")},
        ),
        (
            "王丽娜五月起担任华东仪器有限公司的采购经理。",
            {("name", "王丽娜"), ("company", "华东仪器有限公司"), ("position", "采购经理")},
        ),
        (
            "Write to tom@brandt.example or call +31 20 794 8000.",
            {("email", "tom@brandt.example"), ("phone", "+31 20 794 8000")},
        ),
        ("报价是三万五千元，请联系李强。", {("amount", "三万五千元"), ("name", "李强")}),
    ],
)
def test_what_is_named_is_found_with_its_place(text: str, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= named(text)


def test_texts_that_name_nothing() -> None:
    assert shipped_entities().find(["", "\n\n", "Thank you very much.", "非常感谢。"]) == [[], [], [], []]


def test_places_count_through_lines() -> None:
    text = "Hello,\n\nask John Smith.\n王丽娜在上海。李强也在。\n"
    found = shipped_entities().find([text])[0]
    names = [text[one.start : one.end] for one in found if one.type == "name"]
    assert names == ["John Smith", "王丽娜", "李强"]
    assert [one.start for one in found] == sorted(one.start for one in found)


def test_of_two_that_overlap_the_first_is_kept() -> None:
    first, second, third = Entity(5, 9, "amount", 0.9), Entity(0, 6, "name", 1.0), Entity(0, 5, "name", 0.2)
    assert apart([first, second, third]) == [third, first]


def test_a_finder_of_ones_own_types_is_trained_and_kept(tmp_path: Path) -> None:
    parts = (
        "AX-1",
        "BX-2",
        "CX-3",
        "DX-4",
        "EX-5",
        "FX-6",
        "GX-7",
        "HX-8",
        "IX-9",
        "JX-10",
        "KX-11",
        "LX-12",
    )
    examples = [Labelled(f"Please replace {part} today.", ((15, 15 + len(part), "part"),)) for part in parts]
    examples += [Labelled("Please call today.", ()), Labelled("Please replace it today.", ())]
    train(examples).save(tmp_path / "model")
    model = load(tmp_path / "model")
    text = "Please replace ZX-40 today."
    found = model.find([text])[0]
    assert [(one.type, text[one.start : one.end]) for one in found if one.type == "part"] == [
        ("part", "ZX-40")
    ]
    assert model.version == version_of(examples)
    assert set(model.figures["held_out"]["each"]) == {"part"}
    with pytest.raises(Invalid):
        train(examples[:9])


def test_scores_count_exact_spans_of_each_type() -> None:
    figures = scored(shipped_entities().tagger, all_seed_entities()[:40])
    assert figures["f1"] > 0.8  # it learnt them
    assert figures["each"]["name"] > 0.8


@pytest.mark.parametrize(
    "entities",
    [
        [{"start": 0, "end": 99, "type": "name"}],
        [{"start": 3, "end": 3, "type": "name"}],
        [{"start": 0, "end": 4, "type": "name"}, {"start": 2, "end": 6, "type": "name"}],
        [{"start": 0}],
        None,
    ],
)
def test_what_is_no_example_is_named_by_its_line(entities: object) -> None:
    line = json.dumps({"text": "Anna Visser buys.", "entities": entities})
    with pytest.raises(Invalid, match="line 2 is no example"):
        list(read_labelled(["", line]))


def test_the_shipped_model_was_trained_on_the_seed_set_as_it_stands() -> None:
    assert shipped_entities().version == version_of(all_seed_entities())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_seed_set_names_words_of_its_texts(language: str) -> None:
    for one in seed_entities(language):
        for start, end, _ in one.spans:
            assert one.text[start:end] == one.text[start:end].strip(" ,，。")
