"""Texts with what is named in them: the seed set's, and people's own in JSON Lines.

A line is `{"text": …, "entities": [{"start": 0, "end": 4, "type": "company"}, …]}`; places count code points.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from ingest.extract.spans.learning import Labelled
from kb.errors import Invalid


def read_labelled(lines: Iterable[str]) -> Iterator[Labelled]:
    """Examples of JSON Lines; empty lines are passed over. Raises Invalid, which names the line."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _labelled(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Invalid("data", f"line {number} is no example of entities: {error}") from error


def _labelled(stated: Mapping[str, Any]) -> Labelled:
    text = stated["text"]
    spans = sorted((int(one["start"]), int(one["end"]), str(one["type"])) for one in stated["entities"])
    last = 0
    for start, end, _ in spans:
        if not last <= start < end <= len(text):
            raise ValueError(f"[{start}, {end}] is no place of the text, or overlaps another one")
        last = end
    return Labelled(text, tuple(spans))


def seed_entities(language: str) -> list[Labelled]:
    """The seed set's sentences of a language ("en", "zh"), in their order."""
    file = files("ingest.extract") / "seed" / f"entities.{language}.jsonl"
    return list(read_labelled(file.read_text(encoding="utf-8").splitlines()))
