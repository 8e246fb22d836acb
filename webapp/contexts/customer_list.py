"""The list of customers: searched, sorted, cut into pages."""

from dataclasses import dataclass

from kb.model.reading import CustomerRow, CustomerSort
from webapp import display
from webapp.contexts.names import both_names
from webapp.contexts.paging import Paging
from webapp.links import address, bare
from webapp.translate import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the list was asked for."""

    search: str
    sort: CustomerSort
    descending: bool

    @property
    def query(self) -> dict[str, object]:
        return {"search": self.search, "sort": self.sort.value, "descending": 1 if self.descending else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A heading that sorts by its column; a second click turns the order round."""

    label: str
    href: str
    state: str  # for aria-sort: ascending | descending | none
    numeric: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    href: str
    name: str
    other_name: str | None  # in the other language
    number: str
    country: str
    team: str
    owner: str
    orders: str
    last_order: int | None
    spend: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerList:
    asked: Asked
    columns: tuple[Column, ...]
    customers: tuple[CustomerLine, ...]
    paging: Paging
    may_log: bool  # a conversation can be logged from here
    sees_customers: bool  # False where the viewer's role never shows any


def columns(asked: Asked) -> tuple[Column, ...]:
    headings = (
        (CustomerSort.NAME, _("Customer"), False),
        (CustomerSort.ORDERS, _("Orders"), True),
        (CustomerSort.LAST_ORDER, _("Last order"), True),
        (CustomerSort.SPEND, _("Spend"), True),
    )
    return tuple(_column(sort, label, numeric, asked) for sort, label, numeric in headings)


def customer_line(row: CustomerRow) -> CustomerLine:
    name, other = both_names(row.name, row.name_zh)
    return CustomerLine(
        href=address("customers.show", id=row.id),
        name=name,
        other_name=other,
        number=bare(row.id) if bare(row.id) != row.name.casefold() else "",
        country=display.country(row.country) if row.country else "",
        team=row.team or "",
        owner=row.owner or "",
        orders=display.number(row.orders),
        last_order=row.last_order,
        spend=tuple(display.money(amount, currency) for currency, amount in row.spend),
    )


def _column(sort: CustomerSort, label: str, numeric: bool, asked: Asked) -> Column:
    """Numbers and dates begin with the biggest."""
    chosen = sort is asked.sort
    turned = Asked(search=asked.search, sort=sort, descending=not asked.descending if chosen else numeric)
    return Column(
        label=label,
        href=address("customers.index", **turned.query),
        state=("descending" if asked.descending else "ascending") if chosen else "none",
        numeric=numeric,
    )
