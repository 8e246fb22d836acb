"""Whether words state something: what tells a clause of its own from a part of one.

All looks at `folded` text, and no further than a few words ahead.
"""

import re
from itertools import pairwise

from ingest.extract.vocabulary import words

AHEAD = 120  # characters that are looked at
VERB_WITHIN = 7  # words: "the two residents on six use wheelchairs"

PRONOUNS = frozenset(words("clauses", "pronouns"))
VERBS = frozenset(words("clauses", "verbs"))
REQUESTS = frozenset(words("clauses", "requests"))
_DEMONSTRATIVE = frozenset({"this", "that", "these", "those", "both"})  # "this one" is no statement yet
_JOINS = frozenset(one for phrase in words("clauses", "joins") for one in phrase.split())
_AFTER_IS = frozenset(words("clauses", "after_is"))
_ADVERBS = frozenset(words("clauses", "adverbs"))
_KEPT_ADDITIONS = frozenset(words("clauses", "kept_additions"))
_TIMES = frozenset(words("clauses", "times"))
_TIME_WORDS = _TIMES | frozenset(words("clauses", "time_fillers"))
_TIME_PREPOSITIONS = frozenset(
    one for phrase in words("clauses", "time_prepositions") for one in phrase.split()
)
_WORDS = re.compile(r"[a-z0-9\u00c0-\u024f'./&%€$£-]*[a-z0-9\u00c0-\u024f'%]")
_SEGMENT_END = re.compile(r"[,;:，；：!?…—]|\.\s| [–-] ")
_PHRASE = 8  # words of a phrase that only says when


def segment(low: str, start: int, end: int) -> list[str]:
    """The words from `start` up to the next mark, or `end`."""
    end = min(end, start + AHEAD)
    mark = _SEGMENT_END.search(low, start, end)
    return _WORDS.findall(low, start, mark.start() if mark else end)


def words_of(low: str, start: int, end: int) -> list[str]:
    """The words between two places, at most the last ones."""
    return _WORDS.findall(low, max(start, end - AHEAD), end)


def states(said: list[str]) -> bool:
    """Whether words are a statement: a pronoun, or a name and a verb: ["our", "van", "needs", "oil"]."""
    return bool(said) and (
        is_pronoun(said) or _contracted(said) or verb_in(said[1:VERB_WITHIN]) or _ends_in_past(said)
    )


def is_pronoun(said: list[str]) -> bool:
    """Whether words begin with a subject of one word: "we", "you'll"; "that" needs its verb, too."""
    first = said[0].split("'", 1)[0]
    if first in _DEMONSTRATIVE:
        return "'" in said[0] or verb_in(said[1:VERB_WITHIN])
    return first in PRONOUNS


def verb_in(said: list[str]) -> bool:
    """Whether one of the words is a verb that makes a statement."""
    return not VERBS.isdisjoint(said)


def _contracted(said: list[str]) -> bool:
    """ "the quota's at 97 %", but not "the quota's size"."""
    return any(one.endswith("'s") and other in _AFTER_IS for one, other in pairwise(said[:VERB_WITHIN]))


def requests(said: list[str]) -> bool:
    """Whether words begin a request or a question: "please put him on copy"."""
    return bool(said) and (said[0] in REQUESTS or (said[0] == "make" and said[1:2] == ["sure"]))


def has_stated(low: str, start: int, end: int) -> bool:
    """Whether the text before a mark states something already, so that a subject after it begins anew."""
    said = words_of(low, start, end)
    return verb_in(said) or any(word.split("'", 1)[0] in PRONOUNS for word in said) or requests(said)


def without_joins(said: list[str]) -> list[str]:
    """The words behind the conjunctions and adverbs that they begin with."""
    skipped = 0
    while skipped < min(3, len(said)) and (said[skipped] in _JOINS or said[skipped] in _ADVERBS):
        skipped += 1
    return said[skipped:]


def without_time(said: list[str]) -> list[str]:
    """The words behind a time that they begin with: ["by", "the", "end", "of", "May", "we", "replace", …]."""
    skipped = 0
    while skipped < min(_PHRASE, len(said)) and _is_when(said[skipped]):
        skipped += 1
    return said[skipped:] if any(_is_time(word) for word in said[:skipped]) else said


def says_when(said: list[str]) -> bool:
    """Whether words are nothing but a time: "by the end of the week", "from January", "on 3 May"."""
    return (
        0 < len(said) <= _PHRASE
        and any(_is_time(word) for word in said)
        and all(_is_when(word) for word in said)
    )


def is_addition(said: list[str]) -> bool:
    """Whether words add what a statement can do without: "less fiddling", but not "not in the app"."""
    return (
        len(said) > 1
        and said[0] not in _KEPT_ADDITIONS
        and not any(_is_time(word) or word[0].isdigit() for word in said)
        and not verb_in(said)
    )


def names_time(said: list[str]) -> bool:
    """Whether a day or an hour is among the words."""
    return any(_is_time(word) for word in said)


def _is_when(word: str) -> bool:
    return word in _TIME_WORDS or word in _TIME_PREPOSITIONS or word[0].isdigit()


def _is_time(word: str) -> bool:
    return word in _TIMES or word[0].isdigit()


def _ends_in_past(said: list[str]) -> bool:
    """ "… the customer there cancelled", but no "partly covered"."""
    return (
        2 < len(said) <= VERB_WITHIN
        and said[-1].endswith("ed")
        and said[0] in ("the", "our", "my", "your", "their")
    )
