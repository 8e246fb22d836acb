"""Moments as people type them on a command line."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo

import click

from kb.model.moment import BEGINNING, FOREVER, AsOf, to_millis

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXAMPLES = "2025-03-14, 2025-03-14T09:30 or 2025-03-14T09:30+08:00"

as_of_option = click.option(
    "--as-of", "valid", metavar="T", help="What was true then; a date is its first moment. Default: now."
)
known_at_option = click.option("--known-at", "known", metavar="T", help="As it was known then. Default: now.")


def millis(text: str, zone: tzinfo) -> int:
    """Epoch milliseconds of an ISO 8601 date or date-time.

    A date is the first moment of that day; where no zone is stated, it is `zone`.
    Raises click.BadParameter.
    """
    try:
        moment = _parse(text.strip())
        return to_millis(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{text!r} is no date or time; give one such as {EXAMPLES}.") from None


def maybe_millis(text: str | None, zone: tzinfo) -> int | None:
    """The same; None where nothing was given."""
    return None if text is None else millis(text, zone)


def asked(valid: str | None, known: str | None, zone: tzinfo) -> Callable[[int], AsOf]:
    """The two moments, once it is told what time is now. Raises click.BadParameter, at once."""
    when = maybe_millis(valid, zone), maybe_millis(known, zone)
    return lambda now: AsOf(*(now if each is None else each for each in when))


def shown(moment: int, zone: tzinfo) -> str:
    """2025-03-14 09:30 in `zone`; "" where there is no beginning or no end."""
    if not BEGINNING < moment < FOREVER:
        return ""
    return (EPOCH + timedelta(milliseconds=moment)).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _parse(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time())
    except ValueError:
        return datetime.fromisoformat(text)
