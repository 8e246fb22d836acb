"""What the tests of both languages share: how days are written down, and the laws that hold for any text."""

from datetime import date

from ingest.extract.when import Sense, When, dates, due

ON = date(2025, 5, 14)  # a Wednesday


def said(text: str, on: date = ON, sense: Sense = Sense.AHEAD) -> str:
    """The days that a text means, as "2025-05-16", a span as "2025-05-19/2025-05-23", joined by spaces."""
    return " ".join(map(_written, dates(text, on, sense)))


def _written(when: When) -> str:
    return f"{when.first}/{when.last}" if when.is_span else str(when.first)


def obeys_the_laws(text: str, on: date) -> None:
    """Places lie in the text, one after the other; no span ends before it begins; what is due lies ahead."""
    for sense in Sense:
        place = 0
        for when in dates(text, on, sense):
            assert place <= when.start < when.end <= len(text)
            assert when.text == text[when.start : when.end]
            assert when.first <= when.last
            place = when.end
    day = due(text, on)
    ahead = [when.last for when in dates(text, on) if when.last >= on]
    assert day == (ahead[0] if ahead else None)
    assert day is None or day >= on
