"""What the head of a note says: when it was, who was there, and whether it was a call, a visit or a meeting.

The labels are note_labels.toml in the folder above: data that grows with the notes that people bring.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ingest.dates import parse_date
from ingest.interactions import Participant
from ingest.names import email, mailto
from ingest.text import one_line
from kb.model.spelling import normalised

HEAD = 25  # lines that are not empty, at the beginning of a note, in which labels count
CROWD = 100  # people of one note; a longer list is cut

_VOCABULARY = Path(__file__).parents[1] / "note_labels.toml"
_LABELS = {
    word.strip(): name
    for name, words in tomllib.loads(_VOCABULARY.read_text(encoding="utf-8")).items()
    for word in words.replace("\n", ";").split(";")
    if word.strip()
}
_LABELLED = re.compile(r"(?:[-*•·][ \t]*)?([^:：|\t]{1,30}?)[ \t]*(?:[:：|\t]|$)[ \t]*(.*)", re.DOTALL)
_KINDS = (
    ("visit", re.compile(r"\b(?:site )?visit|\bbezoek|拜访|来访|走访|回访", re.IGNORECASE)),
    (
        "call",
        re.compile(
            r"\b(?:phone|telephone|conference|video) ?call|^\W*call\b"
            r"|\bcall (?:with|to|from|notes?|log|report)\b|\btelephone|\bphoned"
            r"|通话|电话(?!号|簿|\s*[:：])|来电",
            re.IGNORECASE,
        ),
    ),
    (
        "meeting",
        re.compile(r"\bmeeting|(?<!\d )\bminutes\b|\bkick-?off|会议|纪要|例会|座谈|会谈", re.IGNORECASE),
    ),
    ("note", re.compile(r"\bnotes?\b|备忘|便笺|笔记", re.IGNORECASE)),
)
_CLOCK = (
    r"(?P<{0}half>上午|下午|早上|晚上|中午|凌晨)?\s*(?P<{0}hour>\d{{1,2}})(?:"
    r"[:时点](?P<{0}minute>\d{{2}})(?!\d)(?::(?P<{0}second>\d{{2}})(?!\d))?|[时点]整?|(?=\s?[ap]\.?m\b))"
    r"(?:\s?(?P<{0}meridian>[ap])\.?m\b\.?)?"
)
_HOURS = re.compile(
    rf"{_CLOCK.format('')}(?:\s*(?:-|–|—|~|至|到|to)\s*{_CLOCK.format('end')})?", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"\s*[(（]?(?:(?:周|星期|礼拜)[一二三四五六日天]|[A-Za-z]{3,9}day|(?:mon|tue|wed|thu|fri|sat|sun)\b)[)）]?",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:[,;|]\s*|\bat\s+|\bfrom\s+)?", re.IGNORECASE)
_DAY = re.compile(
    r"(?<![\d.])(?:"
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?[日号]"
    r"|\d{4}(?P<a>[-/.])\d{1,2}(?P=a)\d{1,2}(?!\d)"
    r"|\d{1,2}(?P<b>[-/.])\d{1,2}(?P=b)(?:\d{4}|\d{2})(?![\d.]\d|\d)"
    r"|\d{1,2}(?:\.|st|nd|rd|th)?\s[A-Za-zä]{3,10}\.?,?\s\d{4}(?!\d)"
    r"|[A-Za-zä]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}(?!\d)"
    r"|(?:19|20)\d{6}(?!\d))"
)
_FULL = re.compile(r"\d{1,4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,4}")
_APART = re.compile(r"[,;，；、\n]|\s[&+]\s|\s(?:and|en|und)\s")
_BESIDE = re.compile(r"[(（\[][^()（）\[\]]{0,200}[)）\]]|<[^<>]{0,200}>")
_HAN_NAMES = re.compile(r"[\u3400-\u9fff]{2,4}(?:\s+[\u3400-\u9fff]{2,4})+")
_WIDE = {0x3000: " "} | {
    wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)
}  # places stay as they are
_NOBODY = frozenset({"all", "everyone", "none", "n/a", "tbd", "etc", "无", "等", "全体", "全体人员"})


@dataclass(frozen=True, slots=True)
class Day:
    """A date as it was written, and what stood beside it: its time of day, and when it ended."""

    text: str
    start: int
    end: int  # of what was taken, in the text that it was found in
    clock: str = ""
    until: str = ""

    def moment(self, day_first: bool | None) -> datetime:
        """Raises ValueError for a day that does not exist, or that has two readings."""
        day = parse_date(self.text, day_first)
        return _at(day, self.clock) if self.clock else day

    def ends(self, day_first: bool | None) -> datetime | None:
        """When it ended, where that makes sense. Raises ValueError as `moment` does."""
        begins = self.moment(day_first)
        ends = _at(begins, self.until) if self.until else begins
        return ends if ends > begins else None


@dataclass(slots=True)
class Head:
    """What was stated; "" and nothing where it was not."""

    days: list[Day] = field(default_factory=list)
    strange: str = ""  # what should be a date, and is none
    clock: str = ""
    until: str = ""
    kind: str = ""
    title: str = ""
    people: list[Participant] = field(default_factory=list)


def days(text: str) -> Iterator[Day]:
    """The full dates in a line, from the left, each with the time beside it."""
    plain = text[:500].translate(_WIDE)
    for found in _DAY.finditer(plain):
        clock, until, end = "", "", found.end()
        beside = _WEEKDAY.match(plain, end)
        after = _JOINT.match(plain, beside.end() if beside else end)
        hours = _HOURS.match(plain, after.end()) if after and "T" not in found[0] else None
        if hours:
            clock, until, end = *_hours(hours), hours.end()
        elif beside:
            end = beside.end()
        yield Day(found[0], found.start(), end, clock, until)


def opening_day(text: str) -> Day | None:
    """The date that a heading begins with, a weekday before it or not."""
    for day in days(text):
        before = text[: day.start].strip(" \t#*")
        return day if not before or _WEEKDAY.fullmatch(before.rstrip(" ,")) else None
    return None


def is_labelled(line: str) -> bool:
    """Whether the line is a label with what it says."""
    return bool(next(_labelled(line.strip()), None))


def _hours(found: re.Match[str]) -> tuple[str, str]:
    """Begin and end as parse_date reads a time; the end is of the same half of the day, if it says none."""
    part = found.groupdict(default="")
    begin = f"{part['half']}{part['hour']}:{part['minute'] or '00'}:{part['second'] or '00'}"
    begin += f" {part['meridian']}m" if part["meridian"] else ""
    if not part["endhour"]:
        return begin, ""
    half = part["endhalf"] or part["half"]
    end = f"{half}{part['endhour']}:{part['endminute'] or '00'}:{part['endsecond'] or '00'}"
    meridian = part["endmeridian"] or part["meridian"]
    return begin, end + (f" {meridian}m" if meridian else "")


def _at(day: datetime, clock: str) -> datetime:
    time = parse_date(f"2000-01-01 {clock}")
    return day.replace(hour=time.hour, minute=time.minute, second=time.second)


def kind_in(text: str) -> str:
    """ "visit", "call", "meeting" or "note", as a heading or the name of a file says; "" for neither."""
    return next((kind for kind, words in _KINDS if words.search(text[:500])), "")


def head_of(lines: Iterable[str]) -> Head:
    """What the labelled lines at the beginning of a note say. A list may follow a label that stands alone."""
    head, open = Head(), ""
    filled = (line.strip() for line in lines if line.strip())
    for number, line in enumerate(filled):
        if number >= HEAD:
            break
        if open and line.startswith("- ") and not _label(line):
            _take(head, open, line[2:])
            continue
        open = ""
        for name, value in _labelled(line):
            open = name if not value and name in ("attendee", "author") else ""
            _take(head, name, value)
    return head


def head_of_matter(matter: Mapping[str, Sequence[str]]) -> Head:
    """The same, of front matter."""
    head = Head()
    for key, values in matter.items():
        if name := _LABELS.get(key):
            for value in values:
                _take(head, name, value)
    return head


def _label(line: str) -> str:
    found = _LABELLED.fullmatch(line)
    return _LABELS.get(" ".join(found[1].casefold().split()), "") if found else ""


def _labelled(line: str) -> Iterator[tuple[str, str]]:
    """The labels of a line and their values; a row of a table may hold several pairs."""
    cells = line.split(" | ")
    if len(cells) > 2 and _LABELS.get(cells[0].casefold().strip(" :：")):
        for label, value in zip(cells[::2], [*cells[1::2], ""], strict=False):
            if name := _LABELS.get(label.casefold().strip(" :：")):
                yield name, value.strip()
    elif name := _label(line):
        found = _LABELLED.fullmatch(line)
        yield name, found[2].strip() if found else ""


def _take(head: Head, name: str, value: str) -> None:
    if name in ("date", "time"):
        _take_day(head, value)
    elif name == "kind":
        head.kind = head.kind or kind_in(value)
    elif name == "title":
        head.title = head.title or one_line(value)
    else:
        head.people += people(value, name)


def _take_day(head: Head, value: str) -> None:
    found = list(days(value))[:1]
    head.days += found
    if not found and (hours := _HOURS.match(value[:100].translate(_WIDE).strip())):
        head.clock, head.until = _hours(hours)
    elif not found and _FULL.search(value[:100]):
        head.strange = head.strange or value


def people(text: str, role: str) -> list[Participant]:
    """Those whom a line names: apart by commas and "and"; what stands in brackets is no part of a name."""
    if role == "customer":
        name = one_line(text)[:200]
        return [Participant(role=role, name=name)] if name else []
    found = []
    for part in _apart(text[:5000]):
        beside = " ".join(piece[0] for piece in _BESIDE.finditer(part)) + " " + part
        address = next((one for word in beside.split() if (one := mailto(word.strip("()（）[]<>,;")))), None)
        bare = " ".join(word for word in _BESIDE.sub(" ", part).split() if not email(word))
        name = one_line(re.split(r"\s[-–—/|]\s|[:：]", bare, maxsplit=1)[0]).strip(" .*-")
        if (name and normalised(name) not in _NOBODY and _is_name(name)) or address:
            found.append(Participant(role=role, name=name or None, address=address))
    return found


def _is_name(text: str) -> bool:
    return len(text) <= 60 and len(text.split()) <= 6 and any(map(str.isalpha, text))


def _apart(text: str) -> Iterator[str]:
    """The parts of a list of people, brackets kept whole; "Acme: Anna" is Anna, of Acme."""
    guarded = _BESIDE.sub(lambda found: re.sub(r"[,;，；、\s]", "\u00a0", found[0]), text)
    for part in _APART.split(guarded):
        bare = re.split(r"[:：]", part)[-1].strip() if not part.strip().endswith((":", "：")) else ""
        if _HAN_NAMES.fullmatch(bare):
            yield from bare.split()
        elif bare:
            yield bare


def distinct(found: Iterable[Participant]) -> list[Participant]:
    """Each person once, in the order of being named; at most CROWD."""
    kept: dict[str, Participant] = {}
    for person in found:
        kept.setdefault(normalised(person.name or person.address or ""), person)
    return list(kept.values())[:CROWD]
