"""Clauses of a sentence: the pieces that may each state a fact of their own.

English is cut where a new statement follows: at a semicolon or a dash, at a comma or a conjunction that a
subject and its verb follow, and before a reason ("because …"). Chinese is cut at its commas. A time alone
belongs to the statement beside it. What leads into a statement and what closes it does not: see edges.py.
"""

import re
from collections.abc import Iterator

from ingest.extract import edges, statements
from ingest.extract.lines import HAN
from ingest.extract.speakers import looks_like_name
from ingest.extract.vocabulary import folded, one_of, words

SHORTEST = 10  # characters of an English clause
SHORTEST_CHINESE = 2
SPACED = 12  # characters of a Chinese sentence whose spaces may stand for commas
LEAD_WIDTH = 10  # characters of a Chinese piece that only leads into the next one
TIME_WIDTH = 16  # characters of 下周五下班前, 10 月 12 日
_LATIN_A_HAN = 4  # letters of English that say as much as one Chinese character

_OPEN_JOINS = one_of(words("clauses", "open_joins"))
_REASONS = frozenset(one.split()[0] for one in words("clauses", "reasons"))
_CUT_ALWAYS = frozenset(
    {
        "but",
        "so",
        "therefore",
        "hence",
        "thus",
        "although",
        "though",
        "whereas",
        "while",
        "because",
        "unless",
        "otherwise",
        "which",
    }
)
_DETERMINERS = frozenset(words("clauses", "determiners"))
_LINKS = frozenset({"and", "or", "that", "which", "who", "to"})  # the verb behind these is another one's
_MARK = re.compile(r"[,;:；：，—–-][\s—–-]*")
_JOIN = re.compile(
    rf"\s(?:{_OPEN_JOINS}|{one_of(words('clauses', 'reasons'))}"
    r"|since(?=\s(?:i|we|you|he|she|it|they|the|our)\b))\s"
)
_HAN_RUN = re.compile(rf"{HAN}+")
_LATIN = re.compile(r"[A-Za-z]")
_MARK_CHINESE = re.compile(r"[，；;：:,—][\s—]*")
_SPACE_CHINESE = re.compile(rf"(?<={HAN})\s+(?={HAN})")
_TIMES_CHINESE = frozenset(words("clauses.chinese", "times"))
_SUBJECT_CHINESE = re.compile(r"\s*[我你您咱他她它贵]")

_Piece = tuple[int, int]


def clauses(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Where the clauses of a sentence stand, in order; a sentence without parts is one clause.

    `start` is added to all places. Places are bare: see `bare`.
    """
    low, chinese = folded(text), _is_chinese(text)
    pieces = _chinese_pieces(low) if chinese else _english_pieces(low)
    found = []
    for piece in pieces:
        first, last = edges.bare(text, low, *piece, chinese=chinese)
        if first < last:
            found.append((start + first, start + last))
    return found


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A place without leading conjunctions, addresses and frames, and without closing punctuation.

    "And please note that we need two of them." is bare as "we need two of them".
    """
    piece = text[start:end]
    first, last = edges.bare(piece, folded(piece), 0, len(piece), chinese=_is_chinese(piece))
    return start + first, start + last


def _is_chinese(text: str) -> bool:
    if text.isascii():
        return False
    han = sum(map(len, _HAN_RUN.findall(text)))
    return han > 0 and (2 * han >= len(text) or _LATIN_A_HAN * han >= len(_LATIN.findall(text)))


def _english_pieces(low: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    first = 0
    for end, after in sorted((*_marks(low), *_joins(low))):
        if end < first or len(low) - after < SHORTEST // 2 or not _cuts(low, first, end, after):
            continue
        if len(low[first:end].rstrip()) >= SHORTEST or statements.has_stated(low, first, end):
            pieces.append((first, end))
        first = after
    pieces.append((first, len(low)))
    return pieces


def _marks(low: str) -> Iterator[_Piece]:
    """The marks that may part clauses: not those inside a word, a number or a time."""
    for mark in _MARK.finditer(low):
        first, spaced = mark.group()[0], mark.group()[-1].isspace()
        if first == "-" or (first == "–" and not spaced):
            if not spaced or mark.start() == 0 or not low[mark.start() - 1].isspace():
                continue
        elif first in ",:" and not spaced:
            continue
        yield mark.span()


def _joins(low: str) -> Iterator[_Piece]:
    """The conjunctions that may part clauses without a comma; they stay with what follows."""
    for join in _JOIN.finditer(low):
        yield join.start(), join.start() + 1


def _cuts(low: str, first: int, end: int, after: int) -> bool:
    """Whether the clause that begins at `first` ends at `end`, and the next one begins at `after`."""
    mark = low[end]
    following = statements.segment(low, after, len(low))
    if not following:
        return False
    if mark in ";；—–-":
        return not statements.says_when(following)
    if mark in ",，" and statements.says_when(statements.words_of(low, first, end)):
        return False
    said = statements.without_time(statements.without_joins(following)) or following
    if mark in ":：":
        return bool(said) and (statements.states(said) or statements.requests(said) or _is_infinitive(said))
    stated = statements.has_stated(low, first, end)
    if mark in ",，":
        adds = stated and "," not in low[first:end][-statements.AHEAD :] and _is_last(low, after)
        return _cuts_at_comma(following, said, stated=stated) or (adds and statements.is_addition(following))
    return end - first >= SHORTEST and _cuts_at_join(low, first, end, following, said, stated=stated)


def _cuts_at_comma(following: list[str], said: list[str], *, stated: bool) -> bool:
    if following[0] in _CUT_ALWAYS or not said:
        return following[0] in _CUT_ALWAYS and not statements.says_when(said)
    if statements.is_pronoun(said):
        return True
    if not stated:
        return False
    return (
        statements.states(said)
        or (statements.requests(said) and len(said) > 1)
        or said[0] in statements.VERBS
    )


def _is_last(low: str, after: int) -> bool:
    """Whether no comma follows: what stands after the last one may be an addition."""
    return "," not in low[after : after + statements.AHEAD] and len(low) - after <= statements.AHEAD // 2


def _cuts_at_join(
    low: str, first: int, end: int, following: list[str], said: list[str], *, stated: bool
) -> bool:
    if following[0] in _REASONS or following[0] == "since" or (said and statements.is_pronoun(said)):
        return True
    if not said or not stated:
        return False
    if " by " in low[first:end][-statements.AHEAD :] and "by" in said:
        return statements.names_time(said[said.index("by") :])  # each side has a day of its own
    return statements.requests(said) or _has_own_subject(said)


def _has_own_subject(said: list[str]) -> bool:
    """ "… and the driver was late", but not "(the pump) and the valve and …"."""
    verb = next((n for n, word in enumerate(said[:5]) if word in statements.VERBS), 0)
    return verb > 0 and _LINKS.isdisjoint(said[:verb]) and (said[0] in _DETERMINERS or verb < len(said) - 1)


def _is_infinitive(said: list[str]) -> bool:
    """ "body material to be duplex"."""
    return "to" in said[1:4] and said[said.index("to") + 1 : said.index("to") + 2] == ["be"]


def _chinese_pieces(low: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    first = 0
    for end, after in _chinese_marks(low):
        if len(low) - after < SHORTEST_CHINESE or end - first < SHORTEST_CHINESE:
            continue
        if after - first <= LEAD_WIDTH and edges.leads(low, first, after):
            continue  # a greeting, an answer, "另外，": no clause, and none of the next one
        if (
            _is_time_chinese(low, first, end)
            or _is_time_chinese(low, after, len(low))
            or _is_item(low, first, end, after)
        ):
            continue
        pieces.append((first, end))
        first = after
    pieces.append((first, len(low)))
    return pieces


def _chinese_marks(text: str) -> Iterator[_Piece]:
    """Commas, colons and dashes; where a long sentence has none, as dictated ones have, its spaces."""
    marked = False
    for mark in _MARK_CHINESE.finditer(text):
        start, after = mark.span()
        if start and not (
            text[start] in ",:：" and text[after : after + 1].isdigit() and text[start - 1].isdigit()
        ):
            marked = marked or text[start] != "—"
            yield start, after
    if not marked and len(text) >= SPACED:
        yield from (space.span() for space in _SPACE_CHINESE.finditer(text))


def _is_time_chinese(text: str, start: int, end: int) -> bool:
    """Whether a piece is nothing but a time: 下周五前, 10 月 12 日."""
    return end - start <= TIME_WIDTH and _TIMES_CHINESE.issuperset(text[start:end])


def _is_item(text: str, first: int, end: int, after: int) -> bool:
    """Whether a name stands before what is to be done: "石峰：三条备选路线"."""
    if text[end] not in ":：" or first > 0 or end - first > 3:
        return False
    return looks_like_name(text[first:end]) and not _SUBJECT_CHINESE.match(text, after)
