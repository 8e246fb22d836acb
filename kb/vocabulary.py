"""What the ontology allows a statement to say, checked before it enters the ledger."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from kb.errors import InvalidFact
from kb.model.fact import Value
from kb.model.identity import label_of
from kb.model.moment import to_iso, to_millis
from ontology.terms import PREDICATES
from ontology.vocabulary import Predicate


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
                return int(value)
            case "decimal":
                return _decimal(value)
            case "dateTime":
                return _instant(str(value))
            case "boolean":
                return _boolean(value)
            case _:
                return str(value).strip()
    except (ValueError, InvalidOperation) as error:
        raise InvalidFact(
            "value", f"{value!r} is no {predicate.range} as {predicate.name!r} needs."
        ) from error


def _decimal(value: Value) -> str:
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError(value)
    return f"{number:f}"


def _instant(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return to_iso(to_millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC))) or text


def _boolean(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).strip().lower() not in {"true", "false"}:
        raise ValueError(value)
    return str(value).strip().lower() == "true"
