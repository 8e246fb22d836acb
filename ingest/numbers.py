"""Numbers as people write them: which mark is the decimal one, and the exact value.

"1.234" is a thousand in Rotterdam and one and a bit in London. Which of the
two a column means is decided by all of its values, never by one alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ingest.currencies import currency_of, is_currency

POINT, COMMA = ".", ","
MARKS = (POINT, COMMA)
DIGITS = 30  # of a number, before and after its mark together
_LONGEST = 100  # characters with signs, groups and currency

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<body>[0-9][0-9., ']*|[.,][0-9]+)(?:[eE](?P<power>[+-]?[0-9]{1,2}))?(?P<after>-?)"
)
# Groups of three, or the Indian way: groups of two and then one of three.
_GROUPED = re.compile(r"[0-9]{1,3}(?P<g>[., '])[0-9]{3}(?:(?P=g)[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_WITH_CURRENCY = re.compile(
    r"(?P<before>[^0-9.,+\-\s]{0,4}\.?) \s* (?P<number>[+-]?[0-9.,][0-9.,\ 'eE+-]*?) \s*"
    r"(?P<after>[^0-9.,+\-\s]{0,4}\.?)",
    re.VERBOSE,
)
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_SIGNS = {
    ord(sign): plain for sign, plain in zip("\u2212\u2019\u00a0\u202f\u3000\u066c", "-'   '", strict=True)
}
_FULL_WIDTH = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_PLAIN = _SIGNS | _FULL_WIDTH


def plain_number(text: str, mark: str = POINT) -> str:
    """The exact value as a plain decimal: no exponent, no group signs, no zeros that say nothing.

    Understands group signs (point, comma, space, apostrophe), a sign before or
    after, parentheses for negative, a currency sign or code, full-width
    digits. "1.234,50" with mark "," is "1234.5"; zero is "0". Raises
    ValueError for anything else and for more than DIGITS digits.
    """
    found = _match(text)
    if found is None or (found["sign"] and found["after"]):
        raise ValueError(f"not a number: {text[:40]!r}")
    whole, _, fraction = found["body"].partition(mark)
    if not (whole == "" or whole.isdigit() or _GROUPED.fullmatch(whole)) or not (fraction + "0").isdigit():
        raise ValueError(f"not a number with the decimal mark {mark!r}: {text[:40]!r}")
    digits = "".join(filter(str.isdigit, whole))
    if found["power"]:
        digits, fraction = _shifted(digits, fraction, int(found["power"]))
    return _canonical(found["sign"] == "-" or found["after"] == "-", digits, fraction)


def exact(text: str, mark: str = POINT) -> Decimal:
    """The exact value. Raises ValueError as plain_number does."""
    return Decimal(plain_number(text, mark))


def _match(text: str) -> re.Match[str] | None:
    return _NUMBER.fullmatch(_bare(text)) if len(text) <= _LONGEST else None


def _bare(text: str) -> str:
    """The number without a currency and surrounding spaces, a negative in parentheses with a minus."""
    text = (text if text.isascii() else text.translate(_PLAIN)).strip()
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1].strip()
    if text[-1:].isdigit() and text[:1].isdigit():
        return text
    sign, rest = (text[0], text[1:]) if text[:1] in ("-", "+") else ("", text)
    found = _WITH_CURRENCY.fullmatch(rest)
    if found is None or bool(found["before"]) == bool(found["after"]):
        return text
    return sign + found["number"] if is_currency(found["before"] or found["after"]) else text


def currency_in(text: str) -> str | None:
    """The currency that stands beside a number, as in "€ 12,50" or "12.50 EUR"."""
    found = _WITH_CURRENCY.fullmatch(text.strip().lstrip("+-")) if len(text) <= _LONGEST else None
    return currency_of(found["before"] or found["after"]) if found else None


def _shifted(whole: str, fraction: str, power: int) -> tuple[str, str]:
    """Digits before and after the mark once it has moved `power` places to the right."""
    text = format(Decimal(f"{whole or 0}.{fraction or 0}E{power}"), "f")
    before, _, after = text.partition(".")
    return before, after


def _canonical(negative: bool, whole: str, fraction: str) -> str:
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if len(whole) + len(fraction) > DIGITS:
        raise ValueError(f"a number of more than {DIGITS} digits")
    value = f"{whole or '0'}.{fraction}" if fraction else whole or "0"
    return f"-{value}" if negative and value != "0" else value


@dataclass(slots=True)
class Marks:
    """What the values of one column show about its decimal mark.

    `typed` says that the values were number cells of a workbook once, whose
    own mark is always the point: there "1.234" is no riddle.
    """

    typed: bool = False
    point: int = 0
    comma: int = 0
    either: str = ""  # the first value that could be read both ways

    def see(self, text: str) -> None:
        """Count one value. Values that are not numbers show nothing."""
        found = _match(text)
        if found is None or found["power"]:
            return
        body = found["body"].strip()
        mark = _shown(body)
        if mark is None and _EITHER.fullmatch(body):
            self._see_either(body, text)
        elif mark == POINT:
            self.point += 1
        elif mark == COMMA:
            self.comma += 1

    def _see_either(self, body: str, text: str) -> None:
        if self.typed and POINT in body:
            self.point += 1
        else:
            self.either = self.either or text

    @property
    def shown(self) -> str | None:
        """The mark that most values show, None where none shows any or as many show the other."""
        if self.point == self.comma:
            return None
        return POINT if self.point > self.comma else COMMA

    @property
    def contradictory(self) -> bool:
        return self.point > 0 and self.comma > 0

    @property
    def settled(self) -> bool:
        """Whether the values alone decide, or there is nothing to decide."""
        if self.contradictory:
            return self.shown is not None and not self.either
        return self.shown is not None or not self.either


def decimal_mark(values: Iterable[str], *, typed: bool = False) -> str | None:
    """The decimal mark of a column: "." or ","; "." where all its values read the same either way.

    None where the values leave it open ("1.234" and nothing clearer), or
    contradict each other so that it matters: then somebody must be asked.
    """
    marks = Marks(typed=typed)
    for value in values:
        marks.see(value)
    return (marks.shown or POINT) if marks.settled else None


def _shown(body: str) -> str | None:
    """The decimal mark that one number shows for itself, or None."""
    last = max(body.rfind(POINT), body.rfind(COMMA))
    if last < 0:
        return None
    mark, other = (POINT, COMMA) if body[last] == POINT else (COMMA, POINT)
    if body.count(mark) > 1:
        return other if _GROUPED.fullmatch(body) else None
    if other in body or not body[:last].isdigit() or not _EITHER.fullmatch(body):
        return mark if _reads(body, mark) else None
    return None


def _reads(body: str, mark: str) -> bool:
    try:
        plain_number(body, mark)
    except ValueError:
        return False
    return True
