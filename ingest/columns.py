"""Which column of a table holds which field: as the user said, by the headers, else by the values."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.dates import parse_date
from ingest.headers import Field, Values, matched, speaks_of_another, squeezed
from ingest.numbers import MARKS, plain_number
from ingest.tables import Table
from kb.errors import InvalidFile

SAMPLE = 500  # rows whose values are looked at
MESSAGES = "messages"  # the field that only lists can be
_HAN = re.compile(r"[\u3400-\u9fff]")
_MOSTLY = 0.9  # of the values that must be of a kind


class How(StrEnum):
    """Why a column is taken for a field."""

    GIVEN = "given"  # the user said so
    HEADER = "header"  # its header is a word for the field
    PART = "part_of_header"  # its header ends with one
    VALUES = "values"  # its values are such


SURE = {How.GIVEN: 1.0, How.HEADER: 0.95, How.PART: 0.7, How.VALUES: 0.5}


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field stands in the rows of a table, from 0, and why."""

    index: int
    how: How


def find_columns(
    table: Table, fields: Sequence[Field], given: Mapping[str, str], sample: Sequence[Sequence[str]]
) -> dict[str, Column]:
    """The column of each field that the table has; `given` maps fields to headers, or to numbers from 1.

    Raises InvalidFile, its field being ours, where an essential one is
    missing (with the headers found and the option that maps it), or where
    `given` names a field or a column that does not exist.
    """
    taken = _given(table.header, fields, given)
    found = {name: Column(index, How.GIVEN) for name, index in taken.items()}
    _lists_of_messages(table, fields, found, sample)
    told = [field for field in fields if field.name != MESSAGES]
    places = {name: column.index for name, column in found.items()}
    for name, match in matched(table.header, told, places).items():
        found[name] = Column(match.column, How.HEADER if match.exact else How.PART)
    _ids_of_rows(found, fields, sample)
    _names_of_customers(table, fields, found, sample)
    _by_values(table, fields, found, sample)
    for field in fields:
        if field.essential and field.name not in found and MESSAGES not in found:
            raise missing(field.name, table.header)
    return {field.name: found[field.name] for field in fields if field.name in found}


def _given(header: Sequence[str], fields: Sequence[Field], given: Mapping[str, str]) -> dict[str, int]:
    known = [field.name for field in fields]
    taken = {}
    for name, column in given.items():
        if name not in known:
            raise InvalidFile(
                name, f"There is no such field. The fields are: {', '.join(known)}.", fields=known
            )
        if column in header:
            taken[name] = header.index(column)
        elif column.isdecimal() and 1 <= int(column) <= len(header):
            taken[name] = int(column) - 1
        else:
            problem = f'There is no column "{column}". The headers are: {", ".join(header)}.'
            raise InvalidFile(name, problem, column=column, headers=list(header))
    return taken


def missing(name: str, header: Sequence[str]) -> InvalidFile:
    """The error that no column holds the field, with the headers found and the option that names one."""
    option = f"--map {name}=column"
    return InvalidFile(
        name,
        f'No column for "{name}" was found among the headers {", ".join(header)}. Name it with {option}.',
        column=name,
        headers=list(header),
        option=option,
    )


def _lists_of_messages(
    table: Table, fields: Sequence[Field], found: dict[str, Column], sample: Sequence[Sequence[str]]
) -> None:
    """A column of JSON lists whose header is a word for messages holds them, and nothing else."""
    field = next((field for field in fields if field.name == MESSAGES), None)
    used = {column.index for column in found.values()}
    for index, header in enumerate(table.header) if field and MESSAGES not in found else ():
        values = _values(index, sample)
        words = field.words if field else ()
        named = squeezed(header.rpartition(".")[2]) in words or squeezed(header) in words
        if named and index not in used and values and all(value.startswith("[{") for value in values):
            found[MESSAGES] = Column(index, How.HEADER)
            return


def _ids_of_rows(found: dict[str, Column], fields: Sequence[Field], sample: Sequence[Sequence[str]]) -> None:
    """What repeats is no id of a conversation, but of its thread; "user id" is nobody's but the user's."""
    column = found.get("id")
    if column is None or column.how is How.GIVEN or all(field.name != "thread" for field in fields):
        return
    values = _values(column.index, sample)
    if column.how is How.PART:
        del found["id"]
    elif len(set(values)) < _MOSTLY * len(values):
        found.setdefault("thread", found.pop("id"))


def _names_of_customers(
    table: Table, fields: Sequence[Field], found: dict[str, Column], sample: Sequence[Sequence[str]]
) -> None:
    """A column that is only called "Customer" holds names where most of its values have no digit."""
    field = next((field for field in fields if field.name == "customer"), None)
    column = found.get("customer")
    if field is None or column is None or column.how is How.GIVEN or "customer_name" in found:
        return
    values = _values(column.index, sample)
    numbered = sum(1 for value in values if any(map(str.isdecimal, value)))
    if squeezed(table.header[column.index]) in field.plain and 2 * numbered < len(values):
        found["customer_name"] = found.pop("customer")


def _by_values(
    table: Table, fields: Sequence[Field], found: dict[str, Column], sample: Sequence[Sequence[str]]
) -> None:
    """Give each missing field the free column whose values can be it, where there is only one."""
    lacking = {field.name for field in fields if field.essential or table.headless} - found.keys()
    for name, test in _TESTS.items():
        if name in lacking:
            used = {column.index for column in found.values()}
            header = enumerate(table.header)
            free = (
                i for i, cell in header if i not in used and (name == "text" or not speaks_of_another(cell))
            )
            fitting = [index for index in free if test(index, found, sample)]
            if len(fitting) == 1:
                found[name] = Column(fitting[0], How.VALUES)


_Test = Callable[[int, Mapping[str, Column], Sequence[Sequence[str]]], bool]


def _values(index: int, sample: Sequence[Sequence[str]]) -> list[str]:
    return [row[index].strip() for row in sample if row[index].strip()]


def _mostly(values: Sequence[str], test: Callable[[str], bool]) -> bool:
    return bool(values) and sum(map(test, values)) >= _MOSTLY * len(values)


def _are_dates(index: int, _: Mapping[str, Column], sample: Sequence[Sequence[str]]) -> bool:
    return _mostly(_values(index, sample), _is_date)


def _is_date(text: str) -> bool:
    return not text.isdecimal() and (_reads(parse_date, text, True) or _reads(parse_date, text, False))


def _are_sentences(index: int, _: Mapping[str, Column], sample: Sequence[Sequence[str]]) -> bool:
    """Several words, mostly, or as many Chinese characters as make a sentence."""
    return _mostly(_values(index, sample), lambda text: text.count(" ") > 2 or len(_HAN.findall(text)) > 5)


def _are_quantities(index: int, _: Mapping[str, Column], sample: Sequence[Sequence[str]]) -> bool:
    """Small whole numbers, mostly, that repeat."""
    values = _values(index, sample)
    whole = _mostly(values, lambda text: text.lstrip("-").isdecimal() and len(text) <= 5)
    return whole and len(set(values)) < len(values) and not all(value.startswith("0") for value in values)


def _are_prices(index: int, _: Mapping[str, Column], sample: Sequence[Sequence[str]]) -> bool:
    """Numbers, and not all of them whole."""
    values = _values(index, sample)
    return _mostly(values, _is_number) and not all(value.isdecimal() for value in values)


def _are_orders(index: int, found: Mapping[str, Column], sample: Sequence[Sequence[str]]) -> bool:
    """Codes that repeat, and always with the same date."""
    dates = _dates_of(index, found, sample)
    return _are_codes(index, sample) and len(dates) < len(sample) and all(len(d) == 1 for d in dates.values())


def _are_products(index: int, found: Mapping[str, Column], sample: Sequence[Sequence[str]]) -> bool:
    """Codes that come back at another date."""
    dates = _dates_of(index, found, sample)
    return _are_codes(index, sample) and any(len(several) > 1 for several in dates.values())


def _are_codes(index: int, sample: Sequence[Sequence[str]]) -> bool:
    values = _values(index, sample)
    return len(values) == len(sample) and _mostly(values, _is_code)


def _is_code(text: str) -> bool:
    return (
        len(text) <= 40
        and " " not in text
        and any(map(str.isdecimal, text))
        and (text.isdecimal() or not _is_number(text))
        and not _is_date(text)
    )


def _dates_of(
    index: int, found: Mapping[str, Column], sample: Sequence[Sequence[str]]
) -> dict[str, set[str]]:
    dates: dict[str, set[str]] = {}
    if date := found.get("date"):
        for row in sample:
            dates.setdefault(row[index], set()).add(row[date.index])
    return dates


def _is_number(text: str) -> bool:
    return any(_reads(plain_number, text, mark) for mark in MARKS)


def _reads(read: Callable[..., object], *args: object) -> bool:
    try:
        read(*args)
    except ValueError:
        return False
    return True


# In the order in which they are asked for: orders and products are told by the dates beside them.
_TESTS: Mapping[str, _Test] = {
    "date": _are_dates,
    "at": _are_dates,
    "text": _are_sentences,
    "quantity": _are_quantities,
    "unit_price": _are_prices,
    "order": _are_orders,
    "product": _are_products,
}


def samples(index: int, rows: Iterable[Sequence[str]], count: int = 3) -> tuple[str, ...]:
    """The first different values of a column, at most 60 characters of each, for showing."""
    found: dict[str, None] = {}
    for row in rows:
        if value := row[index].strip():
            found.setdefault(value[:60])
        if len(found) == count:
            break
    return tuple(found)


def wanted(fields: Iterable[Field], columns: Mapping[str, Column], values: Values) -> dict[str, int]:
    """The columns of the fields that hold dates, or numbers."""
    return {f.name: columns[f.name].index for f in fields if f.values is values and f.name in columns}
