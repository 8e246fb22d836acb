"""Labelled texts: the seed set that ships with KBCRM, and people's own in JSON Lines.

The seed set (ingest/extract/seed) is a table a domain and language: the talk act of a sentence ("-" for a
text of several), letters for the yes-or-no tasks that are true of it, its sentiment, and the text. Beside the
tables lie whole messages with the facts that stand in them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

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
    """The seed set as examples of a task."""
    return [Example(seed.text, label) for seed in seeds() if (label := seed.label(task)) is not None]


@dataclass(frozen=True, slots=True)
class StatedClause:
    """A clause of a message of the seed set with what it states: a kind of fact, or "none"."""

    text: str
    label: str
    message: int


def stated_clauses() -> list[StatedClause]:
    """All clauses of the seed set's messages. One states a fact where the two share most of their place."""
    found = []
    folder = files("ingest.extract") / "seed"
    texts = ((folder / f"messages.{language}.jsonl").read_text(encoding="utf-8") for language in ("en", "zh"))
    lines = [line for text in texts for line in text.splitlines()]
    for number, line in enumerate(lines):
        message = json.loads(line)
        text, facts = message["text"], message["facts"]
        for sentence in sentences(text, parts(text)):
            for start, end in clauses(sentence.text, sentence.start):
                kinds = [fact["kind"] for fact in facts if _shared(fact, start, end) >= SHARED]
                found.append(StatedClause(text[start:end], kinds[0] if kinds else "none", number))
    return found


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
