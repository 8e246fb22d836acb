"""Transcripts of calls: WebVTT and SubRip (SRT), one record for the whole call.

The text is one line an utterance, "Speaker: words"; a segment for each says
who spoke and when, and points at the words. A cue that cannot be read is
rejected beside the call. A lost WEBVTT line, or a point where SRT wants a
comma, does not keep us from reading what was said.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ingest.dates import parse_date
from ingest.interactions import TEXT_LIMIT, Interaction, Participant, Refused, Segment, instant, later
from ingest.lines import LINE_LIMIT, open_text
from ingest.names import Staff, digest
from ingest.records import RAW_LIMIT, Entry, Parsed, Reading
from ingest.sources.cues import Cue, Line, Transcript, transcript, utterances
from ingest.text import decode, one_line
from kb.errors import InvalidFile
from kb.model.ledger import Reason, RecordKind
from kb.model.spelling import normalised

CALL_LIMIT = 4 * LINE_LIMIT  # bytes of a transcript; an hour of talk is 100 kB

_RECORDED = re.compile(
    r"(?i)(?:NOTE\s+)?(?:recorded|started|start time|date)(?: at| on)?\s*[:=]\s*(\S.{0,58})"
)
_NAME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)"
    r"(?:[T _-]{1,3}(\d\d)[:.h-]?(\d\d)(?:[:.-]?(\d\d))?\s?(Z|[+-]\d\d:?\d\d)?(?!\d))?"
    r"(?P<title>.*?)(?:\.\w{1,4})?"
)


def read(path: Path, reading: Reading) -> Iterator[Entry]:
    """The call of a file, then its broken cues; `place` is the line.

    When it was: a note in the file ("NOTE recorded: 2025-03-14T10:00+01:00"),
    else a date at the beginning of its name, else the file's own time.
    Raises InvalidFile for a file with neither a WEBVTT line nor a cue's time.
    """
    whole, lines = _whole(path)
    found = transcript(lines)
    if not found.recognised:
        raise InvalidFile("file", "This is not a transcript: it has neither a WEBVTT line nor a cue's time.")
    if found.cues or not found.broken:
        try:
            yield _call(found, whole, reading)
        except Refused as refused:
            yield refused.at(1, whole)
    for broken in found.broken:
        raw = "\n".join(line for _, line in broken.lines).encode()
        yield broken.refused.at(broken.lines[0][0], raw)


def _whole(path: Path) -> tuple[bytes, list[Line]]:
    """The file and its lines, cut one line beyond CALL_LIMIT."""
    file = open_text(path)
    whole, lines = bytearray(), []
    for number, line in enumerate(file.lines(), 1):
        whole += line
        lines.append((number, decode(line, file.encoding).rstrip("\r\n")))
        if len(whole) > CALL_LIMIT:
            break
    return bytes(whole), lines


def _call(found: Transcript, whole: bytes, reading: Reading) -> Parsed:
    """Raises Refused for a call in which nothing was said, or too much."""
    if len(whole) > CALL_LIMIT:
        raise Refused(Reason.TOO_BIG, "call")
    noted, named = _noted(found.asides), _NAME.fullmatch(reading.name.strip()[:300])
    moment = noted or (_in_name(named) if named else None)
    at = reading.modified if moment is None else instant(moment, reading.timezone)
    text, segments = _text(found.cues, None if moment is None else at)
    if not text:
        raise Refused(Reason.EMPTY, "text")
    if len(text) > TEXT_LIMIT:
        raise Refused(Reason.TOO_BIG, "text")
    # Where the file says when the call was, a corrected transcript of it is the same call again.
    same = digest(whole) if moment is None else digest(normalised(reading.name), moment.isoformat())
    speakers = dict.fromkeys(segment.speaker for segment in segments if segment.speaker)
    staff = Staff(reading.staff)
    ours = bool(speakers) and all(staff.has(name, None) for name in speakers)
    interaction = Interaction(
        id=f"call:{same}",
        channel="call",
        direction="internal" if ours else "unknown",
        at=at,
        ends_at=later(at, max(max(cue.start, cue.end) for cue in found.cues)),
        at_source="file" if moment is None else "stated",
        title=one_line(named["title"].strip(" _-") if named else re.sub(r"\.\w{1,4}$", "", reading.name)),
        text=text,
        participants=[Participant(role="speaker", name=name) for name in speakers],
        segments=segments,
    )
    return Parsed(
        kind=RecordKind.INTERACTION,
        key=f"transcript/{same}",
        payload=interaction.payload(),
        raw=whole[:RAW_LIMIT],
        place=1,
    )


def _text(cues: tuple[Cue, ...], at: int | None) -> tuple[str, list[Segment]]:
    """All that was said, and the segments that point into it; `at` is when the call began, if it is known."""
    lines: list[str] = []
    segments: list[Segment] = []
    length = 0
    for cue in cues:
        for said in utterances(cue):
            prefix = f"{said.speaker}: " if said.speaker else ""
            start = length + len(prefix)
            end = start + len(said.words)
            moment = None if at is None else later(at, cue.start)
            segments.append(Segment(speaker=said.speaker, start=start, end=end, at=moment))
            lines.append(prefix + said.words)
            length = end + 1
    return "\n".join(lines), segments


def _noted(asides: tuple[str, ...]) -> datetime | None:
    for line in asides:
        if found := _RECORDED.fullmatch(line.strip()):
            try:
                return _checked(parse_date(found[1]))
            except ValueError:
                continue  # a note of another kind, or a date that could mean two days
    return None


def _in_name(found: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        zone = datetime.strptime(found[7].replace("Z", "+0000"), "%z").tzinfo if found[7] else None
        return _checked(datetime(year, month, day, hour, minute, second, tzinfo=zone))
    except ValueError:
        return None


def _checked(moment: datetime) -> datetime:
    """Raises ValueError for a year that no call was in."""
    instant(moment, UTC)
    return moment
