"""A trained finder of names, and rules for what is written by rule: days, amounts, addresses, numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from re import compile as pattern
from typing import Any

from ingest.extract import people
from ingest.extract.clauses import clauses
from ingest.extract.entities.amounts import amounts
from ingest.extract.spans.stored import described, read_folder, tagger_arrays, tagger_of, write_folder
from ingest.extract.spans.tagger import Tagger
from ingest.extract.when import dates
from kb.language.personal import personal

TASK = "entities"
AMOUNT, DATE, NAME, POSITION = "amount", "date", "name", "position"
RULED = 0.9  # how sure a rule is
ROLES = 0.7  # a rule of who takes which role
_LINE = pattern(r"[^\n。！？]+[。！？]*")
_ANY_DAY = date(2000, 1, 3)  # which day is meant is not asked


@dataclass(frozen=True, slots=True)
class Entity:
    """Code points [start, end) of a text name something of a type; `confidence` in [0, 1]."""

    start: int
    end: int
    type: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entities:
    """Finds what is named."""

    tagger: Tagger
    version: str
    figures: Mapping[str, Any]

    def find(self, texts: Sequence[str], language: str | None = None) -> list[list[Entity]]:
        """What is named in each text, in order and without overlaps.

        `language` is "en", "zh" or each text's own. Addresses, numbers of persons and amounts win over names,
        names over days.
        """
        lines = [(n, *line.span()) for n, text in enumerate(texts) for line in _LINE.finditer(text)]
        read = self.tagger.read([texts[n][start:end] for n, start, end in lines], language=language)
        named: list[list[Entity]] = [[] for _ in texts]
        for (n, start, _), known in zip(lines, read, strict=True):
            for span in known.spans:
                first, last = known.units[span.first].start, known.units[span.last - 1].end
                named[n].append(Entity(start + first, start + last, span.label, span.sure))
        return [
            apart([*_numbers(text), *found, *_roles(text), *_days(text)])
            for text, found in zip(texts, named, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Write it into the folder, which is made."""
        stated = {"version": self.version, "figures": self.figures, **described(self.tagger)}
        write_folder(folder, TASK, stated, tagger_arrays(self.tagger))


def load(folder: Path) -> Entities:
    """The model of a folder. Raises Invalid where there is none of entities."""
    stated, arrays = read_folder(folder, TASK)
    return Entities(tagger_of(stated, arrays), stated["version"], stated["figures"])


def _numbers(text: str) -> Iterator[Entity]:
    for one in personal(text):
        yield Entity(one.start, one.end, str(one.kind), RULED)
    for start, end in amounts(text):
        yield Entity(start, end, AMOUNT, RULED)


def _days(text: str) -> Iterator[Entity]:
    for when in dates(text, _ANY_DAY):
        yield Entity(when.start, when.end, DATE, RULED)


def _roles(text: str) -> Iterator[Entity]:
    """The person and the role of clauses that say who takes which."""
    for line in _LINE.finditer(text):
        if not people.speaks_of_role_change(line.group()):
            continue
        for start, end in clauses(line.group(), line.start()):
            change = people.role_change(text[start:end])
            for said, kind in ((change.person, NAME), (change.role, POSITION)) if change else ():
                place = text.find(said, start, end) if said else -1
                if said and place >= 0 and len(said) > 1:
                    yield Entity(place, place + len(said), kind, ROLES)


def apart(found: Iterable[Entity]) -> list[Entity]:
    """Those that overlap none before them, by their place."""
    kept: list[Entity] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
