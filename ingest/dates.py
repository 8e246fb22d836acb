"""Dates as people write them, and whether a file means the day or the month first.

"03/04/2025" has two readings. All dates of a file together decide which one
it means; where they do not, somebody must be asked: `DayOrder.decided` is
None then, and nothing here guesses.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from kb.model.moment import to_millis

FIRST_YEAR, LAST_YEAR = 1900, 2199
_LONGEST = 60  # characters
_SERIAL_DAYS = (20_000, 80_000)  # the dates from 1954 to 2119 as a spreadsheet counts days
_SERIAL_ZERO = datetime(1899, 12, 30)

_TIME = r"""
    (?: (?:[T,]|\s|(?<=[日号]))\s* (?:(?P<half>上午|下午|早上|晚上|中午|凌晨)\s*)?
        (?P<hour>\d{1,2}) [:.时点] (?P<minute>\d{1,2}) 分?
        (?: [:.]? (?P<second>\d{1,2}) 秒? (?:[.,](?P<part>\d{1,9}))? )?
        (?: \s* (?P<meridian>[AaPp])\.?[Mm]\.? )? (?: \s* (?:uur|Uhr|h) )?
        \s* (?P<zone> Z | (?:UTC|GMT)?[+-]\d{2}:?\d{2} | UTC | GMT )?
    )?
"""
_FORMS = tuple(
    re.compile(form + _TIME, re.VERBOSE)
    for form in (
        r"(?P<year>\d{4}) (?P<_s>[-/.]) (?P<month>\d{1,2}) (?P=_s) (?P<day>\d{1,2})",
        r"(?P<a>\d{1,2}) (?P<_s>[-/.]) (?P<b>\d{1,2}) (?P=_s) (?P<year>\d{4}|\d{2})",
        r"(?P<year>\d{4}) \s*年\s* (?P<month>\d{1,2}) \s*月\s* (?P<day>\d{1,2}) \s*[日号]",
        r"(?:[^\W\d]{2,12}\.?,?\s+)? (?P<day>\d{1,2}) (?:\.|st|nd|rd|th)? [\s-]* (?P<name>[^\W\d]{3,10}) \.?"
        r"[\s,-]* (?P<year>\d{4}|\d{2})",
        r"(?:[^\W\d]{2,12}\.?,?\s+)? (?P<name>[^\W\d]{3,10}) \.? \s+ (?P<day>\d{1,2}) (?:st|nd|rd|th)? ,? \s+"
        r"(?P<year>\d{4})",
    )
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:[T ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?Z?)?"
)
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d{1,12}))?")
# English, Dutch and German names by the letters that tell them, without accents.
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "maa": 3, "mrt": 3, "mae": 3, "apr": 4, "may": 5, "mei": 5, "mai": 5,
    "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
_AFTERNOON = frozenset({"下午", "晚上"})


def parse_date(text: str, day_first: bool | None = None) -> datetime:
    """The moment or day that `text` names: aware where it carries a zone, naive otherwise, a day at 00:00.

    Reads year-first, day-first or month-first numbers, months by name
    (English, Dutch, German), Chinese dates, ISO 8601, compact digits and a
    spreadsheet's day numbers; years 1900 to 2199, of two digits 1969 to 2068.
    Raises ValueError for anything else, and where the order of day and month
    matters and `day_first` is None.
    """
    text = _plain(text)
    if found := _SERIAL.fullmatch(text):
        return _from_serial(found)
    found = _found(text)
    if found is None:
        raise ValueError(f"not a date: {text[:40]!r}")
    parts = found.groupdict()
    year = _year(parts["year"])
    month, day = _month_and_day(parts, day_first)
    hour = _hour(parts)
    second, micro = int(parts.get("second") or 0), int((parts.get("part") or "0").ljust(6, "0")[:6])
    moment = datetime(year, month, day, hour, int(parts.get("minute") or 0), second, micro)
    zone = _zone(parts.get("zone") or ("Z" if text.endswith("Z") else None))
    return moment.replace(tzinfo=zone)


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError("too long for a date")
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def _found(text: str) -> re.Match[str] | None:
    if text.isdigit() or _COMPACT.fullmatch(text):
        return _COMPACT.fullmatch(text)
    return next((found for form in _FORMS if (found := form.fullmatch(text))), None)


def _from_serial(found: re.Match[str]) -> datetime:
    days = int(found[1])
    if not _SERIAL_DAYS[0] <= days < _SERIAL_DAYS[1]:
        raise ValueError(f"not a date: {found[0]!r}")
    return _SERIAL_ZERO + timedelta(days=days, seconds=round(float(f"0.{found[2] or 0}") * 86_400))


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year < 69 else 1900
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} is out of range")
    return year


def _month_and_day(parts: dict[str, str], day_first: bool | None) -> tuple[int, int]:
    if name := parts.get("name"):
        return _month_named(name), int(parts["day"])
    if "month" in parts:
        return int(parts["month"]), int(parts["day"])
    first, second = int(parts["a"]), int(parts["b"])
    if day_first is None and first != second:
        raise ValueError("day or month first?")
    return (second, first) if day_first else (first, second)


def _month_named(name: str) -> int:
    bare = "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if c.isalpha())[:3]
    if bare not in _MONTHS:
        raise ValueError(f"not a month: {name!r}")
    return _MONTHS[bare]


def _hour(parts: dict[str, str]) -> int:
    hour, half = int(parts.get("hour") or 0), parts.get("half")
    meridian = (parts.get("meridian") or "").lower()
    if not half and not meridian:
        return hour
    if hour > 12:
        if half:  # 下午14:05 is written, and means 14:05
            return hour
        raise ValueError(f"no such hour: {hour}")
    late = meridian == "p" or half in _AFTERNOON or (half == "中午" and hour < 11)
    return hour % 12 + (12 if late or (half == "中午" and hour == 12) else 0)


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    digits = re.sub(r"\D", "", text)
    if not digits:
        return UTC
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if "-" in text else ahead)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How the dates of one file are read: the order of day and month, the zone of local times, a format.

    `pattern` is a strptime format that all values must have; None reads every
    form that `parse_date` knows. A local time that a clock change skips or
    repeats is taken by the rules before the change.
    """

    timezone: tzinfo
    day_first: bool | None = None
    pattern: str | None = None

    def moment(self, text: str) -> datetime:
        """Raises ValueError."""
        if self.pattern is not None:
            return datetime.strptime(text.strip(), self.pattern)
        return parse_date(text, self.day_first)

    def millis(self, text: str) -> int:
        """Epoch milliseconds; a value without a time of day is its midnight. Raises ValueError."""
        moment = self.moment(text)
        return to_millis(moment if moment.tzinfo else moment.replace(tzinfo=self.timezone))

    def day(self, text: str) -> str:
        """The calendar day as written, in ISO 8601. Raises ValueError."""
        return self.moment(text).date().isoformat()


@dataclass(slots=True)
class DayOrder:
    """What the dates of one file show about the order of day and month.

    A year of two digits may also come first ("24-03-05"); a reading after
    `latest_year` does not count there where another one lies before it.
    """

    latest_year: int = LAST_YEAR
    day_first: int = 0
    month_first: int = 0
    year_first: int = 0
    either: str = ""  # the first value that could be read in more than one way

    def see(self, text: str) -> None:
        """Count one value. What is no date, names the month or begins with four digits shows nothing."""
        found = _FORMS[1].fullmatch(_plain(text)) if len(text) <= _LONGEST else None
        if found is None:
            return
        day, month, year = self._readings(found, self.latest_year)
        if not (day or month or year):
            day, month, year = self._readings(found, LAST_YEAR)
        if day + month + year > 1:
            same = found["a"] == found["b"] and not year
            self.either = self.either or ("" if same else text)
        else:
            self.day_first += day
            self.month_first += month
            self.year_first += year

    @staticmethod
    def _readings(found: re.Match[str], latest: int) -> tuple[bool, bool, bool]:
        """Whether it is a date with the day, the month, the year first."""
        a, b, c = found["a"], found["b"], found["year"]
        if len(c) == 4:
            return _exists(c, b, a), _exists(c, a, b), False
        return _exists(c, b, a, latest), _exists(c, a, b, latest), len(a) == 2 and _exists(a, b, c, latest)

    @property
    def speaks(self) -> bool:
        """Whether any date puts its year last or in two digits."""
        return bool(self.day_first or self.month_first or self.year_first or self.either)

    @property
    def contradictory(self) -> bool:
        return (self.day_first > 0) + (self.month_first > 0) + (self.year_first > 0) > 1

    @property
    def settled(self) -> bool:
        """Whether the values alone decide, or there is nothing to decide."""
        return self.decided is not None or not (self.either or self.contradictory or self.year_first)

    @property
    def decided(self) -> bool | None:
        """True for the day first, False for the month; None where the values do not say."""
        if self.contradictory or self.day_first + self.month_first == 0:
            return None
        return self.day_first > 0


def day_order(values: Iterable[str], latest_year: int = LAST_YEAR) -> DayOrder:
    """What all `values` together show."""
    order = DayOrder(latest_year)
    for value in values:
        order.see(value)
    return order


def _exists(year: str, month: str, day: str, latest: int = LAST_YEAR) -> bool:
    try:
        return datetime(_year(year), int(month), int(day)).year <= latest
    except ValueError:
        return False
