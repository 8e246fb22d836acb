"""The words by which a thing is meant without its whole name: "the bath towels", 那台冷柜, "the forties"."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import log

from ingest.resolve.folding import has_han, plain
from ingest.resolve.quantities import quantities

_LATIN = re.compile(r"[a-z][a-z'&]{2,}", re.ASCII)
_CODE = re.compile(r"(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]*", re.ASCII)
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_EMPTY = frozenset(["the", "and", "for", "with", "new", "old", "our", "your", "from", "that", "this", "all"])


def words_of(text: str) -> frozenset[str]:
    """Latin words without their plural, numbers and codes, pairs of Chinese characters."""
    low = plain(text)
    latin = {_singular(word) for word in _LATIN.findall(low)} - _EMPTY
    codes = {code.removesuffix("s") for code in _CODE.findall(low)}
    pairs = (
        {run[n : n + 2] for run in _HAN.findall(low) for n in range(len(run) - 1)} if has_han(low) else set()
    )
    return frozenset(latin | codes | pairs)


def numbers_of(text: str) -> frozenset[str]:
    """Numbers of two digits and more, also spelt out, as digits: "two dozen forties" has 24 and 40."""
    whole = (one.number for one in quantities(text) if one.number == int(one.number))
    return frozenset(f"{number:f}" for number in whole if number >= 10)


def overlap(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """The share of the fewer words that are in both, in [0, 1]."""
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _singular(word: str) -> str:
    word = word.removesuffix("'s")
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3 else word


class Things:
    """The words of products' names, and how much each of them tells."""

    def __init__(self, names: Mapping[str, Iterable[str]], features: Mapping[str, Iterable[str]]) -> None:
        """`names` of each product, and the names of each product's features."""
        self._names = {id: [words_of(name) for name in said] for id, said in names.items()}
        self._features = {id: [words_of(name) for name in said] for id, said in features.items()}
        each = {id: frozenset().union(*sets) for id, sets in self._names.items()}
        counts: Counter[str] = Counter(word for words in each.values() for word in words)
        self._weights = {word: log(1 + len(each) / count) for word, count in counts.items()}
        self._bearers: dict[str, set[str]] = defaultdict(set)
        for table in (self._names, self._features):
            for id, sets in table.items():
                for word in frozenset().union(*sets):
                    self._bearers[word].add(id)

    def fits(self, text: str) -> dict[str, tuple[float, float]]:
        """How well the words of a text fit products: the share of a name, of a feature's name; in [0, 1]."""
        said = words_of(text) | numbers_of(text)
        found = {}
        for id in {id for word in said for id in self._bearers.get(word, ())}:
            name = max((self._share(said, words) for words in self._names.get(id, ())), default=0.0)
            feature = max(
                (overlap(said, words) * bool(said & words) for words in self._features.get(id, ())),
                default=0.0,
            )
            found[id] = (name, feature)
        return found

    def _share(self, said: frozenset[str], name: frozenset[str]) -> float:
        whole = sum(self._weights[word] for word in name)
        return sum(self._weights[word] for word in said & name) / whole if whole else 0.0
