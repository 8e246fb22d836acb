"""The edges of a clause: what stands before and behind a statement without belonging to it.

"And please note that we need two of them, thanks 🙂" states "we need two of them".
"""

import re

from ingest.extract import statements
from ingest.extract.lines import HAN
from ingest.extract.vocabulary import one_of, words

LEAST = 4  # characters of Chinese that must remain where a frame is taken away
LEAST_ENGLISH = 10
ROUNDS = 6  # leads one after the other: "OK, and by the way, …"
REPORTER_WORDS = 8
TELLING = 12  # characters of 值班的陈师傅告诉我们
TAIL = 16  # characters of what may close a statement
REPORTER = 60  # characters of "the man at your service desk told me that"

_OPEN_LEADS = one_of(words("clauses", "open_leads"))
_NOT_LEADS = one_of(words("clauses", "not_leads"))
_LEADS = one_of((*words("clauses", "leads"), *words("clauses", "answers")))
_PARTING = r"(?:\s?[,:;.!…]+\s*|\s?[–-]+\s+)"
_LEAD = re.compile(
    rf"(?:{_OPEN_LEADS}(?:{_PARTING}|\s+(?!{_NOT_LEADS}))|{_LEADS}{_PARTING}"
    rf"|(?:since|as|that)\s+(?=(?:i|we|you|he|she|they|it)(?:'|\b)))"
)
_MARKS = re.compile(r"[-–—,;:!.…•*·\s\"“”'‘☐]+(?=\S)|[(（](?:\d{1,2}|[a-h]|语音转写)[)）]\s*|[a-h]\)\s+")
_FRAME = re.compile(rf"{one_of(words('clauses', 'frames'))}[,:]?\s+")
_REPORTING = re.compile(rf"\s{one_of(words('clauses', 'reporting'))}[,:]?(?:\s+that)?\s+")
_PARTIES = frozenset({"i", "we", "you"})
_REPORTERS = frozenset(
    {"he", "she", "they", "the", "our", "my", "your", "his", "her", "their", "somebody", "someone"}
)
_TOPIC = re.compile(
    rf"({one_of(words('clauses', 'topics'))}\s+(?:[\w'&/.-]+\s+){{1,5}}?)(?:,\s+)?"
    r"(?=(?:i|we|you|he|she|they)(?:'\w+)?\s)"
)
_ADDRESSED = re.compile(r"(?:[A-Z][\w'’.-]*\s?){1,3},\s+")
_TAIL = re.compile(rf"[\s,(]+{one_of(words('clauses', 'tails'))}$")

_CHINESE = "clauses.chinese"
_SAID = rf"(?:{'|'.join(sorted(words(_CHINESE, 'reporting'), key=len, reverse=True))})"
_NOT_SAID = "".join(words(_CHINESE, "not_reported"))
_BARE_LEADS = words(_CHINESE, "bare_leads")
# "王工，", "娜姐好，"
_TITLES = one_of(words("greetings", "chinese_titles"))
_ADDRESSED_CHINESE = rf"(?![我你您咱他她这那]){HAN}{{1,3}}?{_TITLES}(?:好|早|您好|你好)?[，,！!]\s*"
# "另外一台" counts, it does not lead into anything.
_NO_COUNT = r"(?![一二两三四五六七八九十几多的个进些有位件台套])"
_LEAD_CHINESE = re.compile(
    rf"{one_of(words(_CHINESE, 'leads'))}[，,、：:；;！!。～~…\s]+"
    rf"|{one_of(one for one in _BARE_LEADS if len(one) > 1)}{_NO_COUNT}"
    rf"|{one_of(one for one in _BARE_LEADS if len(one) == 1)}(?={one_of(words(_CHINESE, 'subjects'))})"
    rf"|{one_of(words(_CHINESE, 'frames'))}[，,：:\s]*"
    rf"|(?:[他她]们?|[\u3400-\u9fff]{{2,4}})的(?:话|意思|原话)[：:是]\s*"
    rf"|{_ADDRESSED_CHINESE}"
)
# Reporters are looked for only where one of the words stands near the beginning.
_TELLING = re.compile(rf"{_SAID}")
_REPORTED_CHINESE = re.compile(
    rf"(?:(?![我你您咱跟和找给对要不没请])[\u3400-\u9fff]){{1,8}}?{_SAID}(?![{_NOT_SAID}])[，,：:\s]*"
)
_TAIL_CHINESE = re.compile(rf"(?<=[，, ]){one_of(words(_CHINESE, 'tails'))}$")
_TAIL_ENDS = frozenset(one[-1] for one in words("clauses", "tails") + words(_CHINESE, "tails"))
_SAYING = re.compile(r"[^\W_]")
_SMILEY = re.compile(r"[:;=][-']?[)(DPp/]+$|\^_?\^$")
_POINTS = frozenset(".。!！?？,，;；:：~～…、|｜*·-–—")


def bare(text: str, low: str, start: int, end: int, *, chinese: bool) -> tuple[int, int]:
    """A place without what leads into its statement, and without what follows it. `low` is the text `folded`.

    Never empty, unless there is nothing but white space and marks.
    """
    start, end = _closed(text, start, end)
    first = _led(text, low, start, end, chinese=chinese)
    last = _unclosed(low, first, end, _TAIL_CHINESE if chinese else _TAIL)
    return (start, end) if (first, last) == (start, end) else _closed(text, first, last)


def leads(low: str, first: int, after: int) -> bool:
    """Whether a piece of Chinese with its mark only leads into the next one: "对了，", "袁哥，"."""
    lead = _LEAD_CHINESE.match(low, first, after)
    return lead is not None and lead.end() == after


def _led(text: str, low: str, start: int, end: int, *, chinese: bool) -> int:
    """Where the statement begins."""
    for _ in range(ROUNDS):
        marks = None if low[start : start + 1].isalpha() else _MARKS.match(low, start, end)
        first = marks.end() if marks else start
        after = _chinese_lead(low, first, end) if chinese else _english_lead(text, low, first, end)
        if after == start or not _SAYING.search(low, after, end):
            break
        start = after
    return start


def _english_lead(text: str, low: str, first: int, end: int) -> int:
    """The place behind one thing that leads into what follows; `first` where nothing does."""
    if (lead := _LEAD.match(low, first, end)) and end - lead.end() >= 2:
        return lead.end()
    if (frame := _FRAME.match(low, first, end)) and end - frame.end() >= LEAST_ENGLISH:
        told = frame.group().rstrip(" ,:").endswith("that")
        if told or statements.states(statements.segment(low, frame.end(), end)):
            return frame.end()
    if reported := _reported(text, low, first, end):
        return reported
    topic = _TOPIC.match(low, first, end)
    if topic and (topic[1].startswith("like") or not statements.names_time(topic[1].split())):
        return topic.end()
    addressed = _ADDRESSED.match(text, first, min(end, first + REPORTER))
    return addressed.end() if addressed and _is_address(low, first, addressed.end(), end) else first


def _is_address(low: str, first: int, after: int, end: int) -> bool:
    """Whether it is somebody who is told or asked: "Lin, could you …", but not "Friday, we …"."""
    said = statements.segment(low, after, end)
    if not said or statements.names_time(statements.segment(low, first, end)):
        return False
    return statements.is_pronoun(said) or statements.requests(said)


def _reported(text: str, low: str, first: int, end: int) -> int:
    """The place behind "the trainer said", "Engineer Sunil just told me that"; 0 where nobody reports.

    "You said" and "I said" stay: they tell who promised.
    """
    told = _REPORTING.search(low, first, min(end, first + REPORTER))
    if told is None:
        return 0
    who = low[first : told.start()].split()
    if not who or len(who) > REPORTER_WORDS or statements.verb_in(who) or who[0].split("'")[0] in _PARTIES:
        return 0
    if not (text[first].isupper() or who[0] in _REPORTERS) or any(one.endswith(",") for one in who):
        return 0
    return told.end() if statements.states(statements.segment(low, told.end(), end)) else 0


def _chinese_lead(low: str, first: int, end: int) -> int:
    """The place behind one thing that leads into what follows, if enough does; `first` if nothing leads."""
    lead = _LEAD_CHINESE.match(low, first, end)
    if lead is None and _TELLING.search(low, first, min(end, first + TELLING)):
        lead = _REPORTED_CHINESE.match(low, first, end)
    return lead.end() if lead and end - lead.end() >= LEAST else first


def _unclosed(low: str, first: int, end: int, tail: re.Pattern[str]) -> int:
    """Where the statement ends: before "please", "btw", 谢谢."""
    if low[end - 1 : end] not in _TAIL_ENDS:
        return end
    for _ in range(2):
        closing = tail.search(low, max(first, end - TAIL), end)
        if closing is None or closing.start() <= first:
            break
        end = closing.start()
    return end


def _closed(text: str, start: int, end: int) -> tuple[int, int]:
    """A place without white space and closing punctuation, emojis and smileys."""
    while start < end and text[start].isspace():
        start += 1
    if start < end and text[end - 1].isalnum() and text[end - 1] not in "DPp":
        return start, end
    if end - start > 1 and (smiley := _SMILEY.search(text, max(start, end - 5), end)):
        end = smiley.start()
    while start < end and (text[end - 1] in _POINTS or text[end - 1].isspace() or is_picture(text[end - 1])):
        end -= 1
    return start, end


def is_picture(character: str) -> bool:
    """Whether it is an emoji, or what changes the one before it."""
    code = ord(character)
    return 0x1F000 <= code < 0x20000 or 0x2600 <= code <= 0x27BF or code in (0xFE0F, 0x200D, 0x2B50)
