"""Who is in a message: its author and the customers whose matters it speaks of.

The author is told by address, by name, by a part of a name that only one person near bears, by the signature.
Nobody becomes a customer because a name was dropped.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.directory import Directory
from ingest.extract.candidates import Side
from ingest.resolve.folding import has_han, plain
from ingest.resolve.mentions import Mention, Names
from ingest.resolve.people import forms
from ingest.resolve.spoken import Spoken
from kb.model.identity import label_of

SENDERS = frozenset(("from", "sender", "author", "caller", "customer", "organizer"))
_BRACKETS = re.compile(r"\s*[(（\[【<].*$")


@dataclass(frozen=True, slots=True)
class Present:
    """`author` are the contacts who may have written it: none known, one, or several who go by that name.

    `others` are contacts who took part besides; `customers` are those spoken for or to, on the day.
    """

    author: tuple[str, ...]
    others: tuple[str, ...]
    customers: tuple[str, ...]
    near: tuple[str, ...]  # contacts whose parts of names count: all of the customers around


class People:
    """The contacts of a directory, by what a part of their name tells."""

    def __init__(self, directory: Directory, names: Names) -> None:
        self._directory = directory
        self._written = names.written
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._of: dict[str, set[str]] = defaultdict(set)
        for contact, name in names.written.items():
            for word in _words(name):
                self._by_word[word].add(contact)
        for contact, times in directory.employments.items():
            for customer in times:
                self._of[customer].add(contact)

    def of(self, customers: Iterable[str]) -> tuple[str, ...]:
        """The contacts of customers."""
        return tuple(sorted({contact for one in customers for contact in self._of.get(one, ())}))

    def customers_of(self, contacts: Iterable[str], day: str) -> tuple[str, ...]:
        """The customers of contacts on a day (ISO), each once, in order."""
        found = (customer for one in contacts for customer in self._directory.customers_of(one, day))
        return tuple(dict.fromkeys(found))

    def called(self, name: str | None, near: Sequence[str] = ()) -> tuple[str, ...]:
        """The contacts who may be meant by a name: those near before all others."""
        bare = _BRACKETS.sub("", name or "").strip()
        if not bare:
            return ()
        exact = self._directory.one(bare, "Contact")
        if exact:
            return (exact,)
        wanted = plain(bare)
        known = {one for word in _words(bare) for one in self._by_word.get(word, ())}
        found = [one for one in known if wanted in self._forms(one)]
        here = [one for one in found if one in near]
        return tuple(sorted(here or found))

    def _forms(self, contact: str) -> Iterator[str]:
        name = self._written[contact]
        yield plain(name)
        for form in forms(name):
            yield plain(form)
            for title in ("mr", "ms", "mrs", "dr", "mr.", "ms.", "mrs.", "dr."):
                yield f"{title} {plain(form)}"
        for title in ("小姐", "先生", "女士"):
            if has_han(name):
                yield name[0] + title

    def present(self, spoken: Spoken, named: Sequence[Mention], signed: Sequence[Mention]) -> Present:
        """Who is in a message that names some nodes; `signed` of them in its signature."""
        day = spoken.message.at.date().isoformat()
        before = [one for one in spoken.before if label_of(one) == "Customer"]
        before += [link.target for link in spoken.linked if label_of(link.target) == "Customer"]
        mentioned = [one.targets[0] for one in named if len(one.of("Customer")) == 1]
        near = self.of((*before, *mentioned))
        authors: tuple[str, ...] = ()
        others: list[str] = []
        ours = spoken.message.side is Side.US
        for one in spoken.participants:
            found = self._at(one.address) or self.called(one.name, near)
            if one.role in SENDERS and not ours:
                authors = authors or found
            elif len(found) == 1:
                others += found
        if not authors and not ours and signed:
            authors = tuple(dict.fromkeys(signed[-1].of("Contact")))
        elif len(authors) > 1 and signed:
            authors = tuple(one for one in authors if one in signed[-1].targets) or authors
        customers = self.customers_of(authors or (others if ours else ()), day)
        if not customers:
            # By what is linked already, by names in the text, else the thread's.
            linked = [link.target for link in spoken.linked if label_of(link.target) == "Customer"]
            contacts = (one.targets[0] for one in named if len(one.of("Contact")) == 1)
            ways = (
                linked,
                mentioned,
                self.customers_of(contacts, day),
                self.customers_of(others, day),
                before,
            )
            customers = next((tuple(dict.fromkeys(way)) for way in ways if way), ())
        near = self.of((*customers, *before))
        return Present(authors, tuple(dict.fromkeys(others)), customers, near)

    def _at(self, address: str | None) -> tuple[str, ...]:
        found = self._directory.at(address)
        return (found,) if found else ()


def _words(name: str) -> Iterator[str]:
    if has_han(name):
        yield from (one for one in dict.fromkeys(name) if has_han(one))
    else:
        yield from plain(name).replace(".", " ").split()
