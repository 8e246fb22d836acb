"""Notes: what a colleague wrote down of a call, a visit or a meeting, as text, Markdown or Word (.docx).

A file is one record; one whose top headings begin with dates is a record for
each of these. A note is internal: it is ours, whoever it quotes. When it was:
as its own lines or its heading say, else the name of the file, else the
file's own time. Headings and labelled lines stay in the text; front matter,
which nobody wrote for reading, does not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ingest.dates import day_order
from ingest.docx import docx_passages
from ingest.interactions import TEXT_LIMIT, Interaction, Participant, Refused, clean, instant
from ingest.lines import LINE_LIMIT, open_text
from ingest.markdown import front_matter, is_markdown, markdown_passages
from ingest.names import digest
from ingest.occurrences import Occurrences
from ingest.passages import Passage
from ingest.records import RAW_LIMIT, Entry, Parsed, Reading
from ingest.sources.note_heads import (
    Day,
    Head,
    days,
    distinct,
    head_of,
    head_of_matter,
    is_labelled,
    kind_in,
    opening_day,
)
from ingest.text import decode, one_line
from kb.errors import InvalidFile
from kb.model.ledger import Reason, RecordKind
from kb.model.spelling import normalised

FILE_LIMIT = 16 * LINE_LIMIT  # bytes of a text file; years of notes are 2 MB

_OTHERS = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8", b"PAR1")
_TITLE_LENGTH = 120
_SENTENCE = re.compile(r"[.!?;,。！？；，]$")
_UNDERLINE = re.compile(r"[=\-—_*]{3,}")
_SUFFIX = re.compile(r"(?:\s?\(\d{1,3}\))?(?:\.[A-Za-z0-9]{1,8}){1,2}$")
_AROUND = " \t-–—_:：|,，·()（）[]"


def read(path: Path, reading: Reading) -> Iterator[Entry]:
    """The notes of a file, in its order; `place` is the line. Times are local in `reading.timezone`.

    Raises InvalidFile for what is neither text nor a Word document, and, with
    `question="day_first"`, where a date leaves open whether the day or the
    month comes first and `reading.day_first` does not say it.
    """
    matter, passages = _passages(path)
    notes = list(_notes(passages, head_of_matter(matter)))
    day_first = _day_first(notes, reading)
    keys = Occurrences()
    for note in notes:
        raw = "\n".join(passage.text for passage in note.passages).encode("utf-8", "replace")
        try:
            key, interaction = _interaction(note, reading, day_first, keys)
        except Refused as refused:
            yield refused.at(note.place, raw)
            continue
        yield Parsed(
            kind=RecordKind.INTERACTION,
            key=key,
            payload=interaction.payload(),
            raw=raw[:RAW_LIMIT],
            place=note.place,
        )


@dataclass(frozen=True, slots=True)
class _Note:
    passages: Sequence[Passage]
    head: Head
    matter: Head  # what holds for the whole file
    heading: str = ""  # on one line; "" where it has none
    day: Day | None = None  # in the heading

    @property
    def place(self) -> int:
        return self.passages[0].place if self.passages else 1


def _passages(path: Path) -> tuple[Mapping[str, Sequence[str]], list[Passage]]:
    """The front matter and the lines of the file, whatever it is."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        return {}, docx_passages(path)
    if start.startswith(_OTHERS):
        raise InvalidFile("file", "This is no note: send plain text, Markdown or a Word document (.docx).")
    lines = _lines(path)
    if any("\0" in line for line in lines[:1000]):
        raise InvalidFile("file", "This is no note: send plain text, Markdown or a Word document (.docx).")
    if not is_markdown(lines):
        return {}, _plain(lines)
    matter, begins = front_matter(lines)
    return matter, list(markdown_passages(lines[begins:], begins + 1))


def _lines(path: Path) -> list[str]:
    file = open_text(path)
    lines, size = [], 0
    for line in file.lines():
        size += len(line)
        if size > FILE_LIMIT or len(line) > LINE_LIMIT:
            raise InvalidFile("file", "The file is too big for notes. Cut it into several files.")
        lines.append(decode(line, file.encoding).rstrip("\r\n"))
    return lines


def _plain(lines: Sequence[str]) -> list[Passage]:
    """Plain text: a heading is underlined, or a short line after an empty one that begins with a date."""
    passages: list[Passage] = []
    apart = True
    for place, line in enumerate(lines, 1):
        bare = line.strip()
        if _UNDERLINE.fullmatch(bare):
            if not apart and passages and len(passages[-1].text) <= _TITLE_LENGTH:
                passages[-1] = replace(passages[-1], level=1)
            apart = True
            continue
        dated = apart and 0 < len(bare) <= _TITLE_LENGTH and not _SENTENCE.search(bare) and opening_day(bare)
        passages.append(Passage(place, line, 1 if dated else 0))
        apart = not bare
    return passages


def _notes(passages: list[Passage], matter: Head) -> Iterator[_Note]:
    """One for each top heading that begins with a date, where there are several; else one for all."""
    dated = [place for place, one in enumerate(passages) if one.level and opening_day(one.text)]
    top = min((passages[place].level for place in dated), default=0)
    starts = [place for place in dated if passages[place].level == top]
    if len(starts) < 2:
        yield _note(passages, matter)
        return
    before = passages[: starts[0]]
    head = head_of(passage.text for passage in before)
    labels = {passage.text for passage in before if _is_frame(passage)}
    if any(passage.text.strip() and passage.text not in labels for passage in before):
        yield _note(before, matter)
    shared = replace(matter, people=[*matter.people, *head.people], days=[], title="")
    for start, end in zip(starts, [*starts[1:], len(passages)], strict=True):
        yield _note(passages[start:end], shared)


def _is_frame(passage: Passage) -> bool:
    """Whether it only says something of the notes that follow: a heading, or a labelled line."""
    return passage.level > 0 or is_labelled(passage.text)


def _note(passages: Sequence[Passage], matter: Head) -> _Note:
    first = next((passage for passage in passages if passage.text.strip()), None)
    heading = next((one_line(one.text) for one in passages if one.level and one.text.strip()), "")
    if (
        not heading
        and first
        and len(first.text) <= _TITLE_LENGTH
        and not _SENTENCE.search(first.text.strip())
    ):
        heading = "" if _is_frame(first) else one_line(first.text)
    day = next(days(heading), None)
    return _Note(passages, head_of(passage.text for passage in passages), matter, heading, day)


def _stated(note: _Note, name: str) -> list[Day]:
    """What says when it was, the surest first."""
    found = [*note.matter.days[:1], *note.head.days[:1], note.day, next(days(name.replace("_", " ")), None)]
    return [day for day in found if day]


def _day_first(notes: Sequence[_Note], reading: Reading) -> bool | None:
    """By all dates that count, else as the reader was told. Raises InvalidFile where nothing decides."""
    used = [found[0].text for note in notes if (found := _stated(note, reading.name))]
    order = day_order(used)
    if order.settled:
        return order.decided if order.decided is not None else reading.day_first
    if reading.day_first is not None:
        return reading.day_first
    raise InvalidFile(
        "date",
        "The dates do not show whether the day or the month comes first. Say which.",
        question="day_first",
        samples=[order.either] if order.either else [],
    )


def _interaction(
    note: _Note, reading: Reading, day_first: bool | None, keys: Occurrences
) -> tuple[str, Interaction]:
    """A note and its key. Raises Refused for one without words, with too many, or of no day that exists."""
    text = clean("\n".join(passage.text for passage in note.passages))
    if not text:
        raise Refused(Reason.EMPTY, "text")
    if len(text) > TEXT_LIMIT:
        raise Refused(Reason.TOO_BIG, "text")
    begins, ends = _when(note, reading.name, day_first)
    at = reading.modified if begins is None else instant(begins, reading.timezone)
    name = _bare(reading.name)
    title = note.matter.title or note.head.title or _untitled(note) or name
    # Where it says when it was, corrected words are of the same note again.
    said = [text] if begins is None else [normalised(reading.name), begins.isoformat(), normalised(title)]
    key = keys.key(f"notes/{digest(*said)}")
    kinds = (note.head.kind, kind_in(note.heading), note.matter.kind, kind_in(title), kind_in(name))
    return key, Interaction(
        id=f"note:{digest(key)}",
        channel=next(filter(None, kinds), "note"),
        direction="internal",
        at=at,
        ends_at=instant(ends, reading.timezone) if ends else None,
        at_source="file" if begins is None else "stated",
        title=title[:255],
        text=text,
        participants=distinct([*_authors(note.matter), *note.head.people, *_others(note.matter)]),
    )


def _when(note: _Note, name: str, day_first: bool | None) -> tuple[datetime | None, datetime | None]:
    """Begin and end, None where nothing says it. Raises Refused where only a day that does not exist does."""
    strange = note.head.strange or note.matter.strange
    for day in _stated(note, name):
        try:
            timed = day if day.clock else replace(day, clock=note.head.clock, until=note.head.until)
            begins, ends = timed.moment(day_first), timed.ends(day_first)
            instant(begins)
        except ValueError:
            strange = strange or (
                "" if day.text.isdecimal() else day.text
            )  # a number of eight digits is no date
            continue
        return begins, ends
    if strange:
        raise Refused(Reason.BAD_DATE, "date", strange)
    return None, None


def _untitled(note: _Note) -> str:
    """The heading without the date that it begins with."""
    day = opening_day(note.heading)
    return (note.heading[day.end :] if day else note.heading).strip(_AROUND)


def _bare(name: str) -> str:
    """What a file is called, without its date and its ending."""
    bare = _SUFFIX.sub("", one_line(name[:300]).replace("_", " "))
    day = next(days(bare), None)
    return one_line(bare[: day.start] + " " + bare[day.end :] if day else bare).strip(_AROUND)


def _authors(head: Head) -> list[Participant]:
    return [person for person in head.people if person.role == "author"]


def _others(head: Head) -> list[Participant]:
    return [person for person in head.people if person.role != "author"]
