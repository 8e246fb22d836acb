"""Which product is meant: by its name where the clause has one, else by what is weighed together.

Weighed are words of its name and its features, what the sentence and the text before named, and how alike the
clause is to what stands about each product. Where two are as likely, none is taken and both are named.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.directory import Directory
from ingest.extract.candidates import FactKind
from ingest.resolve.likeness import Likeness
from ingest.resolve.mentions import Mention
from ingest.resolve.pointing import told
from ingest.resolve.reading import Reading
from ingest.resolve.scoring import Features, chance_by_trees, trees
from ingest.resolve.standing import Standing
from ingest.resolve.words import Things, overlap, words_of
from kb.model.identity import label_of

LIKELY = 0.5  # probability from which on a product is taken to be meant
LEAD = 0.1  # by which it must lead the second
BEST_WORDS = 4  # products that fit the words best, which are weighed
_INSTEAD = re.compile(
    r"(?:\b(?:than|instead of|rather than|not|unlike|besides|apart from)|不是|比|除了)\s*(?:the|our)?\s*$"
)


class By(StrEnum):
    """What told it."""

    NAME = "name"
    WEIGHED = "weighed"


@dataclass(frozen=True, slots=True)
class About:
    """A product, or none; `alternatives` are those it may be where several are as likely."""

    node: str | None
    by: By | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A clause [start, end) of a text, with what the thread named before and what stands."""

    start: int
    end: int
    reading: Reading
    before: Sequence[str]  # products that the thread named, the latest last
    standing: Sequence[Standing]
    thread: str | None = None
    kind: FactKind | None = None


class Products:
    """The products of a directory, as texts refer to them."""

    def __init__(
        self, directory: Directory, features: Mapping[str, Sequence[str]], likeness: Likeness
    ) -> None:
        """`features` are the ids of each product's features."""
        names: dict[str, list[str]] = {}
        for key, ids in directory.names.items():
            for id in ids:
                names.setdefault(id, []).append(directory.written[key])
        products = {id: said for id, said in names.items() if label_of(id) == "Product"}
        self._with: dict[str, list[str]] = {}
        for product, theirs in features.items():
            for feature in theirs:
                self._with.setdefault(feature, []).append(product)
        said = {id: [name for one in features.get(id, ()) for name in names.get(one, ())] for id in products}
        self._things = Things(products, said)
        self._likeness = likeness

    def named(self, place: Place) -> tuple[str, ...]:
        """The products that the clause names; what is only held against another comes last."""
        return tuple(self._named(place.reading, place.start, place.end))

    def meant(self, place: Place) -> About:
        """What a clause is about."""
        named = self.named(place)
        if named:
            return About(named[0], By.NAME)
        weighed = {id: chance_by_trees(trees(), one) for id, one in self.weighed(place).items()}
        likely = sorted((id for id in weighed if weighed[id] >= LIKELY), key=lambda id: (-weighed[id], id))
        if not likely:
            return About(None)
        if len(likely) > 1 and weighed[likely[0]] - weighed[likely[1]] < LEAD:
            return About(None, By.WEIGHED, tuple(likely))
        return About(likely[0], By.WEIGHED)

    def weighed(self, place: Place) -> dict[str, Features]:
        """What speaks for and against each product that may be meant, where the clause names none."""
        reading = place.reading
        text = _blanked(reading, place.start, place.end)
        fits = self._things.fits(text)
        best = sorted(fits, key=lambda id: (-sum(fits[id]), id))[:BEST_WORDS]
        here = [*self._named(reading, 0, place.start)]
        later = [*self._named(reading, place.end, len(reading.text))]
        sentence = reading.sentence_at(place.start)
        around = [*self._named(reading, sentence.start, sentence.end)] if sentence else []
        spoken_of = [one.about for one in _by_time(place.standing) if one.about]
        known = dict.fromkeys((*place.before, *here, *later, *spoken_of))
        matters = [
            one.about for one in _by_time(place.standing) if one.is_open and one.thread == place.thread
        ]
        others = [one for one in matters if one]
        feature_of = self._featured(place)
        clause = reading.text[place.start : place.end]
        likes = {id: self._like(clause, place.standing, id) for id in (*known, *best)}
        pointing = told(text)
        of_none = self._like(clause, place.standing, None)
        latest = _by_time(place.standing)[-1:]
        close = latest[0] if latest and latest[0].thread == place.thread else None
        found: dict[str, Features] = {}
        for id in dict.fromkeys((*known, *best, *feature_of)):
            words, feature = fits.get(id, (0.0, 0.0))
            rivals = [one for one in fits if one != id]
            like = likes.get(id, 0.0)
            one = {
                "words": words,
                "words_lead": words - max((fits[other][0] for other in rivals), default=0.0),
                "feature": max(feature, float(id in feature_of)),
                "feature_alone": float(id in feature_of and len(feature_of) == 1),
                "in_sentence": float(id in around),
                "other_in_sentence": float(any(other != id for other in around)),
                "here": float(id in here),
                "last_here": float(here[-1:] == [id]),
                "first_here": float(here[:1] == [id]),
                "later": float(id in later and id not in here),
                "last_before": float(not here and list(place.before[-1:]) == [id]),
                "before": float(id in place.before),
                "only_one": float(list(known) == [id]),
                "last_about": float(spoken_of[-1:] == [id]),
                "last_matter": float(matters[-1:] == [id]),
                "last_matter_about": float(others[-1:] == [id]),
                "open_share": matters.count(id) / max(1, len(matters)),
                "named_before": float(id in place.before or id in here),
                "like": like,
                "like_lead": like - max((likes[other] for other in likes if other != id), default=0.0),
                "like_over_none": like - of_none,
                "latest_about": float(close is not None and close.about == id),
                "latest_about_none": float(close is not None and close.about is None),
                "share": spoken_of.count(id) / max(1, len(place.standing)),
                "known": min(len(known), 5) / 5,
                "nearness": self._nearness(place, id),
                "unknown": float(id not in known),
                f"{place.kind}": 1.0,
            }
            for name in pointing:
                one[name] = 1.0
                one[f"last_{name}"] = float(
                    here[-1:] == [id] or (not here and list(place.before[-1:]) == [id])
                )
            found[id] = one
        return found

    def _featured(self, place: Place) -> list[str]:
        """The products with a feature that the clause names."""
        named = [
            id for one in place.reading.within(place.start, place.end, "Feature") for id in one.of("Feature")
        ]
        return list(dict.fromkeys(product for id in named for product in self._with.get(id, ())))

    def _nearness(self, place: Place, product: str) -> float:
        """From 1 to 0: how few characters ago the text named the product, 0 where it did not."""
        ends = [
            one.end
            for one in place.reading.within(0, place.start, "Product")
            if one.of("Product") == (product,)
        ]
        return 1 / (1 + (place.start - max(ends)) / 50) if ends else 0.0

    def _like(self, text: str, standing: Sequence[Standing], product: str | None) -> float:
        """How alike a clause is to what stands about a product, or about none; 0 where nothing does."""
        cited = [one.text for fact in standing if fact.about == product for one in fact.evidence]
        mine = words_of(text)
        return max(
            (self._likeness.between(text, one) + overlap(mine, words_of(one)) / 2 for one in cited),
            default=0.0,
        )

    def _named(self, reading: Reading, start: int, end: int) -> Iterator[str]:
        """The products named in [start, end) without doubt, what is only held against another last."""
        later: list[str] = []
        for one in reading.within(start, end, "Product"):
            if len(one.of("Product")) != 1:
                continue
            if _INSTEAD.search(reading.text[max(start, one.start - 24) : one.start].lower()):
                later += one.of("Product")
            else:
                yield from one.of("Product")
        yield from later


def _by_time(standing: Sequence[Standing]) -> list[Standing]:
    return sorted(standing, key=lambda one: (one.evidence[-1].at, one.evidence[-1].start))


def _blanked(reading: Reading, start: int, end: int) -> str:
    """The clause without the names of people and customers in it."""
    text = reading.text[start:end]
    for one in reading.mentions:
        if start <= one.start and one.end <= end and _is_party(one):
            text = text[: one.start - start] + " " * (one.end - one.start) + text[one.end - start :]
    return text


def _is_party(one: Mention) -> bool:
    return bool(one.of("Customer") or one.of("Contact"))
