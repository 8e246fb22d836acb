"""What a source yields: each record of a file, parsed or rejected with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Protocol, TypeAlias

from kb.model.ledger import Payload, Reason, RecordKind

RAW_LIMIT = 64 * 1024  # bytes of a record that the ledger keeps verbatim; the whole file is kept beside it
VALUE_LIMIT = 200  # characters of an offending value that are quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One good record of a file."""

    kind: RecordKind
    key: str  # "<source>/<external id>", made unique within the file by "#<n>" from the second on
    payload: Payload
    raw: bytes  # as it stood in the file, cut at RAW_LIMIT
    place: int  # line or ordinal in the file, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One record of a file that cannot be used, with the reason as data."""

    reason: Reason
    field: str
    raw: bytes
    place: int
    value: str = ""


Entry: TypeAlias = Parsed | Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is to be read, where the file does not say so itself.

    `name` is the file's own name (it may carry a date), `modified` its
    modification time in epoch milliseconds: the last resort for a record
    without a time. `day_first` None means: the file's own values must decide.
    """

    name: str
    modified: int
    timezone: tzinfo
    day_first: bool | None = None
    currency: str | None = None
    columns: dict[str, str] = field(default_factory=dict)  # our field -> the file's column
    staff: frozenset[str] = frozenset()  # our own addresses' domains and names, to tell in- from outbound


class Source(Protocol):
    """A kind of file that can be ingested.

    Raises kb.errors.InvalidFile when the file as a whole is not of this kind,
    or must be asked about (day or month first); everything smaller becomes a
    Rejected entry beside the good ones.
    """

    def __call__(self, path: Path, reading: Reading) -> Iterator[Entry]: ...
