"""Texts and conversations with their opinions: the seed set's, and people's own in JSON Lines.

A line is `{"text": …}` or `{"utterances": [{"text": …, "speaker": …, "reply_to": …}, …]}`, with
`"opinions": [{"target": [s, e], "aspect": [s, e], "opinion": [s, e], "polarity": …}, …]`. Places count code
points of the text, or of the utterances joined by newlines; target and aspect may be null. `"targets"` and
`"aspects"` may list further mentions, that no opinion is about (docs/cli.md).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from kb.errors import Invalid

Place = tuple[int, int]

POLARITIES = ("positive", "negative", "neutral")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said; `reply_to` is the place in the conversation of what it answers."""

    text: str
    speaker: str | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """Code points [start, end) of a conversation's text; `confidence` in [0, 1]."""

    target: Place | None
    aspect: Place | None
    words: Place
    polarity: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Conversation:
    """One utterance or more, in their order."""

    utterances: tuple[Utterance, ...]

    @property
    def text(self) -> str:
        """All of it, a line an utterance."""
        return "\n".join(one.text for one in self.utterances)

    @property
    def ends(self) -> list[int]:
        """Where each utterance ends in the text."""
        found, end = [], -1
        for one in self.utterances:
            end += len(one.text) + 1
            found.append(end)
        return found


@dataclass(frozen=True, slots=True)
class Judged:
    """A conversation with its opinions, and the targets and aspects that none of them is about."""

    conversation: Conversation
    opinions: tuple[Opinion, ...]
    targets: tuple[Place, ...] = ()
    aspects: tuple[Place, ...] = ()


def read_judged(lines: Iterable[str]) -> Iterator[Judged]:
    """Examples of JSON Lines; empty lines are passed over. Raises Invalid, which names the line."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield judged_of(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
                raise Invalid("data", f"line {number} is no example of opinions: {error}") from error


def judged_of(stated: Mapping[str, Any]) -> Judged:
    """An example from its JSON. Raises ValueError, KeyError or TypeError for what is none."""
    if "utterances" in stated:
        said = tuple(_utterance(n, one) for n, one in enumerate(stated["utterances"]))
    else:
        said = (Utterance(_text(stated["text"])),)
    conversation = Conversation(said)
    long = len(conversation.text)
    return Judged(
        conversation,
        tuple(_opinion(one, long) for one in stated["opinions"]),
        *(_places(stated.get(name, []), long) for name in ("targets", "aspects")),
    )


def _utterance(n: int, stated: Mapping[str, Any]) -> Utterance:
    speaker, reply = stated.get("speaker"), stated.get("reply_to")
    if reply is not None and not (isinstance(reply, int) and 0 <= reply < n):
        raise ValueError(f"utterance {n} cannot answer {reply!r}")
    return Utterance(_text(stated["text"]), None if speaker is None else str(speaker), reply)


def _text(stated: Any) -> str:
    if not isinstance(stated, str):
        raise TypeError("an utterance needs a text")
    return stated


def _opinion(stated: Mapping[str, Any], long: int) -> Opinion:
    words = _place(stated["opinion"], long)
    if words is None or stated["polarity"] not in POLARITIES:
        raise ValueError(f"an opinion needs its words and a polarity of {', '.join(POLARITIES)}")
    return Opinion(
        _place(stated.get("target"), long), _place(stated.get("aspect"), long), words, stated["polarity"]
    )


def _places(stated: Iterable[Any], long: int) -> tuple[Place, ...]:
    return tuple(place for one in stated if (place := _place(one, long)))


def _place(stated: Any, long: int) -> Place | None:
    if stated is None:
        return None
    start, end = stated
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= long):
        raise ValueError(f"{stated} is no place of the text")
    return start, end


def seed_opinions(language: str) -> list[Judged]:
    """The seed set's sentences of a language ("en", "zh") with their opinions, in their order."""
    return _seed("opinions", language)


def seed_dialogues(language: str) -> list[Judged]:
    """The seed set's dialogues of a language: what is thought of a thing may be said some answers later.

    Models of dialogues gain by them; the one that ships, which is asked about sentences, does not.
    """
    return _seed("dialogues", language)


def _seed(name: str, language: str) -> list[Judged]:
    file = files("ingest.extract") / "seed" / f"{name}.{language}.jsonl"
    return list(read_judged(file.read_text(encoding="utf-8").splitlines()))
