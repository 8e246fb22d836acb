"""What programs get: the same shapes from the command line (--json) and from /api/v1.

Instants are ISO 8601 in UTC, or null for an open end. Amounts are exact decimals as text, never floats.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from kb.model.account import Account
from kb.model.fact import Evidence, Fact, Quote
from kb.model.listing import Listing
from kb.model.moment import BEGINNING, to_iso
from kb.model.reading import (
    Customer,
    CustomerRow,
    Interaction,
    OpenedFact,
    Reachable,
    RejectedRow,
    RunDetail,
    RunRow,
    TouchRow,
)

Shape: TypeAlias = dict[str, Any]
Item = TypeVar("Item")

BOOKKEEPING = {"search", "name_key", "features"}  # of a product: the store's own, or told beside the others


def fact_json(fact: Fact) -> Shape:
    """One version of a statement. It has `object` (the id of a node) or `value`, never both."""
    claim = fact.claim
    said: Shape = {"value": claim.value} if claim.object is None else {"object": claim.object}
    return {
        "id": fact.id,
        "statement": fact.statement,
        "subject": claim.subject,
        "predicate": claim.predicate,
        **said,
        "unit": claim.unit,
        "qualifiers": dict(claim.qualifiers),
        "kind": claim.kind.value,
        "confidence": claim.confidence,
        "status": fact.status.value,
        "valid_from": _instant(fact.valid_from),
        "valid_to": _instant(fact.valid_to),
        "recorded_at": _instant(fact.recorded_at),
        "superseded_at": _instant(fact.superseded_at),
        "evidence": [evidence_json(item) for item in claim.evidence],
    }


def evidence_json(item: Evidence) -> Shape:
    """Code points [start, end) of an interaction's text; both 0 for a whole interaction or a premise."""
    if isinstance(item, Quote):
        return {"interaction": item.interaction, "start": item.start, "end": item.end, "text": item.text}
    return {"fact": item.fact, "start": 0, "end": 0, "text": ""}


def listing_json(listing: Listing[Item], shape: Callable[[Item], Shape]) -> Shape:
    """A cut list: `total` exist, these begin at `offset`."""
    return {
        "items": [shape(item) for item in listing.items],
        "total": listing.total,
        "offset": listing.offset,
    }


def customer_row_json(row: CustomerRow) -> Shape:
    return {
        "id": row.id,
        "name": row.name,
        "name_zh": row.name_zh,
        "country": row.country,
        "team": row.team,
        "owner": row.owner,
        "orders": row.orders,
        "last_order": _maybe(row.last_order),
        "spend": _amounts(row.spend),
    }


def customer_json(found: Customer) -> Shape:
    return {
        "id": found.id,
        "name": found.name,
        "properties": {
            key: _maybe(value) if key == "last_order" and isinstance(value, int) else value
            for key, value in found.props.items()
        },
        "contacts": [
            {
                "id": row.id,
                "name": row.name,
                "name_zh": row.name_zh,
                "role": row.role,
                "email": row.email,
                "phone": row.phone,
                "since": row.since,
                "until": row.until,
            }
            for row in found.contacts
        ],
    }


def product_json(found: Mapping[str, Any]) -> Shape:
    """`found` is what Knowledge.product answers."""
    return {
        "id": found["id"],
        "name": found.get("name") or found["id"],
        "properties": {key: value for key, value in found.items() if key not in BOOKKEEPING},
        "features": [
            {"id": one["id"], "name": one["name"], "name_zh": one.get("name_zh")} for one in found["features"]
        ],
    }


def touch_json(row: TouchRow) -> Shape:
    return {
        "id": row.id,
        "channel": row.channel,
        "direction": row.direction,
        "at": _instant(row.at),
        "title": row.title,
        "excerpt": row.excerpt,
        "thread": row.thread,
        "people": list(row.people),
        "lines": row.lines,
        "amounts": _amounts(row.amounts) if row.lines else [],
    }


def interaction_json(found: Interaction) -> Shape:
    return {
        "id": found.id,
        "channel": found.channel,
        "direction": found.direction,
        "at": _instant(found.at),
        "at_source": found.at_source,
        "ends_at": _maybe(found.ends_at),
        "title": found.title,
        "text": found.text,
        "language": found.language,
        "thread": found.thread,
        "participants": [
            {"role": one.role, "name": one.name, "address": one.address, "node": one.node}
            for one in found.participants
        ],
        "mentions": [
            {"node": one.node, "label": one.label, "name": one.name, "start": one.start, "end": one.end}
            for one in found.mentions
        ],
        "attachments": list(found.attachments),
        "lines": [
            {
                "product": line.product,
                "name": line.name,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "amount": line.amount,
                "currency": line.currency,
            }
            for line in found.lines
        ],
        "customers": [{"id": id, "name": name} for id, name in found.customers],
    }


def reachable_json(one: Reachable) -> Shape:
    """`contact` is null for the customer itself."""
    return {
        "customer": one.customer,
        "customer_name": one.customer_name,
        "contact": one.contact,
        "contact_name": one.contact_name,
        "role": one.role,
        "until": one.until,
    }


def opened_json(opened: OpenedFact) -> Shape:
    """A fact with the names of its ends, the versions of its statement, and what it was computed from."""
    return {
        **fact_json(opened.fact),
        "subject_name": opened.subject_name,
        "object_name": opened.object_name,
        "history": [fact_json(version) for version in opened.history],
        "history_total": opened.history_total,
        "computed_from": {
            "items": [touch_json(row) for row in opened.computed_from],
            "total": opened.computed_total,
            "offset": 0,
        },
    }


def run_json(row: RunRow) -> Shape:
    return {
        "id": row.id,
        "source": row.source,
        "title": row.title,
        "started_by": row.started_by,
        "recorded_at": _instant(row.recorded_at),
        "status": row.status,
        "stage": row.stage,
        "records": row.records,
        "accepted": row.accepted,
        "duplicate": row.duplicate,
        "rejected": row.rejected,
        "applied": row.applied,
        "expected": row.expected,
        "done_of_expected": row.done_of_expected,
        "reason": row.reason,
        "seconds": row.seconds,
    }


def run_detail_json(detail: RunDetail) -> Shape:
    return {
        **run_json(detail.run),
        "profile": dict(detail.profile),
        "reasons": [
            {"reason": reason, "field": name, "count": count} for reason, name, count in detail.reasons
        ],
    }


def account_json(account: Account) -> Shape:
    """Never the password, nor what is made from it."""
    return {
        "name": account.name,
        "display_name": account.display_name,
        "roles": sorted(account.roles),
        "teams": sorted(account.teams),
        "customer": account.customer,
        "locale": account.locale,
        "timezone": account.timezone,
        "disabled": account.disabled,
        "demo": account.demo,
    }


def rejected_json(row: RejectedRow) -> Shape:
    return {
        "place": row.place,
        "field": row.field,
        "value": row.value,
        "reason": row.reason,
        "raw": row.raw,
    }


def _instant(millis: int) -> str | None:
    """null where there is no beginning or no end."""
    return None if millis <= BEGINNING else to_iso(millis)


def _maybe(millis: int | None) -> str | None:
    return None if millis is None else _instant(millis)


def _amounts(amounts: tuple[tuple[str, str], ...]) -> list[Shape]:
    """`currency` is null where nobody stated it."""
    return [
        {"currency": None if currency == "unknown" else currency, "amount": amount}
        for currency, amount in amounts
    ]
