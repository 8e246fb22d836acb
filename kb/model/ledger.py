"""The ledger's vocabulary: records, runs, and how a record may end. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Payload: TypeAlias = Mapping[str, Json]


class Outcome(StrEnum):
    """How a record ended. The three counts of a run add up to the records of its file."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"  # the same key with the same content is already live
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a record was rejected: a closed list, worded for people in the web and command line layers."""

    MISSING_FIELD = "missing_field"
    BAD_DATE = "bad_date"
    BAD_NUMBER = "bad_number"
    BAD_ENCODING = "bad_encoding"
    BAD_SYNTAX = "bad_syntax"
    BAD_VALUE = "bad_value"
    EMPTY = "empty"
    TOO_BIG = "too_big"
    UNSUPPORTED = "unsupported"
    UNKNOWN_REFERENCE = "unknown_reference"


class RecordKind(StrEnum):
    """What a record's payload says, and so which fold reads it."""

    ORDER_LINE = "order_line"
    NODE = "node"
    INTERACTION = "interaction"
    LINK = "link"
    FACT = "fact"
    READING = "reading"  # an interaction was read: the candidate facts found in it, and by which versions
    VERDICT = "verdict"  # what a person decided about a candidate fact
    ROW = "row"  # a row of a file whose meaning is in the records derived from it
    CLOSE = "close"


class RunStatus(StrEnum):
    """Life of a run: it lands records, may stop and resume, and may be reverted once done or stopped."""

    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    REVERTED = "reverted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why and where a record was refused, as data; never prose."""

    reason: Reason
    field: str
    value: str = ""  # an excerpt of at most 200 characters


class Draft(NamedTuple):
    """A record on its way into the ledger. `unit`, `subject` and `refs` are ids.

    A tuple, as LiveRecord is: there is one for each record, and a frozen class takes ten times as long.
    """

    kind: RecordKind
    key: str
    unit: str  # what it contributes to: a node, an interaction, an order, the subject of a fact
    payload: Payload
    place: int = 0
    raw: bytes = b""
    subject: str | None = None  # the customer whose figures an order line changes
    refs: tuple[str, ...] = ()  # what it is built on: its unit is folded again when one of them comes or goes
    derived: bool = False  # made by us from a record of the file; not counted
    content: str | None = None  # what makes it the same or another, where that is not the whole payload
    rejection: Rejection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One taking-in of knowledge: a file, an act by hand, a model's output.

    All its records share `recorded_at` (epoch ms), which grows strictly with `position`.
    """

    position: int
    id: str
    source: str
    title: str
    started_by: str
    recorded_at: int
    status: RunStatus
    by_hand: bool = False
    file: str | None = None  # name in the file store, made from the content's hash
    reading: Payload
    total: int | None = None
    done: int = 0  # entries of the file that have landed
    landed: bool = False  # all entries are in
    first_seq: int | None = None
    records: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    last_seq: int | None = None
    problem: str | None = None
    seconds: float = 0.0


class LiveRecord(NamedTuple):
    """An accepted record of a run that was not reverted, as a fold reads it."""

    seq: int
    run: int
    recorded_at: int
    kind: RecordKind
    key_hash: int
    unit: int
    subject: int | None
    place: int
    payload: dict[str, Any]
