"""The figures of customers, counted the long way: apart from kb.projection.figures, one moment at a time.

For each run whose landing was complete: the lines as they stood after it, the orders that they make up, and
at each order's moment all orders up to it are counted anew.
"""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from kb.model.acts import Recorded, Series
from kb.model.fact import Claim, Kind, Quote, Value
from kb.model.moment import FOREVER, Interval, to_iso
from kb.projection.figures import RULE, statement_of

Slot = tuple[str, str]
Figure = tuple[str, str | None]  # predicate and unit
DAY = 86_400_000


def figures_by_hand(rows: Sequence[Any]) -> dict[Slot, list[Recorded]]:
    """The computed acts of each slot, one where a run changed it, from the live records in order of runs."""
    closings = {row.run: row for row in rows if row.kind == "close"}
    lines = [
        (row.run, row.key, json.loads(row.payload))
        for row in rows
        if row.kind == "order_line" and "moved" not in json.loads(row.payload) and row.run in closings
    ]
    acts: dict[Slot, list[Recorded]] = {}
    said: dict[tuple[str, Figure], Series] = {}
    for run in sorted(closings):
        latest = {key: payload for position, key, payload in lines if position <= run}
        now = {
            (customer, figure): series
            for customer in {of["customer"] for of in latest.values()} - {None}
            for figure, series in of_customer(customer, latest.values()).items()
        }
        for name in sorted({*now, *said}, key=str):
            customer, (predicate, unit) = name
            id = statement_of(f"customer:{customer}", predicate, unit)
            series = now.get(name, Series(statement=id, pieces=()))
            if said.get(name, Series(statement=id, pieces=())) != series:
                slot = (f"customer:{customer}", predicate)
                closing = closings[run]
                acts.setdefault(slot, []).append(Recorded(closing.recorded_at, closing.seq, series))
            said[name] = series
    return acts


def of_customer(customer: str, lines: Iterable[dict[str, Any]]) -> dict[Figure, Series]:
    """Every figure of the customer as a series."""
    mine = [line for line in lines if line["customer"] == customer]
    at = {
        order: min(line["at"] for line in mine if line["order"] == order)
        for order in {x["order"] for x in mine}
    }
    moments = sorted(set(at.values()))
    steps: dict[Figure, list[tuple[int, Value, str]]] = {}
    for moment in moments:
        known = [line for line in mine if at[line["order"]] <= moment]
        for figure, (value, order) in counted(known, at).items():
            steps.setdefault(figure, []).append((moment, value, f"order:{order}"))
    return {figure: series(f"customer:{customer}", figure, found) for figure, found in steps.items()}


def counted(lines: Sequence[dict[str, Any]], at: dict[str, int]) -> dict[Figure, tuple[Value, str]]:
    """What the figures are with these lines, and the latest order that has a say in each."""

    def order_of(some: Iterable[dict[str, Any]]) -> str:
        orders: set[str] = {line["order"] for line in some}
        return max(orders, key=lambda order: (at[order], f"order:{order}"))

    bought = [line for line in lines if not line["quantity"].startswith("-")]
    returned = [line for line in lines if line["quantity"].startswith("-")]
    found: dict[Figure, tuple[Value, str]] = {}
    if bought:
        orders = sorted({line["order"] for line in bought}, key=lambda order: (at[order], f"order:{order}"))
        days = sorted({at[order] // DAY for order in orders})
        found["firstOrder", None] = (to_iso(at[orders[0]]) or "", orders[0])
        found["lastOrder", None] = (to_iso(at[orders[-1]]) or "", orders[-1])
        found["orderCount", None] = (len(orders), orders[-1])
        if len(days) > 2:
            mean = round((days[-1] - days[0]) / (len(days) - 1), 1)
            found["orderInterval", "days"] = (mean, next(o for o in orders if at[o] // DAY == days[-1]))
        named = [line for line in bought if line.get("category")]
        if named:
            categories = sorted(line["category"] for line in named)
            best = max(dict.fromkeys(categories), key=categories.count)
            found["favouriteCategory", None] = (best, order_of(named))
    if returned:
        found["returnCount", None] = (len({line["order"] for line in returned}), order_of(returned))
    for name, some, sign in (("totalSpend", lines, 1), ("returnedValue", returned, -1)):
        priced = [line for line in some if line["unit_price"] is not None]
        for unit in {line["currency"] or "unknown" for line in priced}:
            of_unit = [line for line in priced if (line["currency"] or "unknown") == unit]
            total = sum(Decimal(line["quantity"]) * Decimal(line["unit_price"]) for line in of_unit)
            found[name, unit] = (written(sign * total), order_of(of_unit))
    return found


def written(amount: Decimal | int) -> str:
    """At least two decimals, more where it has them."""
    text = f"{Decimal(amount):.4f}"
    return text[:-2] if text.endswith("00") else text.rstrip("0")


def series(customer: str, figure: Figure, steps: Sequence[tuple[int, Value, str]]) -> Series:
    """The steps as pieces: a new one only where the value changes."""
    kept: list[tuple[int, Value, str]] = []
    for step in steps:
        if not kept or kept[-1][1] != step[1]:
            kept.append(step)
    ends = [*(step[0] for step in kept[1:]), FOREVER]
    return Series(
        statement=statement_of(customer, *figure),
        pieces=tuple(
            (Interval(start, end), claim(customer, figure, value, order))
            for (start, value, order), end in zip(kept, ends, strict=True)
        ),
    )


def claim(customer: str, figure: Figure, value: Value, order: str) -> Claim:
    return Claim(
        subject=customer,
        predicate=figure[0],
        kind=Kind.OBSERVATIONAL,
        confidence=1.0,
        evidence=(Quote(order),),
        value=value,
        unit=figure[1],
        rule=RULE,
    )
