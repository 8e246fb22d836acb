"""How one kind of file is read: guessed from a file, shown to the user, saved, used again.

What the file itself does not decide is asked for, never assumed: InvalidFile
carries `question`, the name of the Profile's field that must be given
("day_first" or "decimal"), and `samples`, the values that leave it open.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.columns import SAMPLE, SURE, Column, How, find_columns, samples, wanted
from ingest.currencies import currency_of
from ingest.dates import Calendar
from ingest.decisions import Decisions
from ingest.headers import Values, fields_of, known_headers
from ingest.numbers import MARKS, currency_in
from ingest.records import Reading
from ingest.tables import Table, open_table
from kb.errors import Invalid
from kb.model.ledger import Json


@dataclass(frozen=True, slots=True)
class Guess:
    """Why a field is read from a column, for showing. `sure` is in [0, 1]."""

    field: str
    column: str
    samples: tuple[str, ...]  # its first values
    how: How
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The settings by which a file is read. None and {} mean: look at the file's own values.

    `columns`: our field -> the file's header. `timezone`: IANA name or
    "UTC+02:00", of local times. `currency`: ISO 4217, of prices without one of
    their own; None is unknown. `decimal`: number field -> its decimal mark.
    `date_format`: a strptime format that every date has. `namespace`: stands
    before order numbers ("web/1001"), where two shops number alike.
    """

    columns: Mapping[str, str]
    timezone: str = "UTC"
    currency: str | None = None
    day_first: bool | None = None
    decimal: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    namespace: str | None = None
    guesses: tuple[Guess, ...] = field(default=(), compare=False)  # not saved
    headers: tuple[str, ...] = field(default=(), compare=False)  # of the file, not saved

    @property
    def calendar(self) -> Calendar:
        return Calendar(zone_named(self.timezone), self.day_first, self.date_format)

    def to_dict(self) -> dict[str, Json]:
        """For JSON or TOML: what is not given is left out."""
        known: dict[str, Json] = {
            "columns": dict(self.columns),
            "timezone": self.timezone,
            "currency": self.currency,
            "day_first": self.day_first,
            "decimal": dict(self.decimal),
            "date_format": self.date_format,
            "namespace": self.namespace,
        }
        return {name: value for name, value in known.items() if value is not None}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Raises Invalid, naming the first setting that cannot be. `decimal` may be one mark for all."""
        for name, value in saved.items():
            check = _CHECKS.get(name)
            if check is None:
                raise Invalid(f"profile.{name}", f"There is no such setting; there are {', '.join(_CHECKS)}.")
            if value is not None and not check(value):
                raise Invalid(f"profile.{name}", f"{value!r} cannot be used here.")
        given = {name: value for name, value in saved.items() if value is not None}
        if isinstance(mark := given.get("decimal"), str):
            given["decimal"] = dict.fromkeys(_ALL_NUMBERS, mark)
        return cls(**({"columns": {}} | given))


_ALL_NUMBERS = ("quantity", "unit_price", "price", "confidence")


def _is_zone(value: object) -> bool:
    try:
        return isinstance(value, str) and zone_named(value) is not None
    except Invalid:
        return False


def _is_mark(value: object) -> bool:
    marks = value.values() if isinstance(value, Mapping) else (value,)
    return all(mark in MARKS for mark in marks)


def _is_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(t, str) for pair in value.items() for t in pair)


def _is_format(value: object) -> bool:
    try:
        moment = datetime(2004, 12, 31, tzinfo=UTC)
        return (
            isinstance(value, str) and "%" in value and bool(datetime.strptime(moment.strftime(value), value))
        )
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "columns": _is_texts,
    "timezone": _is_zone,
    "currency": lambda value: isinstance(value, str) and currency_of(value) == value,
    "day_first": lambda value: isinstance(value, bool),
    "decimal": _is_mark,
    "date_format": _is_format,
    "namespace": lambda value: isinstance(value, str) and 0 < len(value) <= 40 and value == value.strip(),
}


def zone_named(name: str) -> tzinfo:
    """The time zone of an IANA name, "UTC" or "UTC+02:00". Raises Invalid for any other."""
    if name == "UTC":
        return UTC
    if found := re.fullmatch(r"UTC([+-])(\d\d):(\d\d)", name):
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
        if ahead < timedelta(hours=24):
            return timezone(-ahead if found[1] == "-" else ahead)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("timezone", f"There is no time zone {name!r}.") from error


def guess_profile(
    path: Path, reading: Reading, source: str = "orders", given: Profile | None = None
) -> Profile:
    """How the file at `path` would be read, with its guesses.

    Raises InvalidFile where it is no table, lacks an essential column, or
    leaves open what must be asked.
    """
    return prepared(path, reading, source, given).profile


@dataclass(frozen=True, slots=True)
class Prepared:
    """A table and everything that is needed to read its rows."""

    table: Table
    profile: Profile
    places: Mapping[str, int]  # field -> index of its column

    def needed(self, *names: str) -> int:
        """How many cells a row must have so that none of the fields can be cut off."""
        return 1 + max((self.places[name] for name in names if name in self.places), default=-1)


def prepared(path: Path, reading: Reading, source: str, given: Profile | None = None) -> Prepared:
    """The table with its whole profile: what the reading gives, then `given`, then its values.

    Raises InvalidFile as guess_profile does.
    """
    fields = fields_of(source)
    base = given or Profile(columns={}, timezone=_name_of(reading.timezone))
    mapped = {**base.columns, **reading.columns}
    table = open_table(path, lambda cells: known_headers(cells, fields, mapped.values()))
    rows = table.sample(SAMPLE)
    columns = find_columns(table, fields, mapped, rows)
    asked = reading.day_first if reading.day_first is not None else base.day_first
    dates = wanted(fields, columns, Values.DATE) if asked is None and base.date_format is None else {}
    latest_year = datetime.fromtimestamp(reading.modified / 1000, UTC).year + 1
    numbers = wanted(fields, columns, Values.NUMBER)
    marks = {name: mark for name, mark in base.decimal.items() if name in numbers}
    open_numbers = {name: index for name, index in numbers.items() if name not in marks}
    decisions = Decisions(table, dates, open_numbers, latest_year)
    decisions.gather(rows, whole=len(rows) < SAMPLE)
    profile = replace(
        base,
        columns={name: _named(table.header, column.index) for name, column in columns.items()},
        currency=reading.currency or base.currency or _currency(table, columns, rows),
        day_first=decisions.day_first() if asked is None else asked,
        decimal={**marks, **decisions.decimal(marks)},
        guesses=tuple(
            Guess(
                name,
                _named(table.header, found.index),
                samples(found.index, rows),
                found.how,
                SURE[found.how],
            )
            for name, found in columns.items()
        ),
        headers=table.header,
    )
    return Prepared(table, profile, {name: column.index for name, column in columns.items()})


def _named(header: Sequence[str], index: int) -> str:
    """The header of a column; its number from 1 where the header is empty or not the only one of its name."""
    return header[index] if header[index] and header.count(header[index]) == 1 else str(index + 1)


def _name_of(zone: tzinfo) -> str:
    """The name by which zone_named finds the zone again."""
    if isinstance(zone, timezone) and zone is not UTC:
        return str(timezone(zone.utcoffset(None)))
    return str(zone)


def _currency(table: Table, columns: Mapping[str, Column], rows: Sequence[Sequence[str]]) -> str | None:
    """The one currency that the price's header or all of its values name; None is unknown."""
    price = columns.get("unit_price") or columns.get("price")
    if price is None or "currency" in columns:
        return None
    words = re.split(r"[\W\d_]+|(?<=单价)|(?<=价格)", table.header[price.index])
    named = {code for word in words if word.isupper() or not word.isascii() if (code := currency_of(word))}
    named |= {code for sign in "€£元" if sign in table.header[price.index] and (code := currency_of(sign))}
    beside = {currency_in(row[price.index]) for row in rows if row[price.index].strip()}
    found = named or beside
    return found.pop() if len(found) == 1 else None
