"""Whether a number is one of a country's plan of phone numbers, and is grouped as is usual there."""

from kb.language.personal.scanning import compact, pattern

_POSSIBLE, _VALID, _GROUPED = 0, 1, 2  # phonenumbers.Leniency: POSSIBLE, VALID, STRICT_GROUPING
_ABROAD = pattern(r"\(?(?:00(?=\(?[2-9]|1[ -])|011[ -]?(?=[1-9]))")
_FICTIONAL = pattern(r"(?:(?:00)?440?|0)(?:7700900|2079460|1632960|8081570)\d{3}")  # Ofcom's, for drama
_AREA_OF_CHINA = r"\(?0(?:10|2\d|[3-9]\d{2})"
LANDLINE_OF_CHINA = pattern(_AREA_OF_CHINA + r"(?:\)[ -]?|[ -]| - )\d{3,4}[ -]?\d{4}")
_BLOCK_OF_CHINA = pattern(_AREA_OF_CHINA + r"\d{7,8}")
_HONG_KONG_NUMBER = pattern(r"[2-9]\d{3}[ -]?\d{4}")
# The forms that need no word beside them. Blocks are mobile numbers, or of the country's one length.
_NATIONAL = tuple(
    (region, leniency, pattern(form))
    for region, leniency, form in (
        ("CN", _VALID, r"(?:86[ -]?)?1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]\d{4}|\d[ -]\d{3}[ -]\d{4}"
         r"|\d[ -]\d{4}[ -]\d{3}|[ -]\d{8})"),
        ("CN", _VALID, r"86[ -]\(?(?:10|2\d|[3-9]\d{2})\)?[ -]?\d{3,4}[ -]?\d{4}"),
        ("CN", _VALID, r"[48]00(?:[ -]\d{3}[ -]?\d{4}|[ -]?\d{4}[ -]\d{3})"),
        ("GB", _VALID, r"0[1-378]\d{9}|07\d{2}[ -]\d{3}[ -]\d{4}"),
        ("GB", _GROUPED, r"\(?0\d{2,4}(?:\)[ .-]?|[ .-])\d[0-9 .-]{5,10}"),
        ("US", _VALID, r"(?:1[ .-]?)?(?:\([2-9]\d{2}\)[ .-]?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}"),
        ("NL", _VALID, r"06[ -]?\d{8}|06(?:[ -]\d{2}){4}|06[ -]\d{4}[ -]\d{4}|06(?:[ -]\d{2,3}){3}"),
        ("NL", _GROUPED, r"\(?0\d{2,3}(?:\)[ -]?|[ -])\d[0-9 ]{5,8}"),
        ("DE", _VALID, r"01[567]\d{8,9}"),
        ("DE", _GROUPED, r"\(?0\d{2,4}(?:\) ?| ?[/ -] ?)\d[0-9 ]{4,10}"),
        ("CN", _VALID, LANDLINE_OF_CHINA.pattern),
        ("HK", _VALID, r"(?:852[ -]|\(852\) ?)\d{4}[ -]?\d{4}"),
    )
)  # fmt: skip
_AMERICAN = pattern(r"(?:1[ -])?(?:\([2-9]\d{2}\) ?|555-)\d{3}-\d{4}")  # nothing else is written so


def is_abroad(written: str) -> bool:
    """With a country's code: by its plan of numbers, or after a "+" of a length that there may be."""
    number = _ABROAD.sub("+", written)
    if "+" not in number:
        return False
    if _FICTIONAL.fullmatch(compact(number)) or _is_number(number, None, _VALID):
        return True
    return "+" in written and len(compact(written)) > 9 and _is_number(number, None, _POSSIBLE)


def is_national(written: str, chinese: bool, hong_kong: bool) -> bool:
    """Without one, in a usual form; some count only in a text that is Chinese, or that names Hong Kong."""
    digits = compact(written)
    if _FICTIONAL.fullmatch(digits) or _AMERICAN.fullmatch(written):
        return True
    if chinese and LANDLINE_OF_CHINA.fullmatch(written):
        return True
    if chinese and _BLOCK_OF_CHINA.fullmatch(written) and _is_number(written, "CN", _VALID):
        return True
    if hong_kong and _HONG_KONG_NUMBER.fullmatch(written) and _is_number(written, "HK", _VALID):
        return True
    return len(digits) >= 9 and any(
        _is_number(written, region, leniency)
        for region, leniency, form in _NATIONAL
        if form.fullmatch(written)
    )


def _is_number(written: str, region: str | None, leniency: int) -> bool:
    """Whether phonenumbers takes all of it for one number of the region, or of any that a "+" names."""
    from phonenumbers import PhoneNumberMatcher  # noqa: PLC0415 - most texts have none, and it takes 70 ms

    found = PhoneNumberMatcher(written, region, leniency)
    return any(one.start <= 1 and one.end == len(written) for one in found)
