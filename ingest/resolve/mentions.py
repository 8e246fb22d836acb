"""Where a text names products, features, contacts and customers: by name, by a word for it, by a misspelling.

Names of the whole directory are found in one pass. Parts of people's names ("Jill", "Ms Marsh", 王工) count
only for people who are near: of the customers that take part.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import ahocorasick

from ingest.directory import Directory
from ingest.resolve.folding import has_han, plain, stands_alone
from ingest.resolve.people import forms
from ingest.resolve.short_names import product_forms, unincorporated
from ingest.resolve.typos import Misspellings
from kb.model.identity import label_of

NAMED = ("Customer", "Contact", "Product", "Feature")
SHORTEST = 4  # letters of a Latin name that may be written in any case


class How(StrEnum):
    """How a node was recognised."""

    NAME = "name"
    WORD = "word"  # of the lexicon
    PART = "part"  # of a person's name
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Word:
    """A further word for a node, in one language: a row of the lexicon."""

    word: str
    node: str
    language: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Code points [start, end) of a text name one of `targets`: more than one where the name is ambiguous."""

    start: int
    end: int
    targets: tuple[str, ...]
    how: How

    def of(self, label: str) -> tuple[str, ...]:
        """Those targets that bear the label."""
        return tuple(target for target in self.targets if label_of(target) == label)


class Names:
    """The names of a directory. Making it costs a moment for each name; finding, for each character."""

    def __init__(self, directory: Directory, lexicon: Iterable[Word] = ()) -> None:
        self._directory = directory
        self.written: dict[str, str] = {}  # contact -> a name as written
        self._targets: dict[str, set[str]] = {}
        self._how: dict[str, How] = {}
        self._cased: dict[str, set[str]] = {}  # short Latin names count only as they are written
        self._take_in(lexicon)
        self._automaton = _automaton(self._targets)
        products = [key for key, ids in self._targets.items() if _some(ids, "Product")]
        self._products = Misspellings(products, self._targets)

    def _take_in(self, lexicon: Iterable[Word]) -> None:
        for key, ids in self._directory.names.items():
            named = {id for id in ids if label_of(id) in NAMED}
            written = self._directory.written[key]
            for id in named:
                if label_of(id) == "Contact":
                    self.written.setdefault(id, written)
            if named:
                self._add(written, named, How.NAME)
        for short, id in _unique(self._short_forms()):
            if plain(short) not in self._targets:
                self._add(short, {id}, How.NAME)
        for word in lexicon:
            if plain(word.word) not in self._targets:
                self._add(word.word, {word.node}, How.WORD)

    def _short_forms(self) -> Iterator[tuple[str, str]]:
        for key, ids in self._directory.names.items():
            for id in ids:
                written = self._directory.written[key]
                if label_of(id) == "Product":
                    yield from ((form, id) for form in product_forms(written))
                elif label_of(id) == "Customer":
                    yield from ((form, id) for form in unincorporated(written))

    def _add(self, written: str, ids: Collection[str], how: How) -> None:
        key = " ".join(plain(written).split())
        if len(key) < 2:
            return
        self._targets.setdefault(key, set()).update(ids)
        self._how.setdefault(key, how)
        if key.isascii() and len(key) < SHORTEST and not any(map(str.isdigit, key)):
            self._cased.setdefault(key, set()).add(" ".join(written.split()))

    def exact(self, text: str) -> list[Mention]:
        """The whole names in a text, in order, without overlap."""
        found = sorted(self._exact(text, plain(text)), key=lambda one: (one.start - one.end, one.start))
        return sorted(_apart(found), key=lambda one: one.start)

    def found(self, text: str, near: Sequence[str] = ()) -> list[Mention]:
        """The mentions in a text, in order, without overlap; parts of names count of contacts `near`."""
        low = plain(text)
        exact = [*self._exact(text, low)]
        people = [*self._parts(text, near)]
        first = _apart(sorted((*exact, *people), key=lambda one: (one.start - one.end, one.start)))
        return sorted(_apart((*first, *self._misspelt(low, near))), key=lambda one: one.start)

    def _exact(self, text: str, low: str) -> Iterator[Mention]:
        if not len(self._automaton):
            return
        for last, key in self._automaton.iter(low):
            start, end = last - len(key) + 1, last + 1
            if not (stands_alone(low, start, end) or _is_plural(low, start, end)):
                continue
            if key in self._cased and " ".join(text[start:end].split()) not in self._cased[key]:
                continue
            yield Mention(start, end, tuple(sorted(self._targets[key])), self._how[key])

    def _parts(self, text: str, near: Sequence[str]) -> Iterator[Mention]:
        who: dict[str, set[str]] = {}
        for contact in near:
            for form in forms(self.written.get(contact, "")):
                who.setdefault(form, set()).add(contact)
        chinese = has_han(text)
        for form, contacts in who.items():
            if has_han(form) and not chinese:
                continue
            for found in re.finditer(re.escape(form), text):
                if stands_alone(text, *found.span()):
                    yield Mention(*found.span(), tuple(sorted(contacts)), How.PART)

    def _misspelt(self, low: str, near: Sequence[str]) -> Iterator[Mention]:
        for one in self._products.found(low):
            yield Mention(one.start, one.end, tuple(sorted(self._targets[one.name])), How.TYPO)
        names = {plain(self.written[one]): one for one in near if one in self.written}
        if names:
            for one in Misspellings(names, self._targets).found(low):
                yield Mention(one.start, one.end, (names[one.name],), How.TYPO)


def _automaton(names: Mapping[str, object]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for key in names:
        automaton.add_word(key, key)
    if len(automaton):
        automaton.make_automaton()
    return automaton


def _unique(forms_of: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The short forms that stand for one node only."""
    bearers: dict[str, set[str]] = {}
    for form, id in forms_of:
        bearers.setdefault(form, set()).add(id)
    return ((form, ids.pop()) for form, ids in bearers.items() if len(ids) == 1)


def _apart(mentions: Iterable[Mention]) -> list[Mention]:
    """Those that overlap none before them."""
    kept: list[Mention] = []
    for one in mentions:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return kept


def _is_plural(text: str, start: int, end: int) -> bool:
    return text[end : end + 1] == "s" and stands_alone(text, start, end + 1)


def _some(ids: Iterable[str], label: str) -> bool:
    return any(label_of(id) == label for id in ids)
