"""Names in Chinese news: CLUENER (Xu et al. 2020, arXiv:2001.04351), its training and its test part."""

import json
from pathlib import Path
from typing import Any

from ingest.extract.entities.training import scored, train
from ingest.extract.spans.learning import Labelled, Span

REPORTED = ("company", "name", "position")


def entities(data: Path) -> dict[str, Any]:
    """F1 of spans right in place and type: of what customers are named by, and of all ten types together."""
    folder = data / "entities/cluener"
    model = train(examples(folder / "train.json"))
    rows = examples(folder / "test.json")
    figures = scored(model.tagger, rows)
    return {name: figures["each"][name] for name in REPORTED} | {"all": figures["f1"], "n": len(rows)}


def examples(path: Path) -> list[Labelled]:
    """The texts of a part with their names; of two that overlap the first."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        named = (
            (start, last + 1, label)
            for label, words in row["label"].items()
            for places in words.values()
            for start, last in places
        )
        spans = list[Span]()
        for span in sorted(named):
            if not spans or span[0] >= spans[-1][1]:
                spans.append(span)
        found.append(Labelled(row["text"], tuple(spans)))
    return found
