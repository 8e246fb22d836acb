"""Who decides, by the words that say so: a contact, a name that nobody knows yet, or the speaker."""

import re
from collections.abc import Iterable, Mapping

from ingest.extract.candidates import Candidate
from ingest.extract.lexicon import any_of, character
from ingest.extract.vocabulary import words
from ingest.resolve.folding import has_han
from ingest.resolve.mentions import Mention

_TITLE = r"(?:(?:Mr|Ms|Mrs|Miss|Dr|Prof|Sir)\.?\s+)"
_WORD = r"[A-Z][\w'’-]+"
_NAME = re.compile(rf"{_TITLE}{_WORD}(?:\s+{_WORD})*|{_WORD}(?:\s+{_WORD})+")
_TITLES = "|".join(sorted(words("greetings", "chinese_titles"), key=len, reverse=True))
_ONE, _TWO = character("people", "surnames_chinese"), any_of("people", "surnames_double_chinese")
_CHINESE = re.compile(rf"(?:{_TWO}|{_ONE})[\u4e00-\u9fff]{{0,2}}?(?:{_TITLES})")
_NO_NAME = frozenset((*words("clauses", "times"), *words("clauses", "time_prepositions"), "the", "all"))
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]\w+|me|myself|my)\b|我(?!们|方|司|厂|校|院|公司|家)|本人")


def decider(
    candidate: Candidate, mentions: Iterable[Mention], written: Mapping[str, str], speaker: str | None
) -> str:
    """The name of who decides: a contact's as `written`; the candidate's words where nobody is named.

    `mentions` are those in the candidate, `speaker` is the name of who says it.
    """
    if candidate.person:
        return candidate.person
    named = _named(candidate.text)
    for one in mentions:
        contacts = one.of("Contact")
        if len(contacts) == 1 and contacts[0] in written:
            return named if named and _is_another(named, written[contacts[0]]) else written[contacts[0]]
    if named:
        return named
    return speaker if speaker and _FIRST_PERSON.search(candidate.text) else candidate.text


def _named(text: str) -> str | None:
    """The first name of a person in the words, whoever it is; "From November" is none."""
    found = (_CHINESE if has_han(text) else _NAME).finditer(text)
    return next((one[0] for one in found if _NO_NAME.isdisjoint(one[0].lower().split())), None)


def _is_another(named: str, known: str) -> bool:
    """Whether two full names share the family's only: "Gus Albright" is not "Tess Albright"."""
    mine, theirs = (re.sub(_TITLE, "", name).split() for name in (named, known))
    return min(len(mine), len(theirs)) > 1 and mine[-1] == theirs[-1] and len({*mine} & {*theirs}) == 1
