"""Who owes what a clause promises: whoever acts in it, told by its subject and by who speaks.

The first one who acts decides: "I'll send you the drawing" binds the speaker, "you clear the attic" the other
side. Who only receives does not act: "you'll have the report", "发给您", "the form reaches you".
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from ingest.extract.candidates import Side
from ingest.extract.lexicon import LONGEST, any_of

_NOBODY: Mapping[str, Side] = MappingProxyType({})
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_HAN = re.compile(r"[\u4e00-\u9fff]")

# A condition ahead has another subject than the promise: "Once you sign, we ship", "您付款后我们发货".
_CONDITION = re.compile(
    r"\W*(?:once|if|when(?:ever)?|as soon as|after|before|until|while|whatever|unless)\b[^,]{3,80},\s*"
    r"|\W*as (?:agreed|discussed|promised)\b,?\s*"
    r"|[^，,我]{1,20}?(?:后|完|了|就|再)[，,]?(?=我)",
    re.IGNORECASE,
)

_SHORT = r"(?:['’](?:ll|m|re|d|ve))"
_WILL = rf"(?:{_SHORT}|\ (?:will|shall|should|have|are|were|had|also|then|now|just|only|soon|going\ to))*"
_AM = rf"(?:{_SHORT}|\ (?:am|are|was|were|had|have|been|will|also|\w+ly))"
_PEOPLE = any_of("commitments", "people")
_REACHING = rf"\b{any_of('commitments', 'reaching')}(?:\ back)?"
# The first of these that acts decides. Their order tells which one counts where two begin at the same word.
_ENGLISH = re.compile(
    rf"""
      (?P<promised_to_us>\b(?:i|we){_AM}*\ (?:expecting|waiting|supposed\ to\ get|hear\ (?:about|back))\b
        | \b(?:i|we){_AM}*\ (?:get|receive|hear|have|expect)\b[^,]{{0,40}}?\bfrom\ (?:you|him|her|them)\b
        | \b(?:i|we){_AM}+\ (?:promised|told|assured|guaranteed)\b
        | \b(?:promised|told|assured|guaranteed|gave|given)\ (?:me|us)\b)
    | (?P<ours>\blet\ me\b)
    | (?P<by_us>\b(?:by|from|with|on|(?:falls|down|up)\ to)\ (?:me|us)\b)
    | (?P<by_you>\bby\ you\b)
    | (?P<received_by_you>\byou{_WILL}\ (?:
          (?:get|have|got|receive|hear|see|find|hearing)\b(?!\ (?:to|us|me|back|it\ to)\b)
        | be(?:en)?\ (?:sent|given|contacted|called|paid|refunded|credited|rung|hearing|getting|receiving)\b))
    | (?:\b(?:to|for|with|at|of|than)|{_REACHING})
        \ (?:(?P<to_you>you|u|your(?!\ {_PEOPLE}\b))|(?P<to_us>us|me))\b
    | (?P<yours>\b(?:your|ur)\ (?:\w+\ )?{_PEOPLE}\b | \b(?:yours|youll|youre|u|you)\b)
    | (?P<our>\b(?:i|we|im|ive|our|my)\b)
    | (?P<customers>\b(?:customer|client|buyer)\b)
    | (?P<trades>\b{any_of("commitments", "trades")}\b)
    | (?P<third>\b(?:he|she|they|somebody|someone)\b)
    """,
    re.VERBOSE,
)
_YOU = re.compile(r"\b(?:you|your|u)\b|[您你]|贵[司方公]", re.IGNORECASE)
_NAMED = re.compile(
    r"\W*(?:(?:agreed|then|so)\W+)*(?:(?:Mr|Ms|Mrs|Dr|Prof|Rev|Capt)\.?\s+)?"
    r"(?P<name>[A-Z]\w*[a-z]\w*(?:[ -][A-Z]\w+){0,3})"
    r"(?:\s*:|\s+[–-]\s|['’]ll\b|\s+(?:to|will|shall|is|has|and|or)\b|\s+[a-z]+s\b)"
)
_THING = re.compile(rf"{any_of('commitments', 'things')}\b", re.IGNORECASE)

_TOWARDS = any_of("commitments", "towards_chinese")
_YOU_CHINESE = r"(?:[您你]们?|贵[司方公厂院])"
_BY_CHINESE = re.compile(r"(?<![理自])由(?!于|此)")
_PEOPLE_CHINESE = any_of("commitments", "people_chinese")
_CHINESE = re.compile(
    rf"""
      (?P<promised_to_us>^(?:之前|上次|上回|当初|当时|下单时|昨天|明明)?
          (?:说好|讲好|答应|承诺|保证)(?![您你他她客对]))
    | (?P<to_you>(?:{_TOWARDS}[了过好]?|等|不用|不必|不劳){_YOU_CHINESE}
        | {_YOU_CHINESE}(?:就|尽管|只管)?(?:放心|不用|不必)
        | {_YOU_CHINESE}(?:反映|提|说|要|订|买|问|关心)?的(?!{_PEOPLE_CHINESE}))
    | (?P<to_us>{_TOWARDS}[了过好]?(?:我|咱) | (?:我|咱)们?的(?=[^，,]{{0,10}}{_YOU_CHINESE}))
    | (?P<to_them>{_TOWARDS}[了过好]?(?:他|她|客户|对方|甲方))
    | (?P<yours>{_YOU_CHINESE})
    | (?P<ours>我|咱|本公司|本司|敝)
    | (?P<customers>客户(?!经理|成功|代表)|甲方|业主|招标方|采购方|买方)
    | (?P<opposite>对方)
    | (?P<trades>{any_of("commitments", "trades_chinese")}
        | [\u4e00-\u9fff]工(?![\u4e00-\u9fff]?[作程厂人期地具艺序资商单装业会]))
    | (?P<third>他|她|[\u4e00-\u9fff][总姐哥] | {any_of("commitments", "polite_chinese")})
    """,
    re.VERBOSE,
)


def holder(
    clause: str,
    speaker: Side | None,
    author: Side | None,
    sides: Mapping[str, Side] = _NOBODY,
    *,
    note: bool | None = None,
) -> Side | None:
    """Who owes it; None where nobody knows who speaks: neither a `speaker` within the text nor its `author`.

    `sides` are people whose side is known, by name. `note` says that a text is about the other side, not to
    it: "she sends the list" binds the customer in our note, and one of us in our mail. Where it is None, a
    clause that one of us writes without "you" counts as a note.
    """
    said_by = speaker or author
    if said_by is None:
        return None
    if note is None:
        note = speaker is None and said_by is Side.US and not _YOU.search(clause[:LONGEST])
    promise = clause[:LONGEST]
    ahead = _CONDITION.match(promise)
    promise = promise[ahead.end() :] if ahead else promise
    promise = _BY_CHINESE.split(promise, maxsplit=1)[-1]  # 由 names who acts: "尾款由财务部付清"
    return (
        _known(promise, sides)
        or _acting(promise, said_by, Side.CUSTOMER if note else Side.US)
        or _named(promise, said_by, note=note)
    )


def _known(promise: str, sides: Mapping[str, Side]) -> Side | None:
    """The side of somebody whose name the promise begins with: "Laurel sends the plan"."""
    start = promise.lstrip()
    for name, side in sides.items():
        for word in (name, *name.split()):
            if len(word) > 1 and start.startswith(word) and not _LATIN.match(start, len(word)):
                return side
    return None


def _acting(promise: str, said_by: Side, third: Side) -> Side | None:
    """The side of the first one who acts, else the one opposite to who receives; `third` is "her" side."""
    pattern = _CHINESE if _HAN.search(promise) else _ENGLISH
    sides = {
        "ours": said_by,
        "our": said_by,
        "by_us": said_by,
        "received_by_you": said_by,
        "yours": said_by.other,
        "by_you": said_by.other,
        "promised_to_us": said_by.other,
        "opposite": said_by.other,
        "customers": Side.CUSTOMER,
        "trades": Side.US,
        "third": third,
    }
    parts = [found.lastgroup or "" for found in pattern.finditer(promise.lower())]
    acting = next((part for part in parts if part in sides), None)
    received = next((part for part in parts if part not in sides), None)
    if received and acting in (None, "third"):  # "She'll send you the list": one of the speaker's people
        return said_by.other if received == "to_us" else said_by
    return sides[acting] if acting else None


def _named(promise: str, said_by: Side, *, note: bool) -> Side:
    """Somebody whom nobody knows is of the other side in a note, else of the speaker's; so are things."""
    named = _NAMED.match(promise)
    return said_by.other if named and note and not _THING.match(named["name"]) else said_by
