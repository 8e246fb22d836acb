"""Who changes role: the person and the new role in a clause that says so.

"Joan hands over to Pete as project lead" is about Pete, the project lead; 何静上月底离职 about 何静, who has
no role any more.
"""

import re
from dataclasses import dataclass

from ingest.extract import people_chinese, people_english
from ingest.extract.lexicon import LONGEST, any_of

_HAN = re.compile(r"[\u4e00-\u9fff]")
_TRIGGER = re.compile(rf"\b{any_of('people', 'triggers')}\b|['’]ll\b")
_TRIGGER_CHINESE = re.compile(any_of("people", "triggers_chinese"))


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Person and new role as written; a role of None where only the leaving is said."""

    person: str | None
    role: str | None


def speaks_of_role_change(clause: str) -> bool:
    """Whether `role_change` could find one: a word of coming, going or holding an office occurs."""
    text = clause[:LONGEST]
    pattern = _TRIGGER_CHINESE if _HAN.search(text) else _TRIGGER
    return pattern.search(text.lower()) is not None


def role_change(clause: str) -> RoleChange | None:
    """The change that a clause states; None where it states none.

    A role is written without article and owner: "becomes our new head of sales" is "head of sales".
    """
    if not speaks_of_role_change(clause):
        return None
    text = clause[:LONGEST]
    found = (people_chinese if _HAN.search(text) else people_english).change(text)
    return RoleChange(*found) if found else None
