"""Values as this reader writes them: instants, intervals, money, numbers. Also the templates' filters."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, is_currency

from kb.model.fact import Value
from kb.model.moment import BEGINNING, FOREVER, to_iso
from webapp import vocabulary, wording
from webapp.language import locale_code, zone
from webapp.translate import gettext as _

SHARES = frozenset({"churnRisk", "satisfaction", "importance"})  # predicates with values in [0, 1]
TERRITORIES = frozenset({"country"})
TONGUES = frozenset({"language"})
CHANNELS = frozenset({"prefersChannel"})


def local(millis: int) -> datetime:
    """The instant in the reader's time zone."""
    return datetime.fromtimestamp(millis / 1000, UTC).astimezone(zone())


def instant(millis: int) -> str:
    """ "14 Mar 2025, 10:12" or "2025年3月14日 10:12"."""
    pattern = _patterns("d MMM yyyy, HH:mm", "y年M月d日 HH:mm")
    return format_datetime(local(millis), pattern, locale=locale_code())


def day(millis: int) -> str:
    """ "14 Mar 2025" or "2025年3月14日"."""
    return format_date(local(millis), _patterns("d MMM yyyy", "y年M月d日"), locale=locale_code())


def iso(millis: int) -> str:
    """For the datetime attribute of <time>."""
    return to_iso(millis) or ""


def input_instant(millis: int) -> str:
    """For <input type=datetime-local>, in the reader's time zone."""
    return local(millis).strftime("%Y-%m-%dT%H:%M")


def input_day(millis: int) -> str:
    """For <input type=date>, in the reader's time zone."""
    return local(millis).strftime("%Y-%m-%d")


def interval(start: int, end: int) -> str:
    """ "since 1 Mar 2025", "1 Mar 2025 – 3 Apr 2025", "always"."""
    if end >= FOREVER:
        return _("since %(day)s", day=day(start)) if start > BEGINNING else _("always")
    if start <= BEGINNING:
        return _("until %(day)s", day=day(end))
    return _("%(start)s – %(end)s", start=day(start), end=day(end))


def number(value: Value | Decimal) -> str:
    """An exact number with the reader's separators; text that is no number as it stands."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return format_decimal(exact, locale=locale_code(), decimal_quantization=False)


def money(amount: Value, currency: str | None) -> str:
    """ "€1,234.50"; a currency that nobody stated is said to be unknown, never guessed."""
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        return str(amount)
    if currency and is_currency(currency):
        return format_currency(exact, currency, locale=locale_code())
    return _("%(amount)s (currency unknown)", amount=number(exact))


def percent(share: float) -> str:
    """A share in [0, 1] as whole percent."""
    return format_percent(share, locale=locale_code())


def seconds(duration: float) -> str:
    return format_timedelta(
        timedelta(seconds=round(duration)), locale=locale_code(), granularity="second", format="long"
    )


def written_day(text: str) -> str:
    """A date as a source gave it (ISO), as the reader writes it; anything else as it stands."""
    try:
        given = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return format_date(given, _patterns("d MMM yyyy", "y年M月d日"), locale=locale_code())


def country(code: str) -> str:
    """ "Netherlands" for "NL"; what is no code as it stands."""
    return str(Locale.parse(locale_code()).territories.get(code.upper(), code))


def tongue(code: str) -> str:
    return str(Locale.parse(locale_code()).languages.get(code.lower(), code))


def value(predicate: str, stated: Value, unit: str | None) -> str:
    """What a fact says, by what its predicate means."""
    if isinstance(stated, bool):
        return _("yes") if stated else _("no")
    if predicate in TERRITORIES:
        return country(str(stated))
    if predicate in TONGUES:
        return tongue(str(stated))
    if predicate in CHANNELS:
        return vocabulary.channel(str(stated))
    return _measured(predicate, stated, unit)


def _measured(predicate: str, stated: Value, unit: str | None) -> str:
    known = vocabulary.find(predicate)
    kind = known.range if known else "string"
    if kind == "dateTime":
        return _moment(stated)
    if known and known.unit == "currency":
        return money(stated, unit)
    if kind not in ("integer", "decimal") and not isinstance(stated, int | float):
        return f"{stated} {vocabulary.unit(unit)}" if unit else str(stated)
    if predicate in SHARES:
        return percent(float(stated))
    unit = unit or (known.unit if known else None)
    text = number(stated)
    return f"{text} {vocabulary.unit(unit)}" if unit and unit != "currency" else text


def _moment(stated: Value) -> str:
    if isinstance(stated, int):
        return day(stated)
    try:
        given = datetime.fromisoformat(str(stated))
    except ValueError:
        return str(stated)
    return format_date(
        given.astimezone(zone()) if given.tzinfo else given,
        _patterns("d MMM yyyy", "y年M月d日"),
        locale=locale_code(),
    )


def _patterns(en: str, zh: str) -> str:
    return zh if locale_code() == "zh" else en


FILTERS: dict[str, Callable[..., str]] = {
    "instant": instant,
    "day": day,
    "iso": iso,
    "number": number,
    "percent": percent,
    "written_day": written_day,
    "seconds": seconds,
    "channel": vocabulary.channel,
    "kind": vocabulary.kind,
    "status": vocabulary.status,
    "direction": wording.direction,
    "source": wording.source,
    "run_state": wording.run_state,
    "stage": wording.stage,
    "field": wording.field,
    "candidate": wording.candidate,
    "doubt": wording.doubt,
    "aspect": wording.aspect,
    "side": wording.side,
}
