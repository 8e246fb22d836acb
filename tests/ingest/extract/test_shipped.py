"""The shipped models were trained on the seed set as it stands, and no gold text is in it."""

import hashlib
import json
from pathlib import Path

import pytest

from ingest.extract.classifiers import conversations
from ingest.extract.classifiers.examples import (
    TALK_ACTS,
    TASKS,
    examples_of,
    second_sentences,
    second_texts,
    seeds,
    stated_clauses,
    whole_texts,
)
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.shipped import FACTS, facts_examples, shipped
from ingest.extract.classifiers.training import version_of
from ingest.text import normal

STOCK = 16  # letters: "Worth every penny." is anybody's
GOLD = Path(__file__).parents[3] / "bench" / "gold"


@pytest.mark.parametrize("task", TASKS)
def test_a_shipped_model_was_trained_on_the_seed_set_as_it_stands(task: str) -> None:
    assert shipped(task).version == version_of(task, examples_of(task))


def test_conversations_are_well_formed() -> None:
    """Words stand in their message, acts are talk acts, ids are in the directory, what is closed says how."""
    for one in conversations.conversations():
        texts = [message["text"] for message in one["messages"]]
        directory = {node["id"] for nodes in one["directory"].values() for node in nodes}
        for message in one["messages"]:
            assert message["acts"], one["id"]
            assert all(words in message["text"] for words, _ in message["acts"]), one["id"]
            assert {act for _, act in message["acts"]} <= {*TALK_ACTS}, one["id"]
        for fact in one["facts"]:
            assert {fact["subject"], fact["about"]} - {None} <= directory, one["id"]
            assert all(words in texts[place] for place, words in fact["evidence"]), one["id"]
            assert (fact["status"] == "closed") == ("closed_by" in fact), one["id"]


def test_the_model_of_stated_facts_knows_the_messages_clauses_too() -> None:
    """Their number may differ by a few from today's: how sentences are cut may get better without it."""
    today = len(facts_examples(seeds(), stated_clauses()))
    assert abs(shipped(FACTS).figures["examples"] - today) < today / 50


def test_gold_sets_are_as_they_were_frozen() -> None:
    frozen = [line.split() for line in (GOLD / "FROZEN").read_text().splitlines()]
    assert {name for _, name in frozen} == {file.name for file in GOLD.glob("*.jsonl")}
    for digest, name in frozen:
        assert hashlib.sha256((GOLD / name).read_bytes()).hexdigest() == digest, name


def test_no_gold_text_is_in_the_seed_set() -> None:
    """But for greetings and thanks, which everybody says in the same words."""
    whole = [*whole_texts(), *second_texts()]
    whole += [*whole_texts("development"), *whole_texts("development-second")]
    whole += [one for task in TASKS for one in second_sentences(task)]
    known = {_bare(text) for text in (*(one.text for one in seeds()), *(one.text for one in whole))}
    for file in GOLD.glob("*.jsonl"):
        if not file.name.startswith(("pii", "threads")):
            for line in file.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                text = _bare(row["text"])
                assert len(text) < STOCK or row.get("label") == "courtesy" or text not in known, text


def _bare(text: str) -> str:
    return "".join(character for character in normal(text).lower() if character.isalnum())


@pytest.mark.parametrize(
    ("task", "text", "label"),
    [
        ("talk-act", "We'll send you the drawings by Friday.", "commitment"),
        ("talk-act", "我们周五前把图纸发给您。", "commitment"),
        ("talk-act", "Does it come in stainless steel?", "question"),
        ("talk-act", "这款有不锈钢的吗？", "question"),
        ("talk-act", "The delivery was late again and nobody told us.", "complaint"),
        ("talk-act", "您好！", "courtesy"),
        ("talk-act", "The dryer leaks.", "incident"),
        ("talk-act", "水泵不出水了", "incident"),
        ("talk-act", "The pump runs again.", "outcome"),
        ("complaint", "又坏了，修了三次都没修好，太让人失望了。", "true"),
        ("complaint", "Everything arrived on time, thank you.", "false"),
        ("complaint", "Fourth week without heating, and not so much as a call.", "true"),
        ("complaint", "说好周三装，今天都下周一了。", "true"),
        ("complaint", "My own fault, I'd put in the wrong date. Thanks for sorting it so fast!", "false"),
        ("complaint", "之前那家老是出错，换了你们以后一次都没有。", "false"),
        ("suggestion", "建议增加自动保存草稿的功能。", "true"),
        ("suggestion", "The parcel was delivered on Tuesday.", "false"),
        ("request", "Could you send the invoice again, please?", "true"),
        ("request", "发票昨天收到了。", "false"),
        ("comparison", "Yours runs much quieter than the one we had before from Grundfos.", "true"),
        ("comparison", "我们五月份买的。", "false"),
        ("sentiment", "用了半年非常满意，质量很好。", "positive"),
        ("sentiment", "Terrible service, never again.", "negative"),
    ],
)
def test_plain_sentences_are_told(task: str, text: str, label: str) -> None:
    for careful in (True, False):
        (judged,) = shipped(task).judge(Views([text]), careful=careful)
        assert judged.label == label
