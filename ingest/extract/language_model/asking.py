"""What the model is asked: the prompt, the form of its answer, and the message as data."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ingest.extract.candidates import FactKind, Side
from ingest.extract.language_model.sent import Sent, sendable
from ingest.extract.pipeline import FELT, Message
from ingest.extract.versions import digest

PROMPT = Path(__file__).with_name("prompt.txt").read_text(encoding="utf-8")
KINDS = tuple(kind for kind in FactKind if f"\n- {kind}: " in PROMPT)  # those that the model is told of
POLARITIES = ("positive", "negative", "neutral")
ASPECTS: Mapping[FactKind, tuple[str, ...]] = {
    FactKind.PREFERENCE: (
        *("channel", "time", "manner", "no_contact"),
        *("language", "payment", "delivery", "product"),
    ),
    FactKind.INTENTION: ("buy", "renew", "expand", "try", "leave", "switch", "reduce", "postpone"),
}
OF_KINDS = {"polarity": FELT}  # a key belongs to these kinds alone
CONFIDENCE: Mapping[str, float] = {"certain": 0.85, "likely": 0.65, "unsure": 0.4}
"""How often a fact is right of which a model says so: a fixed table, see docs/language-model.md."""

NAMES = 30  # of people whose side is told
LONGEST_NAME = 60  # characters
_CHANNEL = re.compile(r"[a-z_]{1,20}")
_CAPITAL_MARK = re.compile(r"\[(?=/?[A-Z_]{1,20}\])")  # "[INST]" ends a turn in some models' own notation


def _nullable(*choices: str) -> dict[str, Any]:
    return {"type": ["string", "null"], **({"enum": [*choices, None]} if choices else {})}


_PROPERTIES: dict[str, Any] = {
    "kind": {"type": "string", "enum": [str(kind) for kind in KINDS]},
    "quote": {"type": "string"},
    "sure": {"type": "string", "enum": [*CONFIDENCE]},
    "holder": _nullable(*Side),
    "aspect": _nullable(*(aspect for each in ASPECTS.values() for aspect in each)),
    "polarity": _nullable(*POLARITIES),
    "person": _nullable(),
    "role": _nullable(),
    "target": _nullable(),
}
_FACT = {
    "type": "object",
    "properties": _PROPERTIES,
    "required": [*_PROPERTIES],
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"facts": {"type": "array", "items": _FACT}},
    "required": ["facts"],
    "additionalProperties": False,
}


@cache
def prompt_version() -> str:
    """Digest of what every request has in common."""
    return digest(PROMPT, json.dumps(SCHEMA, sort_keys=True))


def told(message: Message, piece: Sent) -> str:
    """The user message about a piece of a message: one JSON object, in which the text is a string.

    Characters that could be taken for the marks of a conversation are escaped, so the string ends where it
    ends and nowhere else. Of the people known, only those are named whom the text names.
    """
    about = {
        "by": message.side and str(message.side),
        "channel": message.channel if _CHANNEL.fullmatch(message.channel or "") else None,
        "people": {str(side): _named(message, piece, side) for side in Side},
        "text": piece.text,
    }
    written = json.dumps(about, ensure_ascii=False)
    return _CAPITAL_MARK.sub("\\\\u005b", written.replace("<", "\\u003c").replace(">", "\\u003e"))


def _named(message: Message, piece: Sent, side: Side) -> list[str]:
    names = [sendable(name) for name, theirs in message.sides.items() if theirs is side]
    return [name for name in names if 0 < len(name) <= LONGEST_NAME and name in piece.text][:NAMES]
