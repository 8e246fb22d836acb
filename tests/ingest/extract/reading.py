"""What the tests of the language model have in common: a reader over a stand-in for its endpoint."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.extract.candidates import Candidate, Side
from ingest.extract.language_model import Budget, Client, Endpoint, LanguageModelExtractor
from ingest.extract.language_model.budget import DAY, Spending
from ingest.extract.language_model.extractor import Tell
from ingest.extract.language_model.fake import MODEL, Fake
from ingest.extract.language_model.kept import Kept
from ingest.extract.pipeline import Extracts, Message

AT = datetime.fromisoformat("2026-03-04T10:00+01:00")  # a Wednesday
KEY = "sk-open-sesame"
TODAY = 20_000  # days from the epoch


def message(text: str, side: Side | None = Side.CUSTOMER, **more: Any) -> Message:
    return Message(text=text, at=AT, side=side, **more)


def reader(
    fake: Fake | str,
    folder: Path,
    *,
    budget: Budget | None = None,
    otherwise: Extracts | None = None,
    tell: Tell = lambda _: None,
    wait: Callable[[float], None] = lambda _: None,
    timeout: float = 20.0,
    day: int = TODAY,
) -> LanguageModelExtractor:
    """Reads by the endpoint, waits for nothing, and keeps what it was answered in the folder."""
    url = fake if isinstance(fake, str) else fake.url
    endpoint = Endpoint(url=url, model=MODEL, key=KEY, timeout=timeout)
    allowed = budget or Budget(tokens=10**9, requests=10**6)
    spending = Spending(allowed, folder, lambda: day * DAY)
    client = Client(endpoint, spending, wait)
    return LanguageModelExtractor(client, Kept(folder), lambda: day, otherwise, tell)


def read(extractor: Extracts, text: str, side: Side | None = Side.CUSTOMER, **more: Any) -> list[Candidate]:
    """The candidates of one message, each with words that stand where it says."""
    (found,) = extractor.extract([message(text, side, **more)])
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(0 <= one.confidence <= 1 for one in found)
    return found
