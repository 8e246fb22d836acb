"""What a person said of a candidate: whose fact it is, what it is about, which matter it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ingest.extract.candidates import FactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Ids of nodes, and of a statement; None where nothing was chosen, "" for none of them."""

    subject: str | None = None
    about: str | None = None
    matter: str | None = None


Choices: TypeAlias = Mapping[tuple[int, int, FactKind], Chosen]  # by start, end and kind of a candidate
NOTHING = Chosen()
