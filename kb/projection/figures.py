"""What customers' orders tell: the observational facts, as series over time.

Each figure changes at an order and holds until the next one that changes it;
its evidence is the order that changed it, its rule `order-figures/1`. A
customer without orders has no figures. Money is exact: amounts are integers of
a ten-thousandth of the currency unit.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from kb.model.acts import Series
from kb.model.fact import Claim, Kind, Quote, Value
from kb.model.ledger import LiveRecord
from kb.model.moment import FOREVER, Interval, to_iso
from kb.model.money import decimal_of, ten_thousandths

RULE = "order-figures/1"
UNKNOWN = "unknown"  # unit of an amount whose currency no source gave
DAY = 86_400_000
MIN_INTERVALS = 2  # an interval between orders is spoken of from the third order day on
PREDICATES = (
    "firstOrder",
    "lastOrder",
    "orderCount",
    "totalSpend",
    "orderInterval",
    "favouriteCategory",
    "returnCount",
    "returnedValue",
)


@dataclass(slots=True)
class Order:
    """An order as its lines make it."""

    id: str
    at: int
    bought: bool = False  # has a line with a positive quantity
    returned: bool = False  # has a line with a negative quantity
    amounts: dict[str, int] = field(default_factory=dict)  # currency -> ten-thousandths, returns negative
    returns: dict[str, int] = field(default_factory=dict)  # the same of the returned lines alone, positive
    categories: dict[str, int] = field(default_factory=dict)  # category -> lines bought


def orders_of(lines: Iterable[LiveRecord]) -> list[Order]:
    """The orders that the lines make up, by time and id."""
    orders: dict[str, Order] = {}
    for line in lines:
        payload = line.payload
        order = orders.get(payload["order"])
        if order is None:
            order = orders[payload["order"]] = Order(f"order:{payload['order']}", payload["at"])
        order.at = min(order.at, payload["at"])
        _add(order, payload)
    return sorted(orders.values(), key=lambda order: (order.at, order.id))


def _add(order: Order, payload: dict[str, str | None]) -> None:
    quantity, price = str(payload["quantity"]), payload["unit_price"]
    amount = payload.get("amount")
    worth = int(amount) if amount is not None else ten_thousandths(quantity, price)
    currency = payload.get("currency") or UNKNOWN
    if quantity.startswith("-"):
        order.returned = True
        if worth is not None:
            order.returns[currency] = order.returns.get(currency, 0) - worth
    else:
        order.bought = True
        category = payload.get("category")
        if category:
            order.categories[category] = order.categories.get(category, 0) + 1
    if worth is not None:
        order.amounts[currency] = order.amounts.get(currency, 0) + worth


def figures(customer: str, orders: Sequence[Order]) -> list[Series]:
    """All series of one customer; none for no orders."""
    return [
        _series(customer, predicate, unit, changes)
        for predicate, unit, changes in _figures(orders)
        if changes
    ]


Change = tuple[int, Value, str]  # (from when, value, the order that changed it)


def _figures(orders: Sequence[Order]) -> Iterator[tuple[str, str | None, list[Change]]]:
    bought = [order for order in orders if order.bought]
    returned = [order for order in orders if order.returned]
    if bought:
        yield "firstOrder", None, [(bought[0].at, _instant(bought[0].at), bought[0].id)]
    yield "lastOrder", None, [(order.at, _instant(order.at), order.id) for order in bought]
    yield "orderCount", None, [(order.at, n, order.id) for n, order in enumerate(bought, 1)]
    yield "orderInterval", "days", list(_intervals(bought))
    yield "favouriteCategory", None, list(_favourites(bought))
    yield "returnCount", None, [(order.at, n, order.id) for n, order in enumerate(returned, 1)]
    for unit in sorted({unit for order in orders for unit in order.amounts}):
        yield "totalSpend", unit, list(_totals(orders, unit, lambda order: order.amounts))
    for unit in sorted({unit for order in returned for unit in order.returns}):
        yield "returnedValue", unit, list(_totals(returned, unit, lambda order: order.returns))


def _instant(at: int) -> str:
    return to_iso(at) or ""


def _intervals(bought: Sequence[Order]) -> Iterator[Change]:
    """Mean days between order days, to a tenth."""
    days = 0
    first = last = None
    for order in bought:
        day = order.at // DAY
        if day == last:
            continue
        first, last, days = (day if first is None else first), day, days + 1
        if days > MIN_INTERVALS:
            yield order.at, round((day - first) / (days - 1), 1), order.id


def _favourites(bought: Sequence[Order]) -> Iterator[Change]:
    """The category of most lines so far; of several, the first by name."""
    counts: dict[str, int] = {}
    for order in bought:
        if not order.categories:
            continue
        for category, lines in order.categories.items():
            counts[category] = counts.get(category, 0) + lines
        yield order.at, min(counts, key=lambda category: (-counts[category], category)), order.id


def _totals(
    orders: Sequence[Order], unit: str, amounts: Callable[[Order], dict[str, int]]
) -> Iterator[Change]:
    total = 0
    for order in orders:
        amount = amounts(order).get(unit)
        if amount is not None:
            total += amount
            yield order.at, decimal_of(total), order.id


def _series(customer: str, predicate: str, unit: str | None, changes: Sequence[Change]) -> Series:
    """The changes as pieces: of several at one instant the last, and a new piece only for a new value."""
    kept: list[Change] = []
    for change in changes:
        if kept and kept[-1][0] == change[0]:
            kept.pop()
        if not kept or kept[-1][1] != change[1]:
            kept.append(change)
    ends = [change[0] for change in kept[1:]] + [FOREVER]
    return Series(
        statement=statement_of(customer, predicate, unit),
        pieces=tuple(
            (
                Interval(since, end),
                Claim(
                    subject=customer,
                    predicate=predicate,
                    kind=Kind.OBSERVATIONAL,
                    confidence=1.0,
                    evidence=(Quote(order),),
                    value=value,
                    unit=unit,
                    rule=RULE,
                ),
            )
            for (since, value, order), end in zip(kept, ends, strict=True)
        ),
    )


def statement_of(subject: str, predicate: str, unit: str | None) -> str:
    """The id of the one statement that a computed figure is."""
    return f"figure:{blake2b(repr((subject, predicate, unit)).encode(), digest_size=10).hexdigest()}"
