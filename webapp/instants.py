"""Instants as people and programs write them."""

from datetime import UTC, datetime, tzinfo

from kb.model.moment import FOREVER, to_millis


def parse_instant(text: str, local: tzinfo) -> int:
    """ISO 8601 date or date and time to epoch milliseconds; without a zone it is of `local`.

    Raises ValueError.
    """
    given = datetime.fromisoformat(text)
    aware = given if given.tzinfo else given.replace(tzinfo=local)
    millis = to_millis(aware.astimezone(UTC))
    if millis >= FOREVER:
        raise ValueError("too far in the future")
    return millis
