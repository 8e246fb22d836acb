"""Who changes role in an English clause: a name, and what stands behind it or ahead of it.

Behind: "Raul Ibarra has taken over purchasing", "she was made branch manager", "Derek finishes with us".
Ahead: "Joan hands over to Pete", "our new site manager is Kim Sorrell".
Weak words ("is now", "joins as") speak of a role only where an office follows: a manager, a buyer, a dean.
"""

import re
from collections.abc import Iterator

from ingest.extract.lexicon import any_of

Change = tuple[str, str | None]  # person and role, as written

_WORD = r"\w[\w&/’'-]*"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_NAME_WORD = (
    rf"(?={_CAPITAL})(?!{any_of('people', 'no_names')}\b)(?![A-Z]{{2,}}\b)"
    rf"{_CAPITAL}(?:\w+(?:[-'’]{_CAPITAL}\w+)*|['’][A-Z]\w+|\.)"  # Rao, Anne-Marie, O'Brien, R.
)
_NAME = (
    rf"(?:(?:{any_of('people', 'titles')}\.?\s+)+(?:[A-Z]\.\s*)*)?{_NAME_WORD}"
    rf"(?:\s+(?:{any_of('people', 'particles')}\s+)*{_NAME_WORD}){{0,3}}"
)
_WHO = re.compile(
    rf"\b(?:{_NAME}|[Ii]|[Hh]e|[Ss]he)\b(?![-’']?[sS]?\s*(?:team|job|role|place|replacement|successor)\b)"
)
_SOMEBODY = rf"(?:{_NAME}|(?:me|him|her|us)\b|(?:my|our|your|his|her|the)(?:\s+{_WORD}){{1,3}}?)"

_OWN = r"(?:(?:the|a|an|our|your|my|their|his|her|its|new|role\s+of|position\s+of|post\s+of|job\s+of)\s+)*"
_ROLE_WORD = rf"(?!(?i:{any_of('people', 'role_ends')})\b)(?:in\s+charge\s+of|{_WORD})"
_DEPARTMENT = r"(?:,\s[A-Z]\w+(?=\W*$))?"  # "General Manager, Projects"
_ROLE = (
    rf"{_OWN}(?P<role>(?!(?:it|this|that|all|them|everything)\b){_ROLE_WORD}(?:\s+{_ROLE_WORD}){{0,6}}"
    rf"{_DEPARTMENT})"
)
_OF = rf"(?:\s+(?:of|for)\s+{_ROLE_WORD}(?:\s+{_ROLE_WORD}){{0,3}})?"
_OFFICE = rf"{_OWN}(?P<role>(?:{_ROLE_WORD}\s+){{0,4}}(?i:{any_of('people', 'offices')})\b{_OF}{_DEPARTMENT})"
_AREA = rf"{_OWN}(?P<role>(?:{_ROLE_WORD}\s+){{0,4}}(?:{any_of('people', 'areas')})\b)"

_ADVERB = (
    r"(?:has|have|had|is|am|are|was|were|will|shall|would|be|been|being|also|now|just|recently|already"
    r"|finally|officially|formally|sadly|going to|then|meanwhile|temporarily|permanently|soon|again"
    r"|apparently|today|kindly|since|gets|getting)"
)
# Between a name and its verb: "Walt, who ran the plant, has just retired", "Li from sales will be leaving".
_APART = r"(?:\s*\([^()]{1,30}\)|,\s[^,]{2,50},|,)?"
_PLACE = r"(?:\s+(?:from|of|in|at)(?:\s+[\w&-]+){1,3}?)?"
_GAP = rf"{_APART}{_PLACE}(?:['’](?:s|ll|ve|m|d|re)\b)?(?:\s+{_ADVERB})*\s+"


def _any_behind(*pieces: str) -> re.Pattern[str]:
    """One pattern for all pieces: "role" of the second one is the group role2."""
    numbered = (piece.replace("(?P<role>", f"(?P<role{n}>") for n, piece in enumerate(pieces, 1))
    return re.compile(f"{_GAP}(?:{'|'.join(numbered)})")


_POST = r"(?:job|role|post|position|seat|duties)"
_TAKES = (
    rf"(?:takes?|took|taken|taking)\s+over\b(?:\s+(?:from|for)\s+{_SOMEBODY})?(?:\s+as\b)?(?:\s+{_ROLE})?",
    r"(?:takes?|took|taken|taking|assum(?:es?|ed|ing)|accept(?:s|ed)?)"
    rf"\s+(?:on\s+)?the\s+{_POST}\s+of\s+{_ROLE}",
    rf"(?:got|gets|lands?|landed|takes?|took|accept(?:s|ed)?)\s+{_OFFICE}\s+{_POST}\b",
)
_RISES = (
    rf"(?:got\s+)?{any_of('people', 'promoted')}\s+(?:to\s+be|to|as|into)\s+{_ROLE}",
    rf"(?:got\s+)?{any_of('people', 'promoted')}\s+{_OFFICE}",
    r"(?:got\s+)?promoted\b",
    rf"(?:put\s+)?in\s+charge\s+of\s+{_ROLE}",
)
_MOVE = rf"{any_of('people', 'moves')}(?!\s+(?:down|out)\b)(?:\s+[\w.,’'-]+){{0,7}}?\s+(?:as|to|into)\s+"
_MOVES = (
    _MOVE + _OFFICE,
    _MOVE + _AREA,
    rf"(?:joins?|joined|joining)\s+{_AREA}",
    r"(?:joins?|joined|joining)\s+(?:us|(?:our|the)\s+(?:team|company|firm))\b",
)
_REPLACES = (
    rf"{any_of('people', 'replaces')}\s+(?:{_NAME}|(?:me|him|her)\b(?!\s+\w+s\b))(?:\s+as\s+{_ROLE})?",
)
_BECOMES = (
    r"(?:becomes?|became|ha(?:s|ve)\s+become|(?:will|shall)\s+(?:now\s+)?(?:be|become)|is\s+becoming"
    r"|is\s+going\s+to\s+be|is\s+to\s+be(?:come)?)"
)
_HOLDS_SOON = re.compile(rf"(?:['’]ll\s+be|\s+{_BECOMES})\s+(?:now\s+)?{_OFFICE}")
_HOLDS_NOW = re.compile(
    rf"{_APART}(?:['’][sm]|\s+(?:is|am))\s+"
    rf"(?P<now>now\s+|currently\s+|(?=(?:the|our|your)\s+new\b))?{_OFFICE}"
)
_RUNS_NOW = re.compile(
    rf"{_GAP}(?:heads|heading|leads?|runs?|manages?|look(?:s|ing)?\s+after|handles?|oversees?"
    rf"|responsible\s+for)(?:\s+up)?\s+{_ROLE}"
)
_SINCE = re.compile(
    r"\b(?:now|since|from|as\s+of|effective|until|till|while|going\s+forward|starting|these\s+days)\b",
    re.IGNORECASE,
)
_US = (
    r"(?:us\b|(?:the|our|your|my|their) (?:company|firm|business|team|department|group|organi[sz]ation)\b"
    r"|(?:on|end|last|this|next|for|after|yesterday|today|at the end)\b|(?:(?:in|at) )?[A-Z]|in \d)"
)
_LEAVES = (
    rf"(?:left|leaves?|leaving)\b(?=\W*$|[,;]|\s+{_US})",
    rf"{any_of('people', 'leaves')}\b(?!\s+(?:the|a)\b)",
    r"no\s+longer\s+(?:with|works?|working|employed|at|part|our|your|the|here|in\s+charge|responsible)\b",
    r"gone\b(?=\s*$|\s+(?:from|to\s+the|to\s+[A-Z]|since|for\s+good))",
)
_LAST_DAY = re.compile(r"['’]s\s+last\s+(?:working\s+)?day\b")
_BEHIND = _any_behind(*_TAKES, *_RISES, *_MOVES, *_REPLACES)
_LEAVING = _any_behind(*_LEAVES)

_GOES_ON = re.compile(
    rf"\s*,?\s+(?:as|to\s+be|to|into|,)?\s*{_OFFICE}|\s+as\s+{_ROLE.replace('(?P<role>', '(?P<plain>')}"
)
_AREA_WORD = rf"(?:\w+ing|job|role|reins|duties|post|position|{any_of('people', 'areas')})"
_BEEN = r"(?:is|are|was|were|has\s+been|have\s+been|will\s+be)"
_GIVEN = re.compile(  # what ends right ahead of a name that gets the role
    rf"""(?:
        \b(?:hand|pass)(?:s|es|ed|ing)?\ (?:(?:over|on)\ )?
          (?:(?:(?:the|his|her|my|our)\ )?(?P<area>(?:{_WORD}\ ){{0,3}}?{_AREA_WORD})\ )?(?:over\ )?to
      | \b(?:(?:the|our|your)\ )?(?P<done>(?:\w+\ ){{0,2}}?\w+)\ {_BEEN}\ (?:being\ )?taken\ over\ by
      | \b(?:replaced|succeeded|followed)\ by
      | \b(?:job|role|post|place|position|duties|desk)(?:\ of\ (?P<post>(?:\w+\ ){{0,3}}\w+))?
          \ (?:goes|went|passes|passed|will\ go|falls)\ to
      | (?:['’]s|\b(?:his|her|my|whose|the|His|Her|My|The))\ (?:replacement|successor)
          (?:\ (?:is|will\ be|is\ called))?[:,]?
      | (?P<named>\b{any_of("people", "names_somebody")})
    )\s+(?:a\s+|(?:my|our|your)\s+(?:new\s+)?colleague\s+)?$""",
    re.VERBOSE,
)
_AHEAD_OF_NAME = re.compile(  # the last word of all that may stand there: most names have another one ahead
    rf"to|by|is|a|colleague|be|now|becomes|called|(?:.*['’]s )?(?:replacement|successor)|m[rs]s?"
    rf"|{any_of('people', 'names_somebody')}|{any_of('people', 'offices').lower()}"
)
_NEW_OFFICE = re.compile(
    rf"\b(?i:new|next|incoming|future)\s+{_OFFICE}(?:\s+(?:at|in)\s+(?:\w+\ ){{0,2}}?\w+)?"
    r"(?:\s+(?:(?:is|will\s+be)(?:\s+(?:now|called))?|called|named|from\b[^,]{2,20}))?[:,]?(?:\s+a)?\s+$"
)
_DONE_BY = re.compile(  # "purchasing is now handled by"
    rf"(?:^|\b(?:our|your)\s+){_ROLE}\s+{_BEEN}\s+(?:now\s+)?"
    r"(?:handled|run|managed|headed|led|looked\s+after|covered|done)\s+by\s+$"
)
_OFFICE_IS = re.compile(
    rf"(?:^|\b(?i:the|our|your|my|their)\s+){_OFFICE}\s+(?:(?:is|will)\s+now(?:\s+be)?|will\s+be|becomes)\s+$"
)
_JOB = re.compile(r"\s+(?:job|role|post|position|seat|duties)$", re.IGNORECASE)


def change(clause: str) -> Change | None:
    """Person and role, without the role where only the leaving is said; None where nobody changes."""
    names = [*_WHO.finditer(clause)]
    return next(
        (found for look in (_ahead, _behind_of, _leaving) for who in names for found in look(clause, who)),
        None,
    )


def _changed(person: str, role: str | None) -> Change:
    return person, _JOB.sub("", role.strip(" .,'’-")) or None if role else None


def _ahead(clause: str, who: re.Match[str]) -> Iterator[Change]:
    if who.group() in ("I", "i", "he", "she", "He", "She"):
        return
    ahead = clause[: who.start()]
    if not _AHEAD_OF_NAME.fullmatch(ahead.rstrip(" ,:").rpartition(" ")[2].lower()):
        return
    behind = _GOES_ON.match(clause, who.end())
    role = (behind["role"] or behind["plain"]) if behind else None
    if given := _GIVEN.search(ahead):
        if role or not given["named"]:
            yield _changed(who.group(), role or given["area"] or given["post"] or given["done"])
    elif office := _NEW_OFFICE.search(ahead) or _OFFICE_IS.search(ahead):
        yield _changed(who.group(), office["role"])
    elif (done := _DONE_BY.search(ahead)) and _SINCE.search(clause):
        yield _changed(who.group(), done["role"])


def _behind_of(clause: str, who: re.Match[str]) -> Iterator[Change]:
    if found := _BEHIND.match(clause, who.end()):
        yield _changed(who.group(), next(filter(None, found.groups()), None))
    if found := _HOLDS_SOON.match(clause, who.end()):
        yield _changed(who.group(), found["role"])
    holds = _HOLDS_NOW.match(clause, who.end())
    found = holds or _RUNS_NOW.match(clause, who.end())
    if found and ((holds and holds["now"] is not None) or _SINCE.search(clause)):
        yield _changed(who.group(), found["role"])


def _leaving(clause: str, who: re.Match[str]) -> Iterator[Change]:
    if _LEAVING.match(clause, who.end()) or _LAST_DAY.match(clause, who.end()):
        yield who.group(), None
