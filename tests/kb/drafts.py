"""Drafts of ledger records, as the sources make them: order lines, nodes, interactions, links, facts."""

from collections.abc import Iterable, Sequence

from kb.model.acts import Act, State
from kb.model.fact import Claim, Evidence, Kind, Qualifiers, Quote, Value
from kb.model.ledger import Draft, Json, Payload, RecordKind, Rejection
from kb.model.moment import FOREVER, Interval
from kb.projection.acts_json import payload_of, refs_of
from tests.kb.parts import START


def line(
    order: str,
    customer: str | None = "C-1",
    product: str = "P-1",
    *,
    quantity: str = "1",
    price: str | None = "10",
    currency: str | None = "EUR",
    at: int = START,
    occurrence: int = 1,
    category: str | None = None,
) -> Draft:
    """An order line. Its key is the order, the product and which time it stands there."""
    payload: dict[str, Json] = {
        "order": order,
        "customer": customer,
        "product": product,
        "quantity": quantity,
        "unit_price": price,
        "currency": currency,
        "at": at,
    }
    if category:
        payload["category"] = category
    return Draft(
        kind=RecordKind.ORDER_LINE,
        key=f"orders/{order}/{product}" + (f"#{occurrence}" if occurrence > 1 else ""),
        unit=f"order:{order}",
        subject=None if customer is None else f"customer:{customer}",
        payload=payload,
        place=1,
        raw=f"{order};{product}".encode(),
    )


def node(
    id: str,
    *names: str,
    source: str = "contacts",
    rank: int = 0,
    links: Sequence[tuple[str, str]] = (),
    derived: bool = False,
    **props: Json,
) -> Draft:
    """A record about a node; its name is the first of the names."""
    shown: dict[str, Json] = {"name": names[0], **props} if names else {**props}
    payload: dict[str, Json] = {
        "id": id,
        "names": list(names),
        "props": shown,
        "links": [{"rel": rel, "target": target} for rel, target in links],
    }
    if rank:
        payload["rank"] = rank
    return Draft(
        kind=RecordKind.NODE,
        key=f"{source}/{id}",
        unit=id,
        payload=payload,
        refs=tuple(target for _, target in links),
        derived=derived,
    )


def ordered(*lines: Draft) -> tuple[Draft, ...]:
    """Order lines, and after them the customers and products that they name, as files of orders do."""
    named = {draft.subject for draft in lines if draft.subject}
    named |= {f"product:{draft.payload['product']}" for draft in lines}
    return (*lines, *(node(id, source="orders", derived=True) for id in sorted(named)))


def mail(
    id: str,
    text: str = "Hello.",
    *,
    about: Iterable[str] = (),
    at: int = START,
    channel: str = "email",
    direction: str = "inbound",
    title: str = "A mail",
    by: str = "mail",
    people: Sequence[tuple[str, str]] = (),
) -> tuple[Draft, ...]:
    """An interaction, and its links to those it is about."""
    payload: dict[str, Json] = {
        "id": id,
        "channel": channel,
        "direction": direction,
        "at": at,
        "ends_at": None,
        "at_source": "stated",
        "title": title,
        "text": text,
        "language": "en",
        "participants": [{"role": "from", "name": name, "address": address} for name, address in people],
    }
    told = Draft(kind=RecordKind.INTERACTION, key=f"{by}/{id}", unit=id, payload=payload)
    return (told, *(link(id, target, by=by) for target in about))


def link(interaction: str, target: str, *, by: str = "mail", **more: Json) -> Draft:
    return Draft(
        kind=RecordKind.LINK,
        key=f"{by}/{interaction}/{target}",
        unit=interaction,
        payload={"interaction": interaction, "target": target, "role": "about", **more},
        refs=(target,),
        derived=True,
    )


def stated(
    subject: str,
    predicate: str,
    value: Value | None,
    *evidence: Evidence,
    statement: str,
    since: int = START,
    until: int = FOREVER,
    kind: Kind = Kind.CONVERSATIONAL,
    confidence: float = 0.7,
    object: str | None = None,
    unit: str | None = None,
    rule: str | None = None,
    qualifiers: Qualifiers = (),
) -> Draft:
    """A record that states a fact."""
    claim = Claim(
        subject=subject,
        predicate=predicate,
        kind=kind,
        confidence=confidence,
        evidence=evidence,
        value=value,
        object=object,
        unit=unit,
        rule=rule,
        qualifiers=qualifiers,
    )
    return act(subject, predicate, State(statement=statement, claim=claim, interval=Interval(since, until)))


def act(subject: str, predicate: str, done: Act, *, key: str | None = None) -> Draft:
    """A record of an act on a statement."""
    payload: Payload = payload_of(done, subject, predicate)
    name = key or f"knowledge/{done.statement}/{type(done).__name__}"
    return Draft(kind=RecordKind.FACT, key=name, unit=subject, payload=payload, refs=refs_of(payload))


def rejected(key: str, rejection: Rejection) -> Draft:
    return Draft(kind=RecordKind.ORDER_LINE, key=key, unit="order:none", payload={}, rejection=rejection)


def quoted(interaction: str, text: str = "") -> Quote:
    return Quote(interaction, 0, len(text), text)
