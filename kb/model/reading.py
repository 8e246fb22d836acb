"""What readers of the knowledge base get: customers, interactions, facts with the words behind them."""

from dataclasses import dataclass, field
from enum import StrEnum

from kb.model.fact import Fact, Value


class CustomerSort(StrEnum):
    """Orders that an index serves."""

    NAME = "name"
    LAST_ORDER = "last_order"
    SPEND = "spend"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A line of the customer list; the values are the current ones, for display."""

    id: str
    name: str
    name_zh: str | None
    country: str | None
    team: str | None
    owner: str | None
    orders: int
    last_order: int | None  # epoch ms
    spend: tuple[tuple[str, str], ...]  # (currency or "unknown", exact decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A person in the role they have or had at a customer."""

    id: str
    name: str
    name_zh: str | None
    role: str | None
    email: str | None
    phone: str | None
    since: str | None  # ISO dates as the source gave them
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who they are: the node with its display values and its people."""

    id: str
    name: str
    props: dict[str, Value]
    contacts: tuple[ContactRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """Somebody one may have spoken with: a customer, or a person there."""

    customer: str
    customer_name: str
    customer_name_zh: str | None
    contact: str | None = None
    contact_name: str | None = None
    contact_name_zh: str | None = None
    role: str | None = None
    until: str | None = None  # ISO date: when the person left there


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    role: str
    name: str | None
    address: str | None
    node: str | None = None  # the contact or customer that it was linked to, where the viewer may see it


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A product or person named in the text, at code points [start, end)."""

    node: str
    label: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an order; money and quantity as exact decimals."""

    product: str
    name: str | None
    quantity: str
    unit_price: str | None
    amount: str | None
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Any touch with a customer. `text` is empty for orders, `lines` for everything else."""

    id: str
    channel: str
    direction: str
    at: int
    title: str
    text: str
    at_source: str = "stated"
    ends_at: int | None = None
    thread: str | None = None
    language: str = "und"
    participants: tuple[Participant, ...] = ()
    mentions: tuple[Mention, ...] = ()
    attachments: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    customers: tuple[tuple[str, str], ...] = ()  # (id, name) of those the viewer may see


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchRow:
    """A line of a timeline: an interaction without its full text."""

    id: str
    channel: str
    direction: str
    at: int
    title: str
    excerpt: str  # first 240 characters of the text
    thread: str | None = None
    people: tuple[str, ...] = ()
    lines: int = 0
    amounts: tuple[tuple[str, str], ...] = ()  # (currency or "unknown", exact decimal) of an order


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One piece of evidence, opened: an interaction with the words to highlight, or a premise."""

    interaction: Interaction | None = None
    start: int = 0
    end: int = 0
    fact: Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFact:
    """A fact with everything that it rests on; `computed_from` lists the interactions of an aggregate.

    Long lists are cut; their totals say so.
    """

    fact: Fact
    subject_name: str
    object_name: str | None
    proofs: tuple[Proof, ...]
    history: tuple[Fact, ...] = ()  # versions of the statement, the newest knowledge first
    history_total: int = 0
    computed_from: tuple[TouchRow, ...] = ()
    computed_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run as its starter and administrators see it."""

    id: str
    source: str
    title: str  # file name, or what was done by hand
    started_by: str
    recorded_at: int
    status: str
    stage: str  # landing | projecting | done, for progress
    records: int
    accepted: int
    duplicate: int
    rejected: int
    applied: int  # records that the graph holds already
    expected: int | None  # bytes or lines expected where known, for a progress bar
    done_of_expected: int | None
    reason: str | None = None  # why it stopped
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A rejected record: where, which field, what it held, why."""

    place: int
    field: str
    value: str
    reason: str
    raw: str  # decoded for showing, at most 500 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetail:
    run: RunRow
    profile: dict[str, str] = field(default_factory=dict)
    reasons: tuple[tuple[str, str, int], ...] = ()  # (reason, field, how many)
