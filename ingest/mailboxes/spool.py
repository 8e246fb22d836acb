"""Fetched messages as one mbox file, which the source `mail` reads back message by message, byte by byte."""

import os
import re
from collections.abc import Iterable
from email.utils import format_datetime
from pathlib import Path

from ingest.mailboxes.connection import Message

_FROM = re.compile(rb"^(>*From )", re.MULTILINE)


def write(path: Path, messages: Iterable[Message]) -> dict[int, int]:
    """Write the file, whole and on disk; the place of each message in it, from 1, by uid."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    places: dict[int, int] = {}
    with path.open("wb") as file:
        for place, message in enumerate(messages, 1):
            received = format_datetime(message.received).encode()
            file.write(b"From kbcrm@imap " + received + b"\n")
            file.write(_FROM.sub(rb">\1", message.raw))
            file.write(b"\n\n" if not message.raw.endswith(b"\n") else b"\n")
            places[message.uid] = place
        file.flush()
        os.fsync(file.fileno())
    return places
