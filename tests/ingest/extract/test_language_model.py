"""A language model's answers become candidates as far as the text bears them out, in both languages."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract.candidates import FactKind, Side
from ingest.extract.language_model.answers import NotAnAnswer, stated
from ingest.extract.language_model.asking import CONFIDENCE, PROMPT, SCHEMA
from ingest.extract.language_model.fake import Asked, Reply, built_in, facts, serving
from ingest.extract.language_model.sent import LONGEST, sent
from ingest.extract.pipeline import shipped_extractor
from tests.ingest.extract.reading import message, read, reader

MAIL = (
    "Dear Anna,\n\nplease ring +31 6 12345678 or write to tom@laundry.example. We need 40 units, and I'll\n"
    "send the floor plan by Friday.\n\nKind regards\nTom Baker\nHead of secrets"
)


def test_quotes_become_candidates_with_days_by_our_own_rules(tmp_path: Path) -> None:
    answer = facts(
        {"kind": "need", "quote": "We need 40 units", "sure": "likely"},
        {
            "kind": "commitment",
            "quote": "I'll send the floor plan by Friday.",
            "holder": "customer",
            "due": "1999-01-01",
        },
    )
    with serving(lambda _: answer) as fake:
        extractor = reader(fake, tmp_path)
        need, commitment = read(extractor, MAIL)
    assert (need.kind, need.text, need.confidence) == ("need", "We need 40 units", CONFIDENCE["likely"])
    assert commitment.text == "I'll\nsend the floor plan by Friday"
    assert (commitment.holder, commitment.due) == (Side.CUSTOMER, date(2026, 3, 6))
    assert need.version == commitment.version == extractor.version
    assert extractor.version.startswith("llm/fake/")


def test_the_same_in_chinese(tmp_path: Path) -> None:
    text = "李经理，您好！\n\n我们需要四十台设备，我周五前把平面图发给您。以后请用微信联系我。\n\n祝好\n王强"
    answer = facts(
        {"kind": "need", "quote": "我们需要四十台设备"},
        {"kind": "commitment", "quote": "我周五前把平面图发给您", "holder": "customer"},
        {"kind": "preference", "quote": "以后请用微信联系我", "aspect": "channel"},
    )
    with serving(lambda _: answer) as fake:
        need, commitment, preference = read(reader(fake, tmp_path), text)
    assert need.text == "我们需要四十台设备"
    assert (commitment.holder, commitment.due) == (Side.CUSTOMER, date(2026, 3, 6))
    assert (preference.aspect, text[preference.start]) == ("channel", preference.text[0])


def test_personal_data_stays_here_and_quotes_lead_back_to_it(tmp_path: Path) -> None:
    answer = facts(
        {"kind": "request", "quote": "please ring [phone] or write to [email]", "target": "[email]"},
        {"kind": "preference", "quote": "write to [email]", "aspect": "channel"},
    )
    with serving(lambda _: answer) as fake:
        request, _ = read(reader(fake, tmp_path), MAIL)
        told = fake.asked[0].told["text"]
    assert request.text.endswith("ring +31 6 12345678 or write to tom@laundry.example")
    assert request.target == "tom@laundry.example"
    assert "[phone] or write to [email]" in told
    for hidden in ("12345678", "laundry.example", "secrets", "Dear Anna"):
        assert hidden not in json.dumps(fake.asked[0].body)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"12345678" not in kept
    assert b"laundry.example" not in kept


def test_only_people_whom_the_text_names_are_named(tmp_path: Path) -> None:
    sides = {"Anna Visser": Side.US, "Tom Baker": Side.CUSTOMER, "tom@laundry.example": Side.CUSTOMER}
    with serving(lambda _: facts()) as fake:
        read(reader(fake, tmp_path), "Tom Baker calls tomorrow.", sides=sides, channel="call")
        told = fake.asked[0].told
    assert told["people"] == {"customer": ["Tom Baker"], "us": []}
    assert (told["by"], told["channel"]) == ("customer", "call")


def test_speakers_are_told_by_the_text_not_by_the_model(tmp_path: Path) -> None:
    text = "Anna: We'll send the drawings by Friday.\nTom: And I'll pay the invoice tomorrow."
    answer = facts(
        {"kind": "commitment", "quote": "We'll send the drawings by Friday"},
        {"kind": "commitment", "quote": "I'll pay the invoice tomorrow"},
    )
    with serving(lambda _: answer) as fake:
        found = read(reader(fake, tmp_path), text, None, sides={"Anna": Side.US, "Tom": Side.CUSTOMER})
    assert [(one.speaker, one.side, one.holder) for one in found] == [
        ("Anna", Side.US, Side.US),
        ("Tom", Side.CUSTOMER, Side.CUSTOMER),
    ]


def test_a_quote_that_stands_twice_is_told_by_order(tmp_path: Path) -> None:
    text = "Pump one is late again. Pump two as well. It is late again, I say."
    answer = facts(
        {"kind": "complaint", "quote": "late again"},
        {"kind": "complaint", "quote": "Pump two as well"},
        {"kind": "complaint", "quote": "late again"},
        {"kind": "complaint", "quote": "late again"},
    )
    with serving(lambda _: answer) as fake:
        found = read(reader(fake, tmp_path), text)
    assert [one.start for one in found] == [12, 24, 48]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "need", "quote": "We need 50 units"},
        {"kind": "need", "quote": ""},
        {"kind": "need", "quote": "  .. "},
        {"kind": "need", "quote": None},
        {"kind": "need", "quote": "e need 40 unit"},
        {"kind": "need", "quote": "Kind regards"},
        {"kind": "need", "quote": "Head of secrets"},
        {"kind": "need", "quote": "12345678"},
        {"kind": "gossip", "quote": "We need 40 units"},
        {"kind": ["need"], "quote": "We need 40 units"},
        {"kind": "need", "quote": "We need 40 units" * 100},
    ],
)
def test_what_the_text_does_not_bear_out_is_dropped(tmp_path: Path, wrong: dict[str, object]) -> None:
    with serving(lambda _: facts(wrong, {"kind": "need", "quote": "We need 40 units"})) as fake:
        assert [one.text for one in read(reader(fake, tmp_path), MAIL)] == ["We need 40 units"]


def test_labels_that_are_on_no_list_become_what_our_rules_say(tmp_path: Path) -> None:
    text = "Please write rather than call. Lisa Ortiz took over as head of purchasing in January."
    answer = facts(
        {"kind": "preference", "quote": "write rather than call", "aspect": "bank account", "sure": "very"},
        {
            "kind": "role_change",
            "quote": "Lisa Ortiz took over as head of purchasing in January",
            "person": "The Queen",
            "polarity": "positive",
            "holder": "us",
        },
    )
    with serving(lambda _: answer) as fake:
        preference, changed = read(reader(fake, tmp_path), text)
    assert (preference.aspect, preference.confidence) == ("channel", CONFIDENCE["unsure"])
    assert (changed.person, changed.role) == ("Lisa Ortiz", "head of purchasing")
    assert (changed.polarity, changed.holder) == (None, None)


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("We’ll pay – soon “enough”, ok.", 'We\'ll pay - soon "enough"', "We’ll pay – soon “enough”"),
        ("我们需要泵，要两台。", "我们需要泵,要两台", "我们需要泵，要两台"),
        ("We need\u200b two\u00ad pumps.", "We need two pumps", "We need\u200b two\u00ad pumps"),
        ("我们需要iPhone十台。", "iPhone十台", "iPhone十台"),
    ],
)
def test_marks_that_look_alike_are_the_same(tmp_path: Path, text: str, quote: str, expected: str) -> None:
    with serving(lambda _: facts({"kind": "need", "quote": quote})) as fake:
        (found,) = read(reader(fake, tmp_path), text)
    assert found.text == expected


def test_what_was_answered_once_is_not_asked_again(tmp_path: Path) -> None:
    with serving(lambda _: facts({"kind": "need", "quote": "We need pumps"})) as fake:
        first = read(reader(fake, tmp_path), "We need pumps.")
        again = reader(fake, tmp_path)
        assert read(again, "We need pumps.") == first
        assert len(fake.asked) == 1
        read(again, "We need pumps.", Side.US)
        assert len(fake.asked) == 2
        read(reader(fake, tmp_path, day=20_040), "We need fans.")  # keeps none older than a month
        read(again, "We need pumps.")
    assert len(fake.asked) == 4


def test_a_message_without_words_of_its_own_costs_nothing(tmp_path: Path) -> None:
    with serving(lambda _: facts()) as fake:
        for text in ("", " \n ", "> quoted\n> only\n"):
            assert read(reader(fake, tmp_path), text) == []
        assert fake.asked == []


def test_a_long_message_is_asked_in_pieces_with_right_places(tmp_path: Path) -> None:
    lines = [f"We need {n} pumps of the quiet kind, as was said.\n" for n in range(400)]

    def answer(asked: Asked) -> Reply:
        said = asked.told["text"].splitlines()
        return facts(*({"kind": "need", "quote": line[:-1]} for line in said[::50]))

    with serving(answer) as fake:
        found = read(reader(fake, tmp_path), "".join(lines))
        assert len(fake.asked) > 2
        assert all(len(one.told["text"]) <= LONGEST for one in fake.asked)
    assert len(found) >= 8
    assert [one.start for one in found] == sorted(one.start for one in found)


def test_many_messages_come_in_their_order(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        return facts({"kind": "need", "quote": asked.told["text"]})

    texts = [f"We need {n} pumps" for n in range(30)]
    with serving(answer) as fake:
        found = [*reader(fake, tmp_path).extract([message(text) for text in texts])]
    assert [one[0].text for one in found] == texts


def test_the_stand_in_finds_what_the_built_in_extractor_finds(tmp_path: Path) -> None:
    text = "We need 40 units that fit through a 60 cm door. I'll send the floor plan by Friday."
    with serving(built_in()) as fake:
        found = read(reader(fake, tmp_path), text)
    ours = read(shipped_extractor(), text)
    assert [(one.kind, one.text, one.due) for one in found] == [(one.kind, one.text, one.due) for one in ours]
    assert all(one.version and one.version.startswith("built-in/") for one in ours)


def test_every_kind_and_label_is_explained_to_the_model() -> None:
    keys = SCHEMA["properties"]["facts"]["items"]["properties"]
    assert len(keys["kind"]["enum"]) >= 13
    labels = {one for name, key in keys.items() if name != "kind" for one in key.get("enum", ()) if one}
    assert {"channel", "switch", "certain", "negative", "us"} <= labels
    assert all(f'"{one}"' in PROMPT for one in (*keys, *labels))


@given(st.text(max_size=200))
def test_every_character_that_is_sent_has_its_place(text: str) -> None:
    piece = sent(text)
    assert len(piece.text) == len(piece.starts) == len(piece.ends)
    for written, start, end in zip(piece.text, piece.starts, piece.ends, strict=True):
        assert start == -1 or end - start > 1 or written in (text[start], "\n")


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.sampled_from([*FactKind, "We need"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["facts", "kind", "quote", "sure", "x"]), inner, max_size=5)
    ),
)


@settings(max_examples=200)
@given(_json)
def test_any_answer_is_either_read_or_none(answer: object) -> None:
    for content in (json.dumps(answer), f"```json\n{json.dumps(answer)}\n```", str(answer)):
        try:
            found = stated(content)
        except NotAnAnswer:
            continue
        assert all(one.kind in [*FactKind] and one.quote.strip() for one in found)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"facts": 1}', "[" * 100_000, '{"a":' * 100_000 + "}"])
def test_what_is_no_answer_is_told(content: str) -> None:
    with pytest.raises(NotAnAnswer):
        stated(content)


def test_thoughts_and_fences_around_an_answer_do_not_matter() -> None:
    answer = '{"facts": [{"kind": "need", "quote": "x"}]}'
    for content in (f"<think>{{}} hm</think>\n{answer}", f"Here:\n```json\n{answer}\n```"):
        assert [one.quote for one in stated(content)] == ["x"]
