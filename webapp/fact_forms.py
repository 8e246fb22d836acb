"""The forms by which people state and change facts, parsed into what the knowledge base is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.numbers import is_currency

from kb.knowledge import STATABLE
from kb.model.fact import Kind, Value
from ontology.vocabulary import Predicate
from webapp import vocabulary
from webapp.forms import Fields
from webapp.translate import gettext as _

PREFIXES = {"Customer": "customer:", "Product": "product:", "Contact": "contact:", "Feature": "feature:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a statement says: a value or an object, never both."""

    value: Value | None
    object: str | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A new statement. Instants are epoch milliseconds; `valid_to` None while it holds."""

    predicate: str
    said: Said
    kind: Kind
    confidence: float
    valid_from: int
    valid_to: int | None
    said_at: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """Only what was changed; None keeps what is there."""

    said: Said
    confidence: float | None
    valid_from: int | None
    valid_to: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    at: int
    note: str
    closing: str | None  # of a matter: how it was closed


def parse_statement(form: Mapping[str, str], subject_label: str, zone: ZoneInfo, now: int) -> Stated:
    """Raises FormError naming every bad field at once, in the reader's words."""
    allowed = {known.name for known in vocabulary.stated_of(subject_label)}
    with Fields(form) as fields:
        predicate = fields.choice("predicate", allowed, _("Choose what the fact is about."))
        said = _said(fields, vocabulary.find(predicate), required=True)
        kind = fields.choice("kind", STATABLE, _("Choose how it is known."))
        confidence = fields.percent("confidence", _("Give a number from 0 to 100."))
        valid_from = fields.instant("valid_from", zone, _date_wanted())
        valid_to = _end(fields, zone, valid_from)
        said_at = fields.instant("said_at", zone, _date_wanted())
        note = fields.text("note", _("Write how you know it."))
    return Stated(
        predicate=predicate,
        said=said,
        kind=Kind(kind),
        confidence=confidence,
        valid_from=now if valid_from is None else valid_from,
        valid_to=valid_to,
        said_at=said_at,
        note=note,
    )


def parse_correction(
    form: Mapping[str, str], before: Mapping[str, str], predicate: str, zone: ZoneInfo
) -> Corrected:
    """`before` is what the fields held when the form was shown: what is left as it was is not touched."""
    changed = {name: text for name, text in form.items() if text.strip() != before.get(name, "")}
    with Fields(changed) as fields:
        said = _said(fields, vocabulary.find(predicate), required=False)
        percent_wanted = _("Give a number from 0 to 100.")
        confidence = fields.percent("confidence", percent_wanted) if "confidence" in changed else None
        valid_from = fields.instant("valid_from", zone, _date_wanted())
        valid_to = _end(fields, zone, valid_from)
        note = fields.text("note", _("Write how you know it."))
        if not changed.keys() - {"note", "csrf_token"}:
            fields.wrong("value", _("Change at least one thing."))
    return Corrected(said=said, confidence=confidence, valid_from=valid_from, valid_to=valid_to, note=note)


def parse_end(form: Mapping[str, str], predicate: str, zone: ZoneInfo, now: int) -> Ended:
    """From when on it is no longer true, how that is known, and of a matter how it was closed."""
    allowed = vocabulary.closings(predicate)
    with Fields(form) as fields:
        how = fields.choice("closing", allowed, _("Choose how it was closed.")) if allowed else None
        at = fields.instant("at", zone, _date_wanted())
        note = fields.text("note", _("Write how you know it."))
    return Ended(at=now if at is None else at, note=note, closing=how)


def parse_note(form: Mapping[str, str]) -> str:
    with Fields(form) as fields:
        return fields.text("note", _("Write how you know it."))


def _said(fields: Fields, known: Predicate | None, *, required: bool) -> Said:
    text = fields.optional("value")
    unit = _unit(fields, known, required=required)
    if text is None:
        if required:
            fields.wrong("value", _("Write what you know."))
        return Said(value=None, object=None, unit=unit)
    if known and known.object_class:
        return Said(value=None, object=_node(text, known.object_class), unit=None)
    return Said(value=_value(fields, text, known), object=None, unit=unit)


def _value(fields: Fields, text: str, known: Predicate | None) -> Value:
    """Decimals stay text, so that they stay exact."""
    kind = known.range if known else "string"
    if kind == "integer":
        exact = fields.number("value", _("Give a whole number."))
        if exact != exact.to_integral_value():
            fields.wrong("value", _("Give a whole number."))
        return int(exact)
    if kind == "decimal":
        return str(fields.number("value", _("Give a number.")))
    return text


def _unit(fields: Fields, known: Predicate | None, *, required: bool) -> str | None:
    unit = fields.optional("unit")
    if known is None or known.unit != "currency":
        return unit
    code = (unit or "").upper()
    if (required or unit) and not is_currency(code):
        fields.wrong("unit", _("Give a currency code such as EUR or CNY."))
    return code or None


def _node(text: str, label: str) -> str:
    """A full id as it stands; otherwise a stock or customer number, completed."""
    prefix = PREFIXES.get(label, f"{label.lower()}:")
    if text.startswith(prefix):
        return text
    return prefix + (text.upper() if label == "Product" else text)


def _end(fields: Fields, zone: ZoneInfo, valid_from: int | None) -> int | None:
    valid_to = fields.instant("valid_to", zone, _date_wanted())
    if valid_to is not None and valid_from is not None and valid_to <= valid_from:
        fields.wrong("valid_to", _("The end must come after the beginning."))
    return valid_to


def _date_wanted() -> str:
    return _("Give a date, or leave it empty.")
