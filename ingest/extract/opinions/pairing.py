"""Which target, aspect and opinion words may belong together, and how they stand to each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.extract.opinions.examples import Conversation, Place
from ingest.extract.spans.tagger import Read
from ingest.extract.spans.units import SEEN
from kb.language.weights import Floats

TARGET, ASPECT, WORDS = LABELS = ("target", "aspect", "opinion")
AWAY = 1  # utterances between opinion words and their aspect
FAR = 6  # between opinion words and their target
PAIR = 17  # numbers that say how two spans stand to each other
_MARK = re.compile(r"[,，;；:：、]|\b(?:but|while|whereas|though|yet)\b|但|可是|不过|然而|就是")
_STOP = re.compile(r"[.。!！?？…\n]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of a conversation: its place and utterance, how sure it is, and the encoder's mean row."""

    place: Place
    utterance: int
    sure: float
    known: Floats


@dataclass(frozen=True, slots=True)
class Triples:
    """Targets, aspects and opinion words that may belong together: a row (of places in the three lists) each.

    The last target and the last aspect stand for none. `standing` says how the three stand to each other.
    """

    pieces: tuple[list[Piece], list[Piece], list[Piece]]
    rows: npt.NDArray[np.int64]
    standing: Floats

    def places(self, row: Sequence[int]) -> tuple[Place | None, Place | None, Place]:
        """Where the three stand, None for none."""
        target, aspect, words = row
        return (
            self.pieces[0][target].place if target < len(self.pieces[0]) else None,
            self.pieces[1][aspect].place if aspect < len(self.pieces[1]) else None,
            self.pieces[2][words].place,
        )


def triples(conversation: Conversation, read: Read, known: Sequence[tuple[Place, str]] = ()) -> Triples:
    """The triples of a conversation's spans as they were read, and of those that are known to be there."""
    ends = conversation.ends
    said = {
        ((read.units[one.first].start, read.units[one.last - 1].end), one.label): one.sure
        for one in read.spans
    }
    for one in known:
        said.setdefault(one, 0.5)
    pieces: dict[str, list[Piece]] = {label: [] for label in LABELS}
    for (place, label), sure in sorted(said.items()):
        utterance = int(np.searchsorted(ends, place[1]))
        if np.searchsorted(ends, place[0], side="right") == utterance:  # else it goes on from one to the next
            pieces[label].append(Piece(place, utterance, sure, _known(read, place)))
    targets, aspects, words = (pieces[label] for label in LABELS)
    rows = [
        (t, a, o)
        for o, spoken in enumerate(words)
        for a in range(len(aspects) + 1)
        if a == len(aspects) or abs(aspects[a].utterance - spoken.utterance) <= AWAY
        for t in range(len(targets) + 1)
        if (t < len(targets) and abs(targets[t].utterance - spoken.utterance) <= FAR)
        or (t == len(targets) and a < len(aspects))
    ]
    found = np.array(rows, np.int64).reshape(-1, 3)
    return Triples((targets, aspects, words), found, _standing(conversation, targets, aspects, words, found))


def _known(read: Read, place: Place) -> Floats:
    """The mean of what the encoder sees in a span's units."""
    inside = [n for n, unit in enumerate(read.units) if unit.start < place[1] and place[0] < unit.end]
    mean: Floats = read.rows[inside, :SEEN].mean(axis=0)
    return mean


def _standing(
    conversation: Conversation,
    targets: Sequence[Piece],
    aspects: Sequence[Piece],
    words: Sequence[Piece],
    rows: npt.NDArray[np.int64],
) -> Floats:
    of_target = _pairs(conversation, targets, words)
    of_aspect = _pairs(conversation, aspects, words)
    of_both = _pairs(conversation, targets, aspects, none=True)
    t, a, o = rows.T
    counts = np.log1p([[len(targets), len(aspects), len(words)]]).astype(np.float32)
    sure = np.array([one.sure for one in words] or [0.0], np.float32)
    return np.concatenate(
        [
            of_target[t, o],
            of_aspect[a, o],
            of_both[t, a],
            sure[o][:, None],
            np.repeat(counts, len(rows), axis=0),
        ],
        axis=1,
    )


def _pairs(
    conversation: Conversation, ones: Sequence[Piece], others: Sequence[Piece], *, none: bool = False
) -> Floats:
    """PAIR numbers for each two; the last of `ones` is none, and with `none` that of `others`, too."""
    found = np.zeros((len(ones) + 1, len(others) + none, PAIR), np.float32)
    found[-1, :, 0] = 1
    if none:
        found[:, -1, 1] = 1
    above = _above(conversation)
    text = conversation.text
    for n, one in enumerate(ones):
        for m, other in enumerate(others):
            found[n, m, 2:] = _pair(conversation, above, text, one, other)
    for m, other in enumerate(others):
        for n, nearness in enumerate(_nearness(ones, other)):
            found[n, m, 2:5] = nearness
    return found


def _pair(
    conversation: Conversation, above: Sequence[Sequence[int]], text: str, one: Piece, other: Piece
) -> list[float]:
    away = other.utterance - one.utterance
    said = conversation.utterances
    between = text[min(one.place[1], other.place[1]) : max(one.place[0], other.place[0])]
    distance = np.log1p(len(between))
    return [
        0,
        0,
        0,  # nearness, see there
        one.sure,
        float(away == 0),
        np.clip(away, -4, 4) / 4,
        float(one.utterance in above[other.utterance]),
        float(other.utterance in above[one.utterance]),
        float(said[one.utterance].speaker == said[other.utterance].speaker),
        float(one.place[0] < other.place[0]),
        distance if one.place[0] < other.place[0] else 0,
        distance if one.place[0] > other.place[0] else 0,
        min(len(_MARK.findall(between)), 4),
        min(len(_STOP.findall(between)), 4),
        float(one.place[0] < other.place[1] and other.place[0] < one.place[1]),
    ]


def _above(conversation: Conversation) -> list[list[int]]:
    """For each utterance those that it answers, directly or not."""
    found: list[list[int]] = []
    for n, one in enumerate(conversation.utterances):
        found.append([] if one.reply_to is None else [one.reply_to, *found[min(one.reply_to, n - 1)]])
    return found


def _nearness(ones: Sequence[Piece], other: Piece) -> list[tuple[float, float, float]]:
    """For each whether it is the nearest before, the nearest after, and how many stand nearer."""
    before = [one.place[0] for one in ones if one.place[0] <= other.place[0]]
    after = [one.place[0] for one in ones if one.place[0] > other.place[0]]
    return [
        (
            float(bool(before) and one.place[0] == before[-1]),
            float(bool(after) and one.place[0] == after[0]),
            float(
                sum(one.place[0] < place for place in before)
                if one.place[0] <= other.place[0]
                else after.index(one.place[0])
            ),
        )
        for one in ones
    ]
