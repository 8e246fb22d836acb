"""Opinions: how examples are read, what belongs together, what is learnt, what the shipped model finds."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.extract.candidates import FactKind
from ingest.extract.opinions.examples import (
    Conversation,
    Judged,
    Opinion,
    Utterance,
    judged_of,
    read_judged,
    seed_opinions,
)
from ingest.extract.opinions.model import chosen, load
from ingest.extract.opinions.pairing import Piece, Triples
from ingest.extract.opinions.stating import WithOpinions
from ingest.extract.opinions.training import counted, f1, train, version_of
from ingest.extract.pipeline import Message, shipped_extractor
from ingest.extract.spans.shipped import all_seed_opinions, shipped_opinions
from kb.errors import Invalid

DOCUMENTED = [
    line.strip()
    for line in (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8").splitlines()
    if line.strip().startswith("{") and '"opinions":' in line
]
PUMP: dict[str, Any] = json.loads(DOCUMENTED[0])


def said(
    conversation: Conversation, opinions: list[Opinion]
) -> list[tuple[str | None, str | None, str, str]]:
    """Opinions as words."""
    text = conversation.text
    return [
        (
            text[slice(*one.target)] if one.target else None,
            text[slice(*one.aspect)] if one.aspect else None,
            text[slice(*one.words)],
            one.polarity,
        )
        for one in opinions
    ]


def test_the_documented_examples_mean_what_they_say() -> None:
    pump, phone = read_judged(DOCUMENTED)
    assert said(pump.conversation, [*pump.opinions]) == [
        ("pump", None, "quiet", "positive"),
        ("pump", "filter", "clogs", "negative"),
    ]
    assert said(phone.conversation, [*phone.opinions]) == [("P20", "camera", "Great", "positive")]
    assert [one.reply_to for one in phone.conversation.utterances] == [None, 0]


@pytest.mark.parametrize(
    "changed",
    [
        {"opinions": [{"opinion": [12, 99], "polarity": "positive"}]},
        {"opinions": [{"opinion": None, "polarity": "positive"}]},
        {"opinions": [{"opinion": [12, 17], "polarity": "good"}]},
        {"opinions": [{"opinion": [17, 12], "polarity": "positive"}]},
        {"utterances": [{"text": "Hm.", "reply_to": 0}]},
        {"text": None},
    ],
)
def test_what_is_no_example_is_named_by_its_line(changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="line 3 is no example"):
        list(read_judged([json.dumps(PUMP), "", json.dumps(PUMP | changed)]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_seed_sets_spans_are_words_of_their_texts(language: str) -> None:
    seeds = seed_opinions(language)
    assert len(seeds) % 2 == 0
    assert len({one.conversation.text for one in seeds}) == len(seeds)
    for one in seeds:
        for parts in said(one.conversation, [*one.opinions]):
            assert all(part is None or part == part.strip(" .,，。") for part in parts[:3]), parts


def piece(start: int) -> Piece:
    return Piece((start, start + 1), 0, 1.0, np.zeros(1, np.float32))


def test_each_target_keeps_its_likeliest_aspect() -> None:
    targets, aspects, words = [piece(0), piece(10)], [piece(20), piece(30)], [piece(40)]
    rows = np.array([(0, 0, 0), (0, 1, 0), (1, 2, 0), (2, 0, 0)])
    found = Triples((targets, aspects, words), rows, np.zeros((4, 1), np.float32))
    chances = np.array([[0.4, 0.6, 0, 0], [0.2, 0.1, 0.7, 0], [0.8, 0.2, 0, 0], [0.1, 0.9, 0, 0]], np.float32)
    assert [(one.target, one.aspect, one.polarity) for one in chosen(found, chances, 0.5)] == [
        ((0, 1), (30, 31), "negative")
    ]
    assert len(chosen(found, chances, 0.15)) == 2
    assert chosen(found, chances, 0.95) == []


def test_an_opinion_is_right_in_all_its_places_and_in_polarity() -> None:
    whole = Opinion((0, 1), (2, 3), (4, 5), "positive")
    bare = Opinion(None, (2, 3), (6, 7), "negative")
    other = Opinion((0, 1), (2, 3), (4, 5), "negative")
    assert counted([((whole, bare), (whole, bare))]) == (2, 2, 2)
    assert counted([((whole, bare), (other,))]) == (0, 1, 2)
    assert counted([((whole, bare), (other,))], polarity=False) == (1, 1, 2)
    assert counted([((whole, bare), (whole,))], whole=True) == (1, 1, 1)
    assert f1((1, 1, 2)) == pytest.approx(2 / 3)
    assert f1((0, 0, 0)) == 0


def test_examples_teach_and_the_model_is_kept(tmp_path: Path) -> None:
    things = (
        "pump",
        "valve",
        "motor",
        "press",
        "lamp",
        "drill",
        "scale",
        "tent",
        "sofa",
        "desk",
        "oven",
        "lock",
    )
    examples = []
    for n, thing in enumerate(things):
        judged = ("great", "positive") if n % 2 else ("awful", "negative")
        text = f"The {thing} is {judged[0]}."
        start = 8 + len(thing)
        opinion = {"target": [4, 4 + len(thing)], "opinion": [start, start + 5], "polarity": judged[1]}
        examples.append(judged_of({"text": text, "opinions": [opinion]}))
    examples.append(judged_of({"text": "See you on Monday.", "opinions": []}))
    train(examples).save(tmp_path / "model")
    model = load(tmp_path / "model")
    new = [Conversation((Utterance(text),)) for text in ("The heater is awful.", "See you on Friday.")]
    found = model.find(new)
    assert said(new[0], found[0]) == [("heater", None, "awful", "negative")]
    assert found[1] == []
    assert model.version == version_of(examples)
    assert model.figures["examples"] == len(examples)
    with pytest.raises(Invalid):
        train(examples[:9])


def test_the_shipped_model_was_trained_on_the_seed_set_as_it_stands() -> None:
    assert shipped_opinions().version == version_of(all_seed_opinions())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I am really happy with the coffee grinder.", ("coffee grinder", None, "happy", "positive")),
        ("The battery of the new scanner is terrible.", ("scanner", "battery", "terrible", "negative")),
        ("这款空气净化器的滤芯有点贵。", ("空气净化器", "滤芯", "贵", "negative")),
        ("你们的客服态度很好。", (None, "客服", "很好", "positive")),
    ],
)
def test_plain_opinions_are_found(text: str, wanted: tuple[str | None, str | None, str, str]) -> None:
    conversation = Conversation((Utterance(text),))
    ((target, aspect, words, polarity),) = said(conversation, shipped_opinions().find([conversation])[0])
    assert polarity == wanted[3]
    assert wanted[2] in words
    assert wanted[0] is None or wanted[0] in (target or "")
    assert wanted[1] is None or wanted[1] in (aspect or "")


def test_what_states_no_opinion_has_none() -> None:
    texts = ("Please send the drawings.", "发票见附件。", "", "\n")
    assert shipped_opinions().find([Conversation((Utterance(text),)) for text in texts]) == [[]] * 4
    assert shipped_opinions().find([]) == []


@pytest.mark.parametrize(
    ("text", "aspect", "target"),
    [
        (
            "Hi Tom,\n\nThe battery of the new scanner is terrible.\nPlease call me.\n\nAnna",
            "battery",
            "scanner",
        ),
        ("王总，您好！\n新锅炉的燃烧器太吵了，我们很失望。\n麻烦回个电话。", "燃烧器", "锅炉"),
    ],
)
def test_candidates_say_what_is_thought_of_what(text: str, aspect: str, target: str) -> None:
    message = Message(text=text, at=datetime(2026, 3, 4, 9, tzinfo=UTC))
    extractor = WithOpinions(shipped_extractor(), shipped_opinions)
    (found,) = extractor.extract([message])
    assert all(text[one.start : one.end] == one.text for one in found)
    complaint = next(one for one in found if one.kind is FactKind.COMPLAINT)
    assert aspect in (complaint.aspect or "")
    opinion = next(one for one in found if one.kind is FactKind.OPINION and aspect in (one.aspect or ""))
    assert target in (opinion.target or "")
    assert opinion.polarity == "negative"
    assert opinion.opinion and opinion.opinion in opinion.text
    assert extractor.version.startswith("built-in/")
    plain = [one.kind for one in next(shipped_extractor().extract([message]))]
    assert [one.kind for one in found if one.kind is not FactKind.OPINION] == plain


def test_conversations_know_where_their_utterances_end() -> None:
    conversation = Judged(Conversation((Utterance("ab"), Utterance(""), Utterance("c"))), ()).conversation
    assert (conversation.text, conversation.ends) == ("ab\n\nc", [2, 3, 5])
