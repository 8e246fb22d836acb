"""Accounts and cards, by their check digits and by the forms of countries and of schemes."""

from collections.abc import Iterator

from kb.language.personal.found import Kind, Span
from kb.language.personal.scanning import LONG_NUMBER, compact, pattern, possible_ends, scan
from kb.language.personal.words import CALLED_CARD, GOES_ON, JOINED, stands_alone, words_before

_IBAN_START = pattern(r"[A-Za-z]{2}\d{2}(?<![A-Za-z0-9]....)(?=[ -]?[A-Za-z0-9]{2})")
_IBAN_RUN = pattern(r"[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){10,30}(?![A-Za-z0-9])")

# By Luhn's check digit and the ranges of the schemes (ISO/IEC 7812; the schemes' own lists).
_CARD_START = pattern(r"[234568](?<![A-Za-z0-9].)(?=\d{3})")
_CARD_RUN = pattern(r"\d{4,19}(?:(?:-| {1,3})\d{1,15}){0,5}")
_SCHEMES = pattern(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:62|81)\d{14,17}"  # UnionPay
    r"|(?:6011|64[4-9]\d|65\d{2})\d{12,15}"  # Discover
    r"|35(?:2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}"  # Maestro
)


def ibans(plain: str) -> Iterator[Span]:
    """By their check digits, wherever they stand."""
    return scan(Kind.IBAN, _IBAN_START, plain, _end_of_iban)


def _end_of_iban(plain: str, start: int) -> int | None:
    from stdnum import iban  # noqa: PLC0415 - most texts have no such thing, and loading it takes 60 ms

    ends = possible_ends(plain, start, _IBAN_RUN)
    return next((end for end in ends if iban.is_valid(compact(plain[start:end]), check_country=False)), None)


def cards(plain: str) -> Iterator[Span]:
    """By their check digit and their scheme, unless words or what they are joined to say otherwise."""
    return scan(Kind.CARD, _CARD_START, plain, _end_of_card) if LONG_NUMBER.search(plain) else iter(())


def _end_of_card(plain: str, start: int) -> int | None:
    return next((end for end in possible_ends(plain, start, _CARD_RUN) if _is_card(plain, start, end)), None)


def _is_card(plain: str, start: int, end: int) -> bool:
    """One block of digits may number an order or, with 13 of them, an article: words decide then."""
    digits = compact(plain[start:end])
    if not _SCHEMES.fullmatch(digits) or GOES_ON.match(plain, end):
        return False
    from stdnum import ean, luhn  # noqa: PLC0415 - as above

    if not luhn.is_valid(digits):
        return False
    before = words_before(plain, start)
    if len(digits) < end - start or CALLED_CARD.search(before):
        return not JOINED.search(before)
    return stands_alone(before) and not ean.is_valid(digits)
