"""One customer as its page shows it: who they are, with whom we speak there, what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.model.fact import Fact
from kb.model.reading import ContactRow, Customer
from webapp import display, vocabulary, wording
from webapp.as_of import Moments
from webapp.contexts.facts import GroupSection, groups
from webapp.contexts.matters import MatterList
from webapp.contexts.moments import AsOfView
from webapp.contexts.names import both_names
from webapp.contexts.timeline import Timeline

HIDDEN = frozenset(  # shown elsewhere on the page, or the store's own business
    (
        *("id", "number", "customer_no", "name", "name_zh", "name_key", "aliases", "names"),
        *("order_count", "last_order", "spend", "spend_sort"),
    )
)
ORDER = ("industry", "category", "country", "city", "team", "owner", "language", "segment")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    name: str
    other_name: str | None
    role: str
    email: str | None
    phone: str | None
    since: str
    until: str
    past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactList:
    customer: str
    groups: tuple[GroupSection, ...]
    count: int
    cut: bool  # there are more than are shown
    may_write: bool
    query: dict[str, str]  # the moments


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    id: str
    number: str
    name: str
    other_name: str | None
    properties: tuple[tuple[str, str], ...]
    contacts: tuple[ContactView, ...]
    as_of: AsOfView
    matters: MatterList
    facts: FactList
    timeline: Timeline


def contact_view(row: ContactRow, on: str) -> ContactView:
    """`on` is an ISO date: who had left by then is shown as past."""
    name, other = both_names(row.name, row.name_zh)
    return ContactView(
        name=name,
        other_name=other,
        role=row.role or "",
        email=row.email,
        phone=row.phone,
        since=display.written_day(row.since) if row.since else "",
        until=display.written_day(row.until) if row.until else "",
        past=bool(row.until and row.until[:10] < on),
    )


def properties(customer: Customer) -> tuple[tuple[str, str], ...]:
    """Label and value of what is worth showing, the well-known ones first."""
    shown = {key: value for key, value in customer.props.items() if key not in HIDDEN and value != ""}
    known = [key for key in ORDER if key in shown]
    others = sorted(key for key in shown if key not in ORDER and not key.endswith(("_at", "_key")))
    return tuple((property_label(key), display.value(key, shown[key], None)) for key in (*known, *others))


def property_label(key: str) -> str:
    return wording.field(key) if wording.is_field(key) else vocabulary.predicate(key)


def fact_list(
    customer: str,
    facts: Sequence[Fact],
    names: Mapping[str, str],
    *,
    limit: int,
    may_write: bool,
    moments: Moments,
) -> FactList:
    return FactList(
        customer=customer,
        groups=groups(facts, names),
        count=len(facts),
        cut=len(facts) >= limit,
        may_write=may_write,
        query=moments.query,
    )
