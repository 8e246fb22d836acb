"""Who thinks what of what, on DiaASQ (Li et al. 2023, arXiv:2211.05705): dialogues about phones.

Trained on its Chinese training part and on our own seed set, dialogues included; reported on the Chinese and
the English part for validation. An opinion is right in target, aspect, words and polarity; those that lack a
part do not count, as in the paper. Polarities other than positive and negative are one: neutral.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.extract.opinions.examples import Conversation, Judged, Opinion, Place, Utterance, seed_dialogues
from ingest.extract.opinions.training import counted, f1, train
from ingest.extract.spans.shipped import all_seed_opinions

POLARITIES = {"pos": "positive", "neg": "negative"}


def quadruples(data: Path) -> dict[str, Any]:
    """Micro-F1, a part; with and without the polarity, and with the opinions that lack a part."""
    folder = data / "opinion/diaasq"
    ours = [*all_seed_opinions(), *seed_dialogues("en"), *seed_dialogues("zh")]
    model = train([*dialogues(folder / "zh/train.json"), *ours])
    figures: dict[str, Any] = {"held_out": model.figures["held_out"]}
    for language in ("zh", "en"):
        judged = dialogues(folder / language / "valid.json")
        said = model.find([one.conversation for one in judged])
        pairs = [(one.opinions, found) for one, found in zip(judged, said, strict=True)]
        figures[language] = {
            "f1": round(f1(counted(pairs, whole=True)), 3),
            "f1_without_polarity": round(f1(counted(pairs, whole=True, polarity=False)), 3),
            "f1_of_all": round(f1(counted(pairs)), 3),
            "n": counted(pairs, whole=True)[2],
        }
    return figures


def dialogues(path: Path) -> list[Judged]:
    """The dialogues of a part. Chinese ones lose the spaces that their characters are set apart by."""
    return [_dialogue(stated) for stated in json.loads(path.read_text(encoding="utf-8"))]


def _dialogue(stated: Mapping[str, Any]) -> Judged:
    texts, places, start = [], list[Place](), 0
    for sentence in stated["sentences"]:
        text, found = _joined(sentence.split(), chinese="sentence_ids" in stated)
        texts.append(text)
        places += ((start + first, start + last) for first, last in found)
        start += len(text) + 1
    said = tuple(
        Utterance(text, str(speaker), None if reply < 0 else reply)
        for text, speaker, reply in zip(texts, stated["speakers"], stated["replies"], strict=True)
    )
    opinions = (_opinion(one, places) for one in stated["triplets"])
    return Judged(
        Conversation(said),
        tuple(one for one in opinions if one),
        *(
            tuple((places[first][0], places[last - 1][1]) for first, last, _ in stated[name])
            for name in ("targets", "aspects")
        ),
    )


def _joined(words: Sequence[str], *, chinese: bool) -> tuple[str, list[Place]]:
    """The words as a text, and where each stands."""
    text, found = "", list[Place]()
    for before, word in pairwise(("", *words)):
        apart = before and (
            not chinese or (before[-1].isascii() and before[-1].isalnum() and word[0].isascii())
        )
        text += " " if apart and (not chinese or word[0].isalnum()) else ""
        found.append((len(text), len(text) + len(word)))
        text += word
    return text, found


def _opinion(stated: Sequence[Any], places: Sequence[Place]) -> Opinion | None:
    """None where the words that judge are missing."""
    target, aspect, words = (
        (places[first][0], places[last - 1][1]) if first >= 0 else None
        for first, last in (stated[0:2], stated[2:4], stated[4:6])
    )
    return Opinion(target, aspect, words, POLARITIES.get(stated[6], "neutral")) if words else None
