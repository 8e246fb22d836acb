"""Whether words speak of a matter that stands already, or begin one of their own.

What cannot be the same is told by rules: another subject, another product by name, another holder, other
numbers. The rest is weighed by a small model. A wrong merge hides a fact, a fact too many is only untidy: in
doubt there are two.
"""

from collections.abc import Callable, Sequence

from ingest.extract.candidates import FactKind
from ingest.resolve.about import By
from ingest.resolve.cues import Cue
from ingest.resolve.likeness import Likeness
from ingest.resolve.quantities import Quantity, differ, shared
from ingest.resolve.said import Said, days_in
from ingest.resolve.scoring import Features, chance, weights
from ingest.resolve.standing import Cited, Standing
from ingest.resolve.words import overlap as shared_words
from ingest.resolve.words import words_of

SAME = 0.8  # probability of being the same matter, from which on it is taken for it
DOUBTFUL = 0.6  # from which on a person is asked
AHEAD = 0.1  # by which the best must lead the second
RELATED = {FactKind.COMPLAINT: FactKind.INCIDENT, FactKind.INCIDENT: FactKind.COMPLAINT}
DAYS = 86_400  # seconds
SHORT = 3  # words that say little by themselves

NumbersOf = Callable[[Cited], frozenset[Quantity]]


def may_be_same(said: Said, standing: Standing) -> bool:
    """Whether nothing rules it out."""
    kind = said.candidate.kind
    if standing.ended_at or standing.subject != said.subject:
        return False
    if standing.kind is not kind and RELATED.get(kind) is not standing.kind:
        return False
    if standing.status == "closed":
        return False
    if said.candidate.holder and standing.holder and said.candidate.holder is not standing.holder:
        return False
    mine, theirs = said.about.node, standing.about
    return not (mine and theirs and mine != theirs and said.about.by is By.NAME)


def features(
    said: Said, standing: Standing, others: Sequence[Standing], likeness: Likeness, numbers_of: NumbersOf
) -> Features:
    """What speaks for and against; `others` of the kind could be meant, too."""
    earlier = [one for one in standing.evidence if one != said.cited] or [*standing.evidence]
    words = words_of(said.text)
    kind = said.candidate.kind
    numbers = frozenset(number for one in earlier for number in numbers_of(one))
    like = max(likeness.between(said.text, one.text) for one in earlier)
    overlap = max(shared_words(words, words_of(one.text)) for one in earlier)
    due, theirs = said.candidate.due, standing.due
    today = said.cited.at.date()
    overdue = bool(theirs and theirs < today)
    late = [one for one in others if one.due and one.due < today]
    named = days_in(said.text, today)
    days = (said.cited.at - earlier[-1].at).total_seconds() / DAYS
    return {
        "like": like,
        "overlap": overlap,
        "like_overlap": like * overlap,
        f"{kind}": 1.0,
        "same_about": float(bool(standing.about) and said.about.node == standing.about),
        "named_same": float(
            bool(standing.about) and said.about.node == standing.about and said.about.by is By.NAME
        ),
        "one_about": float((said.about.node is None) != (standing.about is None)),
        "other_about": float(bool(said.about.node and standing.about) and said.about.node != standing.about),
        "shared": float(shared(said.numbers, numbers)),
        "differ": float(differ(said.numbers, numbers)),
        "same_thread": float(said.thread is not None and said.thread == standing.thread),
        "same_message": float(any(one.interaction == said.cited.interaction for one in standing.evidence)),
        "again": float(Cue.AGAIN in said.cues),
        "moved": float(Cue.MOVED in said.cues),
        "changed": float(Cue.CHANGED in said.cues),
        "same_due": float(due is not None and due == theirs),
        "other_due": float(due is not None and theirs is not None and due != theirs),
        "days": min(days, 60) / 30,
        "rivals": min(len(others), 4) / 4,
        "names_due": float(theirs is not None and theirs in named),
        "names_other_day": float(theirs is not None and bool(named) and theirs not in named),
        "overdue": float(overdue),
        "only_overdue": float(overdue and not late),
        "overdue_negated": float(overdue and Cue.NEGATED in said.cues),
        "negated": float(Cue.NEGATED in said.cues),
        "other_side": float(standing.holder is not None and said.side is standing.holder.other),
        "last": float(all(one.evidence[-1].at <= earlier[-1].at for one in others)),
        "short": float(len(words) <= SHORT),
        "same_kind": float(kind is standing.kind),
    }


def weighed(
    said: Said, standing: Sequence[Standing], likeness: Likeness, numbers_of: NumbersOf
) -> list[tuple[float, Standing]]:
    """The matters that could be meant, each with its probability."""
    could = [one for one in standing if may_be_same(said, one)]
    model = weights()["same"]
    found = []
    for one in could:
        others = [other for other in could if other is not one]
        found.append((chance(model, features(said, one, others, likeness, numbers_of)), one))
    return found


def best(
    said: Said, standing: Sequence[Standing], likeness: Likeness, numbers_of: NumbersOf
) -> tuple[Standing | None, list[Standing]]:
    """The matter that is meant, if one is; and those that could be."""
    scored = weighed(said, standing, likeness, numbers_of)
    likely = sorted((pair for pair in scored if pair[0] >= DOUBTFUL), key=lambda pair: -pair[0])
    if not likely:
        return None, []
    if likely[0][0] < SAME or (len(likely) > 1 and likely[0][0] - likely[1][0] < AHEAD):
        return None, [one for _, one in likely]
    return likely[0][1], [one for _, one in likely]
