"""Labelled texts: the seed set that ships with KBCRM, and people's own in JSON Lines.

The seed set (ingest/extract/seed) is a table a domain and language: the talk act of a sentence ("-" for a
text of several), letters for the yes-or-no tasks that are true of it, its sentiment, and the text. Beside the
tables lie whole messages with the facts that stand in them, whole texts that complain or do not,
conversations (conversations.py), and texts of a second author: the encoders do not learn from these two.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b
from importlib.resources import files
from typing import Any

from ingest.extract.classifiers import conversations
from ingest.extract.classifiers.confidence import STATED
from ingest.extract.classifiers.training import Example
from ingest.extract.clauses import clauses
from ingest.extract.parts import parts
from ingest.extract.sentences import sentences
from kb.errors import Invalid

TALK_ACTS = (
    "commitment",
    "request",
    "question",
    "suggestion",
    "comparison",
    "intention",
    "need",
    "preference",
    "complaint",
    "praise",
    "incident",
    "outcome",
    "information",
    "courtesy",
)
FLAGS = {"complaint": "c", "suggestion": "s", "request": "r", "comparison": "v"}
SENTIMENTS = {"+": "positive", "-": "negative", "0": "neutral"}
TASKS = ("talk-act", *FLAGS, "sentiment")
SHARED = 0.4  # of a clause and a fact, for the clause to state it
EXACT = 0.5  # for its words to be the fact's
FRAGMENTS = 5000
SINGLE = 0.03  # weight of a table's text where whole ones are learnt from too
SECOND = 2.0  # weight of a sentence that the encoders did not learn from
STUB = 5  # letters: too few to learn from
_TRUTHS = {"true": "true", "false": "false", "yes": "true", "no": "false", "1": "true", "0": "false"}


@dataclass(frozen=True, slots=True)
class Seed:
    """A line of the seed set."""

    text: str
    act: str  # "" for a text of several sentences
    flags: str
    sentiment: str
    file: str

    def label(self, task: str) -> str | None:
        """Its label in a task; None where it has none."""
        if task == "talk-act":
            return self.act or None
        if task == "sentiment":
            return self.sentiment
        return "true" if FLAGS[task] in self.flags else "false"


def seeds() -> list[Seed]:
    """The whole seed set, in the order of its files. Raises ValueError for a line that is none."""
    folder = files("ingest.extract") / "seed"
    found = []
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".tsv"):
            lines = file.read_text(encoding="utf-8").splitlines()
            found += [_seed(line, file.name) for line in lines if line.strip()]
    return found


def _seed(line: str, file: str) -> Seed:
    act, flags, sentiment, text = line.split("\t")
    if (
        act not in (*TALK_ACTS, "-")
        or set(flags) - {*"csrv-"}
        or sentiment not in SENTIMENTS
        or not text.strip()
    ):
        raise ValueError(f"{file}: {line}")
    return Seed(text.strip(), act.strip("-"), flags.strip("-"), SENTIMENTS[sentiment], file)


def seed_examples(task: str) -> list[Example]:
    """The seed set as examples of a task, each table a domain of its own."""
    labelled = ((seed, seed.label(task)) for seed in seeds())
    return [Example(seed.text, label, domain=seed.file) for seed, label in labelled if label is not None]


def whole_texts(name: str = "complaint") -> list[Example]:
    """Texts of several sentences with whether they complain; each industry is a domain of its own.

    "development" holds those that no model learnt from, about other industries.
    """
    folder = files("ingest.extract") / "seed" / "whole"
    found = []
    for spoken in ("en", "zh"):
        for line in (folder / f"{name}.{spoken}.tsv").read_text(encoding="utf-8").splitlines():
            flag, industry, text = line.split("\t")
            label = "true" if flag == FLAGS["complaint"] else "false"
            found.append(Example(text, label, domain=industry))
    return found


def second_texts() -> list[Example]:
    """Whole texts of the second author, in trades of their own."""
    return whole_texts("complaint-second")


def second_sentences(task: str) -> list[Example]:
    """The second author's sentences for a task; none where there are none.

    A line of seed/second/TASK.LANGUAGE.tsv: its label as in the tables, a domain, the sentence. Raises
    ValueError for a line that is none.
    """
    folder = files("ingest.extract") / "seed" / "second"
    found = []
    for spoken in ("en", "zh"):
        file = folder / f"{task}.{spoken}.tsv"
        if file.is_file():
            lines = file.read_text(encoding="utf-8").splitlines()
            found += [_sentence(line, task, file.name) for line in lines]
    return found


def _sentence(line: str, task: str, file: str) -> Example:
    label, domain, text = line.split("\t")
    labels = TALK_ACTS if task == "talk-act" else (FLAGS[task], "-")
    if label not in labels or not text.strip():
        raise ValueError(f"{file}: {line}")
    if task in FLAGS:
        label = "true" if label == FLAGS[task] else "false"
    return Example(text.strip(), label, SECOND, f"second {domain}")


def examples_of(task: str) -> list[Example]:
    """All that the shipped model of a task learns from; it helps models of one's own in other domains.

    Of complaints the tables' sentences count little: the encoders learnt from them, and find them too easy.
    """
    singles = seed_examples(task)
    if task == "complaint":
        singles = [replace(one, weight=SINGLE) for one in singles]
        return [*singles, *whole_texts(), *second_texts()]
    return [*singles, *(second_sentences(task) if task in FLAGS else ())]


@dataclass(frozen=True, slots=True)
class StatedClause:
    """A clause of a message of the seed set with what it states: a kind of fact, or "none".

    `exact` says whether the words of the fact are by and large the clause's, `due` the day it is owed by.
    `message` counts messages, and conversations after them.
    """

    text: str
    label: str
    message: int
    at: date  # of the message
    exact: bool = False
    due: date | None = None


def stated_clauses() -> list[StatedClause]:
    """All clauses of the seed set's messages, then of its conversations.

    One states a fact where the two share most of their place.
    """
    alone = [*enumerate(_messages())]
    spoken = ((len(alone) + number, message) for number, message in conversations.messages())
    found = []
    for number, message in (*alone, *spoken):
        text, facts = message["text"], message["facts"]
        for sentence in sentences(text, parts(text)):
            for start, end in clauses(sentence.text, sentence.start):
                stated = [
                    fact for fact in facts if fact["kind"] in STATED and _shared(fact, start, end) >= SHARED
                ]
                found.append(_clause(message, number, (start, end), stated))
    return found


def _messages() -> list[dict[str, Any]]:
    folder = files("ingest.extract") / "seed"
    texts = ((folder / f"messages.{language}.jsonl").read_text(encoding="utf-8") for language in ("en", "zh"))
    return [json.loads(line) for text in texts for line in text.splitlines()]


def _clause(
    message: Mapping[str, Any], number: int, place: tuple[int, int], stated: Sequence[Mapping[str, Any]]
) -> StatedClause:
    text, at = message["text"][slice(*place)], datetime.fromisoformat(message["at"]).date()
    if not stated:
        return StatedClause(text, "none", number, at)
    fact = stated[0]
    due = date.fromisoformat(fact["due"]) if fact.get("due") else None
    return StatedClause(text, fact["kind"], number, at, _shared(fact, *place) >= EXACT, due)


def fragments() -> list[str]:
    """FRAGMENTS sentences and clauses of the seed set that are none of its texts, drawn by their digests."""
    whole = [*(seed.text for seed in seeds()), *(one.text for one in whole_texts())]
    whole += [message["text"] for message in _messages()]
    known = {
        _bare(text) for text in (*(seed.text for seed in seeds()), *(one.text for one in stated_clauses()))
    }
    found: dict[str, str] = {}
    for text in whole:
        for sentence in sentences(text, parts(text)):
            cut = clauses(sentence.text, sentence.start)
            pieces = (sentence.text[start - sentence.start : end - sentence.start] for start, end in cut)
            for piece in (sentence.text, *pieces):
                if len(_bare(piece)) > STUB and _bare(piece) not in known:
                    found.setdefault(_bare(piece), piece)
    return sorted(found.values(), key=lambda piece: blake2b(piece.encode()).digest())[:FRAGMENTS]


def _bare(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _shared(fact: Mapping[str, int], start: int, end: int) -> float:
    """What of both places is common, as a share of all."""
    common = min(fact["end"], end) - max(fact["start"], start)
    return max(0, common) / (max(fact["end"], end) - min(fact["start"], start))


def read_examples(lines: Iterable[str], task: str) -> Iterator[Example]:
    """Examples of JSON Lines: objects with "text" and "label".

    The labels of a yes-or-no task may be true and false, yes and no, 1 and 0. Raises Invalid with the line's
    number.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            text, label = str(given["text"]), given["label"]
        except (ValueError, KeyError, TypeError):
            problem = (
                'This line is no object with "text" and "label". Example: {"text": "…", "label": "request"}'
            )
            raise Invalid(f"line {number}", problem) from None
        stated = str(label).lower() if isinstance(label, bool | int) or task in FLAGS else str(label)
        if task in FLAGS and stated not in _TRUTHS:
            raise Invalid(
                f"line {number}", f'The label of a yes-or-no task is true or false, not "{stated}".'
            )
        yield Example(text, _TRUTHS[stated] if task in FLAGS else stated)
