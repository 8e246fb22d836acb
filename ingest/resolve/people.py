"""The forms that a person's name takes: "Jill Marsh" is Jill, Marsh, J. Marsh; 王建国 is 王工, 王总, 建国."""

import re
from collections.abc import Iterator

from ingest.extract.vocabulary import words
from ingest.resolve.folding import has_han

_TITLES = frozenset(words("greetings", "titles"))
_CHINESE_TITLES = (
    *words("greetings", "chinese_titles"),
    *(
        "老总",
        "会计",
        "护士",
        "护士长",
        "园长",
        "站长",
        "馆长",
        "店长",
        "社长",
        "船长",
        "姨",
        "伯",
        "大哥",
        "大姐",
    ),
)
_COMPOUND = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "端木", "司徒", "东方")
)
_HAN_NAME = re.compile(r"[\u4e00-\u9fff·]{2,5}")
_WORD = re.compile(r"[^\W\d_][\w'’-]*\.?")
SHORTEST = 2  # letters of a first or last name


def forms(name: str) -> Iterator[str]:
    """Shorter forms that a text may use, as written; all of them may be another person's, too."""
    yield from _chinese(name) if has_han(name) else _latin(name)


def _latin(name: str) -> Iterator[str]:
    parts = [part for part in _WORD.findall(name) if part.lower().strip(".") not in _TITLES]
    if not parts:
        return
    first, last = parts[0], parts[-1]
    for part in dict.fromkeys((first, last)):
        if len(part.strip(".")) >= SHORTEST and part[0].isupper():
            yield part
    if len(parts) > 1 and len(first.strip(".")) >= 1:
        yield f"{first[0]}. {last}"


def _chinese(name: str) -> Iterator[str]:
    bare = next(iter(_HAN_NAME.findall(name)), "")
    for title in sorted(_CHINESE_TITLES, key=len, reverse=True):
        if bare.endswith(title) and len(bare) > len(title):
            bare = bare.removesuffix(title)
            break
    if not bare or len(bare) > 4:
        return
    surname = bare[:2] if bare[:2] in _COMPOUND else bare[0]
    given = bare[len(surname) :]
    if len(given) == 2:
        yield given
    for title in _CHINESE_TITLES:
        yield surname + title
    yield from (f"小{surname}", f"老{surname}")
