"""Numbers of persons: of Chinese residents, of US social security, of UK national insurance."""

from collections.abc import Iterator

from kb.language.personal.found import Span
from kb.language.personal.scanning import ANY_CASE, LONG_NUMBER, compact, pattern
from kb.language.personal.words import (
    CALLED_INSURANCE,
    CALLED_RESIDENT,
    CALLED_SOCIAL,
    stands_alone,
    words_before,
)

_DAY_OF_BIRTH = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT = pattern(
    r"[1-8](?<![A-Za-z0-9].)\d{5}([ -]?)(?:18|19|20)\d{2}" + _DAY_OF_BIRTH + r"\1\d{3}[0-9Xx](?![A-Za-z0-9])"
)
_OLD_RESIDENT = pattern(r"[1-8](?<![A-Za-z0-9].)\d{7}" + _DAY_OF_BIRTH + r"\d{3}(?![A-Za-z0-9])")
_PROVINCE = pattern(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")  # GB/T 2260
_SOCIAL = pattern(r"\d(?<![A-Za-z0-9].)(?<!\d[-.].)\d{2}([- ]?)\d{2}\1\d{4}(?![A-Za-z0-9]|[-.]\d)")
_INSURANCE = pattern(
    r"[A-Za-z]{2}(?=[ -]?\d)(?<![A-Za-z0-9]..)(?<![A-Za-z0-9]-..)"
    r"([ -]?)\d{2}([ -]?)\d{2}\2\d{2}\1[A-Da-d](?![A-Za-z0-9]|-[A-Za-z0-9])"
)
_INSURANCE_PREFIX = pattern(
    r"(?!BG|GB|NK|KN|TN|NT|ZZ)(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]|QQ)", flags=ANY_CASE
)


def id_numbers(plain: str) -> Iterator[Span]:
    """Those that their check digit or their form proves, and those of that form that the text calls so."""
    for form, is_one in (*(_RESIDENTS if LONG_NUMBER.search(plain) else ()), *_OTHERS):
        yield from (
            one.span() for one in form.finditer(plain) if is_one(one[0], words_before(plain, one.start()))
        )


def _is_resident(written: str, before: str) -> bool:
    """By the check digit alone: lists of the districts that there were have gaps."""
    from stdnum.cn import ric  # noqa: PLC0415 - most texts have no such number, and loading takes a while

    number = compact(written).upper()
    proved = number[-1] == ric.calc_check_digit(number)
    return bool(_PROVINCE.match(number) and (proved or CALLED_RESIDENT.search(before)))


def _is_old_resident(written: str, before: str) -> bool:
    """It has no check digit."""
    return bool(_PROVINCE.match(written) and CALLED_RESIDENT.search(before))


def _is_social(written: str, before: str) -> bool:
    """Called so, in any form; else only with dashes and of an area and group that may exist."""
    if CALLED_SOCIAL.search(before) or "-" not in written:
        return bool(CALLED_SOCIAL.search(before))
    from stdnum.us import ssn  # noqa: PLC0415 - as above

    return ssn.is_valid(written) and stands_alone(before)


def _is_insurance(written: str, before: str) -> bool:
    """Called so, in any form; else in upper case, and QQ (of the forms' examples) only with spaces."""
    if not _INSURANCE_PREFIX.match(written) or CALLED_INSURANCE.search(before):
        return bool(_INSURANCE_PREFIX.match(written))
    return written.isupper() and (written[:2] != "QQ" or " " in written) and stands_alone(before)


_RESIDENTS = ((_RESIDENT, _is_resident), (_OLD_RESIDENT, _is_old_resident))
_OTHERS = ((_SOCIAL, _is_social), (_INSURANCE, _is_insurance))
