"""Organisations and their people from a table, one record a row.

A row gives the customer, the contact, or both with the role that links them.
Two people of one name are two people: what tells them is their e-mail, else
their phone, else the customer they are named at.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.columns import missing
from ingest.names import contact_id, customer_id, email, phone
from ingest.profile import Prepared, Profile, prepared
from ingest.records import Entry, Reading
from ingest.rows import CODE_LIMIT, Cells, Flaw, entries
from kb.model.ledger import Json, Payload, Reason, RecordKind

_OF_AN_ORGANISATION = ("customer_no", "organisation", "organisation_zh")
_OF_A_PERSON = ("name", "name_zh", "email", "phone")


def read(path: Path, reading: Reading, profile: Profile | None = None) -> Iterator[Entry]:
    """Records of kind NODE, payload {"nodes": [customer, contact]}, key "contacts/<customer>/<contact>".

    Raises InvalidFile, before the first entry, where no column tells an
    organisation or a person, and as ingest.profile.guess_profile does.
    """
    table = _named(prepared(path, reading, "contacts", profile))
    if not table.places.keys() & {*_OF_AN_ORGANISATION, *_OF_A_PERSON}:
        raise missing("organisation", table.table.header)
    return entries(
        table, RecordKind.NODE, _nodes, table.needed("customer_no", "organisation", "name", "email")
    )


def _named(table: Prepared) -> Prepared:
    """The table with "name" as the organisation's where nothing else in it is of people: a customer list."""
    places = dict(table.places)
    of_people = places.keys() & {"organisation", "organisation_zh", "name_zh", "email", "phone", "role"}
    if "customer_no" in places and "name" in places and not of_people:
        places["organisation"] = places.pop("name")
    return replace(table, places=places)


def _nodes(row: Cells) -> tuple[str, Payload]:
    customer, contact = _customer(row), _contact(row)
    if contact is not None:
        contact |= _identity(row, customer)
    found = [node for node in (customer, contact) if node is not None]
    if not found:
        raise Flaw(Reason.MISSING_FIELD, "organisation")
    parts = [str(node["id"]).partition(":")[2] if node else "" for node in (customer, contact)]
    return "/".join(["contacts", *parts]).rstrip("/"), {"nodes": found}


def _customer(row: Cells) -> dict[str, Json] | None:
    """The organisation, by its number, else by its name; None where the row has neither."""
    number = row.text("customer_no", limit=CODE_LIMIT)
    name, name_zh = row.text("organisation"), row.text("organisation_zh")
    if not (number or name or name_zh):
        return None
    props = {
        "customer_no": number,
        "organisation": "" if number else name or name_zh,
        "name": name or name_zh,
        "name_zh": name_zh,
        "country": row.text("country"),
        "city": row.text("city"),
        "industry": row.text("industry"),
        "team": row.text("team"),
        "owner": row.text("account_manager"),
    }
    return _node("Customer", customer_id(number, name or name_zh), (name, name_zh), props)


def _contact(row: Cells) -> dict[str, Json] | None:
    """The person without identity and links; None where the row names none."""
    addresses = row.several("email")
    for address in addresses:
        if email(address) is None:
            raise Flaw(Reason.BAD_VALUE, "email", address)
    props = {
        "name": row.text("name") or row.text("name_zh"),
        "name_zh": row.text("name_zh"),
        "role": row.text("role"),
        "email": (email(addresses[0]) or "") if addresses else "",
        "phone": phone(row.text("phone")) or row.text("phone"),
        "language": row.text("language", limit=CODE_LIMIT).lower(),
    }
    if not (props["name"] or props["email"] or props["phone"]):
        return None
    return _node("Contact", "", (row.text("name"), row.text("name_zh")), props)


def _identity(row: Cells, customer: dict[str, Json] | None) -> dict[str, Json]:
    """The contact's id and role. Raises Flaw where nothing tells it from its namesakes."""
    addresses, number = row.several("email"), row.text("phone")
    name = row.text("name") or row.text("name_zh")
    at = str(customer["id"]) if customer else ""
    if not (at or addresses or phone(number)):
        raise Flaw(Reason.MISSING_FIELD, "organisation")
    id = contact_id(address=addresses[0] if addresses else None, number=number, customer=at, name=name)
    return {"id": id, "links": [_role(row, at)] if at else []}


def _role(row: Cells, customer: str) -> dict[str, Json]:
    """The link to the customer; `since` and `until` are calendar days, both included."""
    since, until = row.day("since"), row.day("until")
    if since and until and until < since:
        raise Flaw(Reason.BAD_VALUE, "until", row.raw("until"))
    link: dict[str, Json] = {"rel": "CONTACT_OF", "target": customer}
    about = {"role": row.text("role"), "since": since, "until": until}
    return link | {name: value for name, value in about.items() if value}


def _node(type: str, id: str, names: tuple[str, ...], props: dict[str, str]) -> dict[str, Json]:
    return {
        "id": id,
        "type": type,
        "names": list(dict.fromkeys(filter(None, names))),
        "props": {name: value for name, value in props.items() if value},
        "links": [],
    }
