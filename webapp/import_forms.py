"""What a person says about a file, parsed: its kind, and what it does not say itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import is_currency

from webapp import wording
from webapp.forms import Fields
from webapp.translate import gettext as _

DAY_FIRST = {"": None, "day": True, "month": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    source: str
    timezone: str | None
    day_first: bool | None  # None: the file's own values decide
    currency: str | None
    columns: dict[str, str] = field(default_factory=dict)  # our field -> the file's column


def parse_file(form: Mapping[str, str], sent: bool) -> FileForm:
    """`sent`: whether a file came with the form. Raises FormError naming every bad field at once."""
    with Fields(form) as fields:
        if not sent:
            fields.wrong("file", _("Choose a file."))
        source = fields.choice("source", wording.SOURCES, _("Choose what kind of file it is."))
        order = fields.choice("day_first", DAY_FIRST, _("Choose the order of day and month."))
        timezone = _timezone(fields)
        currency = _currency(fields)
        columns = _columns(fields, form)
    return FileForm(
        source=source, timezone=timezone, day_first=DAY_FIRST[order], currency=currency, columns=columns
    )


def _timezone(fields: Fields) -> str | None:
    name = fields.optional("timezone")
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.wrong("timezone", _("Give a time zone such as Europe/Amsterdam."))
        return None


def _currency(fields: Fields) -> str | None:
    code = (fields.optional("currency") or "").upper()
    if code and not is_currency(code):
        fields.wrong("currency", _("Give a currency code such as EUR or CNY."))
    return code or None


def chosen_columns(form: Mapping[str, str]) -> dict[str, str]:
    """Our field -> the file's column, from pairs "column-N" (the file's) and "field-N" (ours or empty)."""
    return {ours: column for _number, ours, column in _pairs(form)}


def _columns(fields: Fields, form: Mapping[str, str]) -> dict[str, str]:
    seen: set[str] = set()
    for number, ours, _column in _pairs(form):
        if ours in seen:
            fields.wrong(f"field-{number}", _("Two columns cannot be the same thing."))
        seen.add(ours)
    return chosen_columns(form)


def _pairs(form: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(number, our field, the file's column) of the columns that are used."""
    for name, column in form.items():
        kind, _dash, number = name.partition("-")
        ours = form.get(f"field-{number}", "").strip() if kind == "column" else ""
        if ours:
            yield number, ours, column
