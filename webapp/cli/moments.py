"""Moments as people type them on a command line."""

from datetime import UTC, date, datetime, timedelta, tzinfo

import click

from kb.model.moment import FOREVER, to_millis

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXAMPLES = "2025-03-14, 2025-03-14T09:30 or 2025-03-14T09:30+08:00"


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


def shown(moment: int, zone: tzinfo) -> str:
    """2025-03-14 09:30 in `zone`; "" for an open end."""
    if moment >= FOREVER:
        return ""
    return (EPOCH + timedelta(milliseconds=moment)).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _parse(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time())
    except ValueError:
        return datetime.fromisoformat(text)
