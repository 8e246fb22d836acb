"""Time zones of calendars: known by name, defined in the file itself, or unknown.

A name is looked up in the IANA database, also behind a vendor's prefix
("/mozilla.org/20070129_1/Europe/Berlin") and as Windows calls it ("China
Standard Time"); only then does the file's own VTIMEZONE count, because those
are the less reliable ones. A zone that nothing explains is the reader's own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from ingest.contentlines import Component

_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(?:\d\d)?")
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d):?(\d\d)?(?:[.,]\d+)?(Z)?)?")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or date-time as calendars write it."""

    local: datetime  # without a zone
    all_day: bool
    utc: bool


def moment(text: str) -> Moment:
    """Reads "20250314", "20250314T091500" and "20250314T091500Z". Raises ValueError."""
    found = _MOMENT.fullmatch(text.strip()[:40])
    if not found:
        raise ValueError(f"not a date of a calendar: {text[:40]!r}")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    local = datetime(year, month, day, hour, minute, min(second, 59))
    return Moment(local, all_day=found[4] is None, utc=found[7] is not None)


@cache
def named_zone(name: str) -> ZoneInfo | None:
    """The zone that a calendar's TZID names, None for one that is known nowhere."""
    known = _known_names()
    plain = name.strip().strip('"').strip()
    if windows := get_global("windows_zone_mapping").get(plain):
        return ZoneInfo(str(windows))
    parts = plain.casefold().split("/")[-12:]
    tails = ["/".join(parts[start:]) for start in range(len(parts) - 1)]
    found = next((known[tail] for tail in [plain.casefold(), *tails] if tail in known), None)
    return ZoneInfo(found) if found else None


@cache
def _known_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@dataclass(frozen=True, slots=True)
class _Observance:
    """STANDARD or DAYLIGHT: the offset from each of its onsets on."""

    start: datetime
    before: timedelta
    offset: timedelta
    dates: tuple[datetime, ...]
    rule: dict[str, str]

    def last_onset(self, local: datetime) -> datetime | None:
        onsets = [self.start, *self.dates, *self._by_rule(local.year), *self._by_rule(local.year - 1)]
        return max((onset for onset in onsets if self.start <= onset <= local), default=None)

    def _by_rule(self, year: int) -> Iterator[datetime]:
        if self.rule.get("FREQ") != "YEARLY" or year < self.start.year:
            return
        if "COUNT" in self.rule and year - self.start.year >= _number(self.rule["COUNT"]):
            return
        for month in self.rule.get("BYMONTH", str(self.start.month)).split(","):
            for day in self._days(year, _number(month)):
                onset = datetime.combine(day, self.start.time())
                if onset <= self._until():
                    yield onset

    def _days(self, year: int, month: int) -> list[date]:
        """The days of the month that the rule means; none for a month that does not exist."""
        if not (1 <= month <= 12 and 1 <= year < 9999):
            return []
        first = date(year, month, 1)
        days = [first + timedelta(n) for n in range(31) if (first + timedelta(n)).month == month]
        numbers = {_number(day) for day in self.rule.get("BYMONTHDAY", "").split(",") if day}
        days = [day for day in days if not numbers or day.day in numbers]
        found = _DAY.fullmatch(self.rule.get("BYDAY", ""))
        if not found:
            return days if numbers else [day for day in days if day.day == self.start.day]
        same = [day for day in days if day.weekday() == _WEEKDAYS.index(found[2])]
        nth = int(found[1] or 1)
        place = nth - 1 if nth > 0 else nth
        return same[place : place + 1 or None]

    def _until(self) -> datetime:
        """A day later than said, because it is in UTC: the next onset is a year away."""
        try:
            return moment(self.rule["UNTIL"]).local + timedelta(days=1)
        except (KeyError, ValueError, OverflowError):
            return datetime.max


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text.strip()) else 0


class Zones:
    """The zones of one calendar, by TZID; times without one, or with an unknown one, are in `local`."""

    def __init__(self, definitions: Iterable[Component], local: tzinfo) -> None:
        self._local = local
        self._defined = {one.text("TZID"): _observances(one.children) for one in definitions}

    def knows(self, tzid: str) -> bool:
        return named_zone(tzid) is not None or bool(self._defined.get(tzid))

    def aware(self, value: Moment, tzid: str) -> datetime:
        """The moment with its zone: UTC where it says so, else the zone `tzid`, else the local one."""
        if value.utc:
            return value.local.replace(tzinfo=UTC)
        if not tzid:
            return value.local.replace(tzinfo=self._local)
        if (zone := named_zone(tzid)) is not None:
            return value.local.replace(tzinfo=zone)
        if defined := self._defined.get(tzid):
            return value.local.replace(tzinfo=timezone(_offset_at(defined, value.local)))
        return value.local.replace(tzinfo=self._local)


def _offset_at(observances: Sequence[_Observance], local: datetime) -> timedelta:
    """The offset of the observance that began last; before them all what the first one says was before it."""
    begun = [(onset, one.offset) for one in observances if (onset := one.last_onset(local)) is not None]
    if begun:
        return max(begun)[1]
    return min(observances, key=lambda one: one.start).before


def _observances(children: Sequence[Component]) -> list[_Observance]:
    """Those that can be understood."""
    found = []
    for child in children:
        try:
            found.append(_observance(child))
        except ValueError:
            continue  # one damaged observance leaves the others usable
    return found


def _observance(child: Component) -> _Observance:
    start = moment(child.text("DTSTART")).local
    dates = []
    for written in child.all("RDATE"):
        dates += [moment(one).local for one in written.value().split(",") if one.strip()]
    rule = dict(part.partition("=")[::2] for part in child.text("RRULE").upper().split(";"))
    return _Observance(
        start=start,
        before=_offset(child.text("TZOFFSETFROM")),
        offset=_offset(child.text("TZOFFSETTO")),
        dates=tuple(dates),
        rule=rule,
    )


def _offset(text: str) -> timedelta:
    found = _OFFSET.fullmatch(text)
    if not found or int(found[2]) > 23 or int(found[3]) > 59:
        raise ValueError(f"not an offset from UTC: {text[:20]!r}")
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -ahead if found[1] == "-" else ahead
