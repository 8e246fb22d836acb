"""Payloads of records as text: one text for one payload, whatever the order of its keys."""

from typing import Any

import orjson


def text_of(payload: object) -> str:
    """The payload as compact JSON with sorted keys; not-a-number becomes null.

    Raises TypeError for what no store takes: half a character (a surrogate), an integer beyond 64 bits.
    """
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode()


def payload_of(text: str) -> Any:
    """What was given to `text_of`; tuples have become lists."""
    return orjson.loads(text)
