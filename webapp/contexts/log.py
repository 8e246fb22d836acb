"""The page by which a conversation is logged: first with whom, then what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.logbook import CHANNELS
from kb.model.reading import Customer, Reachable
from webapp import display
from webapp.contexts.interactions import CHANNEL_ICONS
from webapp.contexts.names import both_names
from webapp.links import address, bare


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoLine:
    """A customer, or a person there, that can be chosen."""

    href: str
    name: str
    about: str  # number of a customer; role and customer of a person
    person: bool
    past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoPage:
    """Nobody is chosen yet."""

    search: str
    found: tuple[WhoLine, ...]
    sees_customers: bool  # False where the viewer's role never shows any


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChoice:
    id: str
    name: str
    role: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """The fields; `values` is what they hold."""

    customer: str
    name: str
    people: tuple[PersonChoice, ...]
    channels: tuple[tuple[str, str], ...]  # (code, icon)
    values: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)


def who_page(search: str, found: Sequence[Reachable], on: str, *, sees_customers: bool) -> WhoPage:
    """`on` is an ISO date: who had left by then is shown as past."""
    return WhoPage(search=search, found=tuple(_line(one, on) for one in found), sees_customers=sees_customers)


def log_page(
    customer: Customer,
    chosen: Sequence[str],
    on: str,
    values: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
) -> LogPage:
    """People who had left by `on` (ISO date) are offered only where they were chosen."""
    there = [row for row in customer.contacts if row.id in chosen or not row.until or row.until[:10] >= on]
    return LogPage(
        customer=customer.id,
        name=both_names(customer.name, str(customer.props.get("name_zh") or "") or None)[0],
        people=tuple(
            PersonChoice(
                id=row.id,
                name=both_names(row.name, row.name_zh)[0],
                role=row.role or "",
                chosen=row.id in chosen,
            )
            for row in there
        ),
        channels=tuple((code, CHANNEL_ICONS[code]) for code in CHANNELS),
        values=values,
        problems=problems or {},
    )


def fresh(now: int, token: str) -> dict[str, str]:
    """What the fields hold at first."""
    return {"channel": CHANNELS[0], "at": display.input_instant(now), "token": token}


def _line(one: Reachable, on: str) -> WhoLine:
    customer = both_names(one.customer_name, one.customer_name_zh)[0]
    href = address("log.index", customer=one.customer, contact=one.contact)
    if one.contact is None:
        number = bare(one.customer)
        return WhoLine(
            href=href,
            name=customer,
            about=number if number != one.customer_name.casefold() else "",
            person=False,
            past=False,
        )
    return WhoLine(
        href=href,
        name=both_names(one.contact_name or "", one.contact_name_zh)[0],
        about=" · ".join(part for part in (one.role, customer) if part),
        person=True,
        past=bool(one.until and one.until[:10] < on),
    )
