"""What the customer list shows and sorts by: current figures on the customer's node, for display only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.model.ledger import LiveRecord
from kb.model.money import decimal_of
from kb.ports import Transaction
from kb.projection.figures import orders_of

WRITE = """
UNWIND $rows AS row MATCH (c:Customer {id: row.id})
SET c.order_count = row.order_count, c.last_order = row.last_order,
  c.spend = row.spend, c.spend_sort = row.spend_sort
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """Orders bought, when the last (epoch ms), and the spend of each currency, largest first."""

    order_count: int = 0
    last_order: int | None = None
    spend: tuple[tuple[str, int], ...] = ()  # (currency or "unknown", ten-thousandths)


def totals_of(lines: Iterable[LiveRecord]) -> Totals:
    """The totals of one customer's lines in effect."""
    orders = orders_of(lines)
    bought = [order for order in orders if order.bought]
    amounts: dict[str, int] = {}
    for order in orders:
        for currency, amount in order.amounts.items():
            amounts[currency] = amounts.get(currency, 0) + amount
    spend = tuple(sorted(amounts.items(), key=lambda item: (-item[1], item[0])))
    return Totals(len(bought), bought[-1].at if bought else None, spend)


def write(tx: Transaction, totals: Mapping[str, Totals]) -> None:
    """Put the totals on the customers' nodes; a customer without orders loses them."""
    rows = [_row(customer, of) for customer, of in sorted(totals.items())]
    if rows:
        tx.run(WRITE, rows=rows)


def _row(customer: str, of: Totals) -> dict[str, Any]:
    return {
        "id": customer,
        "order_count": of.order_count or None,
        "last_order": of.last_order,
        "spend": [f"{currency} {decimal_of(amount)}" for currency, amount in of.spend] or None,
        "spend_sort": of.spend[0][1] if of.spend else None,
    }
