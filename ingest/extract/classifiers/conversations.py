"""Conversations of the seed set: threads of messages with what stands at their end.

They teach how things are said in chats, calls and minutes, where a clause leans on what was said before it
("Two dozen forties, that hasn't changed").
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.extract.classifiers.features import LANGUAGES
from ingest.extract.when import due


@cache
def conversations() -> tuple[Mapping[str, Any], ...]:
    """All of them, as their files have them."""
    folder = files("ingest.extract") / "seed"
    texts = [
        (folder / f"conversations.{language}.jsonl").read_text(encoding="utf-8") for language in LANGUAGES
    ]
    return tuple(json.loads(line) for text in texts for line in text.splitlines())


def messages() -> Iterator[tuple[int, dict[str, Any]]]:
    """Each message with the number of its conversation, and with the facts that its own words state."""
    for number, conversation in enumerate(conversations()):
        for place, message in enumerate(conversation["messages"]):
            facts = [*_facts(conversation, place)]
            yield number, {"text": message["text"], "at": message["at"], "facts": facts}


def _facts(conversation: Mapping[str, Any], place: int) -> Iterator[dict[str, Any]]:
    message = conversation["messages"][place]
    for fact in conversation["facts"]:
        for where, quote in fact["evidence"]:
            if where == place:
                start = message["text"].find(quote)
                yield {
                    "kind": fact["kind"],
                    "start": start,
                    "end": start + len(quote),
                    "due": _due(fact, quote, datetime.fromisoformat(message["at"]).date()),
                }


def _due(fact: Mapping[str, Any], quote: str, at: date) -> str | None:
    """The day that the words themselves name: that of the fact may have been moved since."""
    if len(fact["evidence"]) == 1:
        stated: str | None = fact["due"]
        return stated
    day = due(quote, at)
    return day.isoformat() if day else None
