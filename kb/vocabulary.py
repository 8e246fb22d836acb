"""What the ontology allows a statement to say, checked before it enters the ledger."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from kb.errors import InvalidFact
from kb.model.fact import Qualifiers, Value
from kb.model.identity import label_of
from kb.model.moment import to_iso, to_millis
from ontology.terms import PREDICATES
from ontology.vocabulary import Predicate

TEXT_LIMIT = 10_000  # characters of a value; what is longer belongs into the note
UNIT_LIMIT = 40  # characters
SHOWN = 80  # characters of a wrong value that are quoted
DIGITS = 30  # before and after the decimal point
INTEGERS = range(-(2**63), 2**63)  # what both engines store
CURRENCY = re.compile(r"[A-Z]{3}|unknown")


def predicate_of(name: str, subject: str) -> Predicate:
    """The predicate, if the ontology has it for such a subject. Raises InvalidFact."""
    predicate = PREDICATES.get(name)
    if predicate is None:
        raise InvalidFact("predicate", f"{name!r} is not a predicate of the ontology; see docs/ontology.md.")
    label = label_of(subject)
    if predicate.domain and label not in predicate.domain:
        allowed = ", ".join(predicate.domain)
        raise InvalidFact("predicate", f"{name!r} is stated of {allowed}, not of {label}.")
    return predicate


def checked(predicate: Predicate, value: Value | None, object: str | None) -> tuple[Value | None, str | None]:
    """The value in the predicate's own type, or the object if it leads to a node. Raises InvalidFact.

    Decimals stay exact as text, instants become ISO 8601 in UTC.
    """
    if predicate.object_class:
        if not object or label_of(object) != predicate.object_class:
            raise InvalidFact("object", f"{predicate.name!r} leads to the id of a {predicate.object_class}.")
        return None, object
    if value is None or (isinstance(value, str) and not value.strip()):
        raise InvalidFact("value", f"{predicate.name!r} needs a value.")
    return _in_range(predicate, value), None


def _in_range(predicate: Predicate, value: Value) -> Value:
    try:
        match predicate.range:
            case "integer":
                return _integer(value)
            case "decimal":
                return _decimal(value)
            case "dateTime":
                return _instant(str(value))
            case "boolean":
                return _boolean(value)
            case _:
                return _text(value)
    except (ValueError, OverflowError, InvalidOperation) as error:
        shown = str(value)[:SHOWN].encode(errors="replace").decode()
        raise InvalidFact(
            "value", f"{shown!r} is no {predicate.range} as {predicate.name!r} needs."
        ) from error


def checked_unit(predicate: Predicate, unit: str | None) -> str | None:
    """The unit as it is stored. Raises InvalidFact for a currency that is no ISO 4217 code."""
    if unit is None or not unit.strip():
        return None
    if predicate.unit == "currency" and not CURRENCY.fullmatch(unit.strip()):
        raise InvalidFact("unit", f"{predicate.name!r} needs a currency as an ISO 4217 code, such as EUR.")
    if len(unit) > UNIT_LIMIT or not is_storable(unit):
        raise InvalidFact("unit", "A unit is a short word.")
    return unit.strip()


def checked_closing(predicate: str, closing: str | None) -> Qualifiers:
    """How a matter is closed, as a qualifier; () where it is not said. Raises InvalidFact."""
    if not closing:
        return ()
    known = PREDICATES.get(predicate)
    allowed = known.closings if known else ()
    if not allowed:
        raise InvalidFact("closing", f"{predicate!r} cannot be closed; it can only end.")
    if closing not in allowed:
        raise InvalidFact("closing", f"{predicate!r} is closed as one of: {', '.join(allowed)}.")
    return (("closing", closing),)


def is_storable(text: str) -> bool:
    """Whether the text is whole characters: half of one (a surrogate) fits into no store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: Value) -> str:
    text = str(value).strip()
    if len(text) > TEXT_LIMIT or not is_storable(text):
        raise ValueError(text)
    return text


def _integer(value: Value) -> int:
    number = Decimal(str(value).strip())
    if number.adjusted() > DIGITS or number != number.to_integral_value() or int(number) not in INTEGERS:
        raise ValueError(value)
    return int(number)


def _decimal(value: Value) -> str:
    number = Decimal(str(value).strip())
    if not number.is_finite() or abs(number.adjusted()) > DIGITS:
        raise ValueError(value)
    return f"{number:f}"


def _instant(text: str) -> str:
    moment = datetime.fromisoformat(text)
    found = to_iso(to_millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC)))
    if found is None:
        raise ValueError(text)  # beyond the last year
    return found


def _boolean(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).strip().lower() not in {"true", "false"}:
        raise ValueError(value)
    return str(value).strip().lower() == "true"
