"""Order lines from a table (.csv, .csv.gz, .xlsx), one record a row, and what the lines name.

A line without a customer is a line of an anonymous order. A row that says the
same as another is another line: its key ends in "#2". Quantities below zero
are returns. Numbers of orders and customers stay as they are written.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from ingest.currencies import currency_of, is_currency
from ingest.numbers import POINT, plain_number
from ingest.occurrences import Occurrences
from ingest.profile import Prepared, Profile, prepared
from ingest.records import Entry, Parsed, Reading, Rejected
from ingest.rows import CODE_LIMIT, TEXT_LIMIT, broken, refused
from ingest.text import normal, one_line
from kb.model.ledger import Json, Payload, Reason, RecordKind
from kb.model.spelling import normalised

AMOUNT_LIMIT = Decimal(10) ** 12  # of quantity times price: sums in ten-thousandths fit into 64 bits
REMEMBERED = 20_000  # readings of each column that are kept

_OPTIONAL = ("description", "customer_name", "country", "branch", "category")

T = TypeVar("T")


def read(path: Path, reading: Reading, profile: Profile | None = None) -> Iterator[Entry]:
    """The lines of the orders in the file, in its order.

    Raises InvalidFile, before the first entry, where the file is no table,
    lacks the order, product, quantity or date, or must be asked about
    (ingest.profile.guess_profile). `profile` settles what it gives.
    """
    return _Lines(prepared(path, reading, "orders", profile)).entries()


class _Memo(dict[str, T | None]):
    """Readings of texts that come again and again in a column; None for what cannot be read."""

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T | None:
        value: T | None
        try:
            value = self._read(text)
        except ValueError:
            value = None
        if len(text) <= CODE_LIMIT:
            if len(self) >= REMEMBERED:
                self.clear()
            self[text] = value
        return value


class _Lines:
    """Turns the rows of one file into entries. An empty text stands for a cell without a value."""

    def __init__(self, table: Prepared) -> None:
        self._table = table
        places, profile = table.places, table.profile
        self._order, self._product = places["order"], places["product"]
        self._quantity, self._date = places["quantity"], places["date"]
        self._price, self._currency = places.get("unit_price"), places.get("currency")
        self._customer, self._customer_name = places.get("customer"), places.get("customer_name")
        self._more = [(name, places[name]) for name in _OPTIONAL if name in places]
        self._known_currency = profile.currency
        self._space = f"{profile.namespace}/" if profile.namespace else ""
        self._occurrences = Occurrences()
        self._orders = _Memo(_code)
        self._products = _Memo(lambda text: _code(text).upper())
        self._customers = _Memo(_customer_number)
        self._names = _Memo(normalised)
        self._dates = _Memo(profile.calendar.millis)
        self._quantities = _Memo(_number(profile.decimal.get("quantity", POINT)))
        self._prices = _Memo(_number(profile.decimal.get("unit_price", POINT)))
        self._currencies = _Memo(self._currency_of)
        self._texts = _Memo(lambda text: one_line(text[:TEXT_LIMIT]))

    def entries(self) -> Iterator[Entry]:
        needed = self._table.needed(
            "order", "product", "quantity", "date", "unit_price", "customer", "currency"
        )
        for place, raw, cells in self._table.table.rows(needed):
            if isinstance(cells, Reason):
                yield broken(self._table.table, place, raw, cells)
            else:
                yield self._entry(place, raw, cells)

    def _entry(self, place: int, raw: bytes, cells: list[str]) -> Entry:
        order, product = self._orders[cells[self._order]], self._products[cells[self._product]]
        if not order or not product:
            return self._without_code(place, raw, cells, order)
        # Rejected lines count as occurrences, too: corrected, they take their own key, not their neighbour's.
        key = self._occurrences.key(f"orders/{self._space}{order}/{product}")
        quantity, at = self._quantities[cells[self._quantity]], self._dates[cells[self._date]]
        price = "" if self._price is None else self._prices[cells[self._price]]
        currency = "" if self._currency is None else self._currencies[cells[self._currency]]
        customer = self._customer_of(cells)
        if not quantity or at is None or price is None or currency is None or customer is None:
            return self._refused(place, raw, cells, quantity, at, price, currency)
        if len(quantity) + len(price) > 12 and abs(Decimal(quantity) * Decimal(price or 1)) >= AMOUNT_LIMIT:
            return refused(Reason.TOO_BIG, "quantity", place, raw, cells[self._quantity])
        payload: dict[str, Json] = {
            "order": self._space + order,
            "customer": customer or None,
            "product": product,
            "quantity": quantity,
            "unit_price": price or None,
            "currency": currency or self._known_currency,
            "at": at,
        }
        for name, index in self._more:
            if text := self._texts[cells[index]]:
                payload[name] = text
        return Parsed(kind=RecordKind.ORDER_LINE, key=key, payload=payload, raw=raw, place=place)

    def _customer_of(self, cells: list[str]) -> str | None:
        """The customer's number, else "name:" and the normalised name, "" for an anonymous order."""
        number = "" if self._customer is None else self._customers[cells[self._customer]]
        if number == "" and self._customer_name is not None:
            name = self._names[cells[self._customer_name][:TEXT_LIMIT]]
            return f"name:{name}" if name else ""
        return number

    def _currency_of(self, text: str) -> str:
        """The code; "" where the cell is empty or has a sign that several currencies share."""
        if not text.strip() or (is_currency(text) and currency_of(text) is None):
            return ""
        if code := currency_of(text):
            return code
        raise ValueError(text)

    def _without_code(self, place: int, raw: bytes, cells: list[str], order: str | None) -> Rejected:
        name, index = ("order", self._order) if not order else ("product", self._product)
        reason = Reason.TOO_BIG if cells[index].strip() else Reason.MISSING_FIELD
        return refused(reason, name, place, raw, cells[index])

    def _refused(
        self,
        place: int,
        raw: bytes,
        cells: list[str],
        quantity: str | None,
        at: int | None,
        *others: str | None,
    ) -> Rejected:
        """The first of the fields that cannot be used."""
        if not quantity:
            name, index, reason = "quantity", self._quantity, Reason.BAD_NUMBER
        elif at is None:
            name, index, reason = "date", self._date, Reason.BAD_DATE
        elif others[0] is None:
            name, index, reason = "unit_price", self._price or 0, Reason.BAD_NUMBER
        elif others[1] is None:
            name, index, reason = "currency", self._currency or 0, Reason.BAD_VALUE
        else:
            name, index, reason = "customer", self._customer or 0, Reason.TOO_BIG
        value = cells[index]
        return refused(reason if value.strip() else Reason.MISSING_FIELD, name, place, raw, value)


def _customer_number(text: str) -> str:
    """As written, but for ".0": a column of whole numbers with gaps often went through a table program."""
    code = _code(text)
    return code[:-2] if code.endswith(".0") and code[:-2].isdigit() else code


def _code(text: str) -> str:
    code = normal(text).strip()
    if len(code) > CODE_LIMIT:
        raise ValueError("too long for a code")
    return code


def _number(mark: str) -> Callable[[str], str]:
    return lambda text: plain_number(text, mark) if text.strip() else ""


@dataclass(slots=True)
class _Seen:
    """What the lines of a file say about a customer or a product."""

    place: int  # of the first of them
    names: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)


class Introduced:
    """The customers and products that order lines name, for a graph that does not know them yet.

    Show it each accepted line; then `nodes` are the records of what they
    named, the same for the same lines. A name is the most frequent one, of
    several the alphabetically first. What no line says is left out.
    """

    def __init__(self) -> None:
        self._customers: dict[str, _Seen] = {}
        self._products: dict[str, _Seen] = {}

    def see(self, line: Parsed) -> None:
        """Take note of a line; a Parsed of another kind is an error of the caller (KeyError)."""
        payload: Any = line.payload
        product = self._products.get(payload["product"])
        if product is None:
            product = self._products[payload["product"]] = _Seen(line.place)
        if description := payload.get("description"):
            product.names[description] += 1
        if category := payload.get("category"):
            product.categories[category] += 1
        if payload["customer"] is not None:
            self._see_customer(payload, line.place)

    def _see_customer(self, payload: dict[str, str], place: int) -> None:
        customer = self._customers.get(payload["customer"])
        if customer is None:
            customer = self._customers[payload["customer"]] = _Seen(place)
        if name := payload.get("customer_name"):
            customer.names[name] += 1
        if country := payload.get("country"):
            customer.countries[country] += 1

    def nodes(self) -> Iterator[Parsed]:
        """One record for each customer, then one for each product, in order of their ids.

        Keys are "orders/customer:<number>" and "orders/product:<SKU>", raw bytes empty.
        """
        for number, seen in sorted(self._customers.items()):
            props = {"name": _most(seen.names), "country": _most(seen.countries)}
            yield _introduced("Customer", f"customer:{number}", props, seen.place)
        for sku, seen in sorted(self._products.items()):
            props = {"name": _most(seen.names), "sku": sku, "category": _most(seen.categories)}
            yield _introduced("Product", f"product:{sku}", props, seen.place)


def _most(counted: Counter[str]) -> str | None:
    return min(counted, key=lambda text: (-counted[text], text), default=None)


def _introduced(type: str, id: str, props: dict[str, str | None], place: int) -> Parsed:
    node: Payload = {
        "id": id,
        "type": type,
        "names": [props["name"]] if props["name"] else [],
        "props": {name: value for name, value in props.items() if value is not None},
        "links": [],
    }
    return Parsed(kind=RecordKind.NODE, key=f"orders/{id}", payload={"nodes": [node]}, raw=b"", place=place)
