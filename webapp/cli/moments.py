"""Moments as people type them on a command line."""

from datetime import UTC, date, datetime, timedelta, tzinfo

import click

from kb.model.moment import FOREVER, AsOf, to_millis

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXAMPLES = "2025-03-14, 2025-03-14T09:30 or 2025-03-14T09:30+08:00"


def now() -> int:
    """Epoch milliseconds."""
    return to_millis(datetime.now(UTC))


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


def as_of(as_of_text: str | None, known_at_text: str | None, zone: tzinfo) -> AsOf:
    """Both default to now."""
    present = now()
    return AsOf(
        valid=millis(as_of_text, zone) if as_of_text else present,
        known=millis(known_at_text, zone) if known_at_text else present,
    )


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
