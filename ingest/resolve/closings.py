"""What closes a matter: an outcome, a deed, thanks for what came, a call-off.

closings.toml says which way of ending closes which kind. Whether these words close that matter, a small
model weighs: by what they are about, whose turn it was, how alike they are to the matter and to others that
are open. A question closes nothing, nor what is still to come, nor "not yet".
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.extract.candidates import FactKind, Side
from ingest.resolve.about import About, By
from ingest.resolve.cues import Cue, cues
from ingest.resolve.likeness import Likeness
from ingest.resolve.matter import DAYS, SHORT, NumbersOf
from ingest.resolve.quantities import Quantity, differ, shared
from ingest.resolve.scoring import Features, chance, weights
from ingest.resolve.standing import Cited, Closing, Standing
from ingest.resolve.words import overlap, words_of

CLOSED = 0.6  # probability from which on a matter is closed
AKIN = 0.25  # cosine from which on a clause speaks of a matter with which it shares no word
TELLING = 0.5  # probability of an outcome from which on a clause without a cue may tell one
ENDINGS = (Cue.WITHDRAWN, Cue.RESOLVED, Cue.DEED, Cue.RECEIVED)
_FUTURE = re.compile(r"\b(?:will|shall|going to)\b|['’]ll\b")
_TABLE = Path(__file__).with_name("closings.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A clause that may close something; `outcome` in [0, 1] is how surely it tells an outcome."""

    cited: Cited
    subject: str | None
    about: About
    side: Side | None
    thread: str | None
    numbers: frozenset[Quantity]
    outcome: float
    begins: FactKind | None  # the kind of fact that the clause states itself
    around: str  # the sentence

    @property
    def cues(self) -> frozenset[Cue]:
        """What the words tell."""
        return cues(self.cited.text)


@cache
def table() -> dict[str, dict[str, str]]:
    """Way of ending -> kind of matter -> why it is closed then."""
    with _TABLE.open("rb") as file:
        return tomllib.load(file)


def may_close(ending: Ending) -> bool:
    """Whether a clause is worth looking at: it tells an end, asks nothing, speaks of nothing to come."""
    said = ending.cues
    if Cue.ASKED in said or ending.around.rstrip("\"'”’)）")[-1:] in ("?", "？"):
        return False
    if Cue.NEGATED in said and not said & {Cue.WITHDRAWN, Cue.RESOLVED}:
        return False
    if _FUTURE.search(ending.cited.text.lower()) and not said & {Cue.WITHDRAWN, Cue.RESOLVED, Cue.DEED}:
        return False
    return ending.outcome >= TELLING or any(cue in said for cue in ENDINGS)


def ways(ending: Ending) -> list[str]:
    """The ways of ending that a clause tells, the plainest first."""
    found = [str(cue) for cue in ENDINGS if cue in ending.cues]
    return found or ["resolved"]


def closing(ending: Ending, standing: Standing) -> Closing | None:
    """Why the matter would be closed by it; None where its way of ending does not close this kind."""
    for way in ways(ending):
        if why := table()[way].get(str(standing.kind)):
            return Closing(why)
    return None


def could_close(ending: Ending, standing: Standing) -> bool:
    """Whether nothing rules it out: it began before, has the same customer, is about no other product."""
    if not standing.is_open or closing(ending, standing) is None:
        return False
    if ending.subject is not None and standing.subject != ending.subject:
        return False
    if any(
        one.interaction == ending.cited.interaction and one.start >= ending.cited.start
        for one in standing.evidence
    ):
        return False
    mine, theirs = ending.about.node, standing.about
    return not (mine and theirs and mine != theirs and ending.about.by is By.NAME)


def is_plain(ending: Ending, found: Features) -> bool:
    """Whether a clause has a cue, or is akin to the matter: an outcome that no cue tells must be."""
    akin = found["overlap"] > 0 or found["like"] >= AKIN
    return akin or any(cue in ending.cues for cue in ENDINGS)


def features(
    ending: Ending, standing: Standing, rivals: Sequence[Standing], likeness: Likeness, numbers_of: NumbersOf
) -> Features:
    """What speaks for and against; `rivals` are the other open matters that it could close."""
    said, kind = ending.cues, standing.kind
    like, shared_words = _like(ending, standing, likeness), _overlap(ending, standing)
    others = max((_like(ending, one, likeness) for one in rivals), default=0.0)
    overlaps = max((_overlap(ending, one) for one in rivals), default=0.0)
    bare = len(words_of(ending.cited.text)) <= SHORT
    newest = all(one.evidence[-1].at <= standing.evidence[-1].at for one in rivals)
    numbers = frozenset(number for one in standing.evidence for number in numbers_of(one))
    ours = ending.side is standing.holder if standing.holder and ending.side else None
    since = (ending.cited.at - standing.evidence[-1].at).total_seconds() / DAYS
    found: dict[str, float] = {f"{cue}": float(cue in said) for cue in Cue}
    found |= {f"{kind}_{cue}": float(cue in said) for cue in ENDINGS}
    found |= {f"like_{cue}": like * (cue in said) for cue in ENDINGS}
    found |= {
        f"{kind}": 1.0,
        "like": like,
        "overlap": shared_words,
        "no_overlap": float(not shared_words and not bare),
        "overlap_lead": shared_words - overlaps,
        "bare": float(bare),
        "bare_newest": float(bare and newest),
        "bare_only_one": float(bare and not rivals),
        "newest": float(newest),
        "likest": float(like > others),
        "ahead_of_rivals": like - others,
        "only_one": float(not rivals),
        "rivals": min(len(rivals), 5) / 5,
        "outcome": ending.outcome,
        "states_itself": float(ending.begins is not None),
        "same_about": float(bool(standing.about) and ending.about.node == standing.about),
        "named_same": float(
            bool(standing.about) and ending.about.node == standing.about and ending.about.by is By.NAME
        ),
        "other_about": float(
            bool(standing.about and ending.about.node) and ending.about.node != standing.about
        ),
        "one_about": float((standing.about is None) != (ending.about.node is None)),
        "shared": float(shared(ending.numbers, numbers)),
        "differ": float(differ(ending.numbers, numbers)),
        "same_thread": float(ending.thread is not None and ending.thread == standing.thread),
        "same_message": float(since == 0),
        "by_holder": float(ours is True),
        "by_other": float(ours is False),
        "by_holder_deed": float(ours is True and Cue.DEED in said),
        "by_other_received": float(ours is False and (Cue.RECEIVED in said or Cue.THANKS in said)),
        "by_us": float(ending.side is Side.US),
        "days": min(since, 60) / 30,
        "overdue": float(bool(standing.due and standing.due <= ending.cited.at.date())),
    }
    return found


def closed_by(
    ending: Ending, standing: Sequence[Standing], likeness: Likeness, numbers_of: NumbersOf
) -> list[tuple[Standing, Closing]]:
    """The matters that a clause closes, each with why."""
    if not may_close(ending):
        return []
    could = [one for one in standing if could_close(ending, one)]
    model = weights()["closes"]
    found = []
    for one in could:
        rivals = [other for other in could if other is not one]
        why, weighed = closing(ending, one), features(ending, one, rivals, likeness, numbers_of)
        if why and is_plain(ending, weighed) and chance(model, weighed) >= CLOSED:
            found.append((one, why))
    return found


def _like(ending: Ending, standing: Standing, likeness: Likeness) -> float:
    texts = (ending.cited.text, ending.around)
    return max(likeness.between(text, one.text) for text in texts for one in standing.evidence)


def _overlap(ending: Ending, standing: Standing) -> float:
    mine = words_of(ending.cited.text)
    return max(overlap(mine, words_of(one.text)) for one in standing.evidence)
