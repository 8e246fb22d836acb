"""What the model answered, held against closed lists; what is not on them never gets further."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.extract.candidates import FactKind, Side
from ingest.extract.language_model.asking import ASPECTS, CONFIDENCE, KINDS, OF_KINDS, POLARITIES

MOST = 200  # facts of one answer; the rest is not looked at
LONGEST = 600  # characters of a quote
LONGEST_NAME = 120  # of a person, a role, a target
_THOUGHT = "</think>"  # behind it begins the answer of models that think aloud


class NotAnAnswer(Exception):
    """It is not of the form that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A fact as the model gave it. Its words are claims until they are found in the text."""

    kind: FactKind
    quote: str
    confidence: float
    holder: Side | None = None
    aspect: str | None = None
    polarity: str | None = None
    person: str | None = None
    role: str | None = None
    target: str | None = None


def stated(content: str) -> list[Stated]:
    """The facts of an answer, in its order; what breaks a rule is left out. Raises NotAnAnswer."""
    facts = _object(content).get("facts")
    if not isinstance(facts, list):
        raise NotAnAnswer
    return [fact for one in facts[:MOST] for fact in _fact(one)]


def _object(content: str) -> Mapping[str, Any]:
    """The JSON object in it; some models fence it, or think aloud before it."""
    answer = content.rpartition(_THOUGHT)[2]
    first, last = answer.find("{"), answer.rfind("}")
    try:
        found = json.loads(answer[first : last + 1], strict=False) if first >= 0 else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotAnAnswer
    return found


def _fact(one: object) -> Iterator[Stated]:
    if not isinstance(one, dict):
        return
    kind, quote = one.get("kind"), _words(one.get("quote"), LONGEST)
    if quote is None or not isinstance(kind, str) or kind not in KINDS:
        return
    known = FactKind(kind)
    changed = known is FactKind.ROLE_CHANGE
    yield Stated(
        kind=known,
        quote=quote,
        confidence=CONFIDENCE.get(_text(one.get("sure")), CONFIDENCE["unsure"]),
        holder=_side(one.get("holder")) if known is FactKind.COMMITMENT else None,
        aspect=_one_of(one.get("aspect"), ASPECTS.get(known, ())),
        polarity=_one_of(one.get("polarity"), POLARITIES if known in OF_KINDS["polarity"] else ()),
        person=_words(one.get("person"), LONGEST_NAME) if changed else None,
        role=_words(one.get("role"), LONGEST_NAME) if changed else None,
        target=_words(one.get("target"), LONGEST_NAME),
    )


def _text(given: object) -> str:
    return given if isinstance(given, str) else ""


def _words(given: object, longest: int) -> str | None:
    text = _text(given).strip()
    return text if text and len(text) <= longest else None


def _one_of(given: object, choices: tuple[str, ...]) -> str | None:
    return next((choice for choice in choices if choice == given), None)


def _side(given: object) -> Side | None:
    return next((side for side in Side if side == given), None)
