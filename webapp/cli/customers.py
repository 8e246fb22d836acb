"""kbcrm customers, customer, facts: who they are and what is known of them, as of any moment."""

from collections.abc import Iterable
from datetime import tzinfo

import click

from kb.model.fact import Fact
from kb.model.reading import ContactRow, Customer, CustomerRow, CustomerSort
from ontology.terms import PREDICATES
from webapp.cli import moments, tables
from webapp.cli.moments import shown
from webapp.cli.session import Desk, Session, pass_session
from webapp.json_shapes import customer_json, customer_row_json, fact_json

MOST_FACTS = 500  # of one customer in one call; the surest come first
IN_THE_TITLE = {"id", "name", "name_zh", "names"}  # of the properties; the other names are for finding


@click.command(epilog="Example: kbcrm customers --search pump --sort spend --descending")
@click.option("--search", default="", metavar="TEXT", help="Only those whose name holds this.")
@click.option("--sort", type=click.Choice([s.value for s in CustomerSort]), default="name", show_default=True)
@click.option("--descending", is_flag=True, help="The greatest or latest first.")
@click.option("--offset", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="One customer a line.")
@pass_session
def customers(
    session: Session, *, search: str, sort: str, descending: bool, offset: int, limit: int, as_json: bool
) -> None:
    """List the customers that the user may see."""
    with session.open() as desk:
        listing = desk.parts.knowledge.customers(
            desk.viewer,
            search=search,
            sort=CustomerSort(sort),
            descending=descending,
            offset=offset,
            limit=limit,
        )
    if as_json:
        for row in listing.items:
            tables.json_line(customer_row_json(row))
    else:
        rows = (_customer_cells(row, desk.settings.timezone) for row in listing.items)
        tables.table(("id", "name", "country", "team", "owner", "#orders", "last order", "#spend"), rows)
    tables.cut(len(listing.items), listing.total, aside=as_json)


def _customer_cells(row: CustomerRow, zone: tzinfo) -> tuple[object, ...]:
    name = both_names(row.name, row.name_zh)
    last = shown(row.last_order, zone)[:10] if row.last_order is not None else ""
    return (row.id, name, row.country, row.team, row.owner, row.orders, last, money(row.spend))


def both_names(name: str, name_zh: str | None) -> str:
    """Donghu Brewery (东湖啤酒有限公司)."""
    return f"{name} ({name_zh})" if name_zh and name_zh != name else name


def money(amounts: tuple[tuple[str, str], ...]) -> str:
    """4459.84 EUR, 120 CNY."""
    return ", ".join(f"{amount} {currency}" for currency, amount in amounts)


@click.command(epilog="Example: kbcrm customer C-1001 --as-of 2025-03-14")
@click.argument("customer")
@moments.as_of_option
@moments.known_at_option
@click.option("--json", "as_json", is_flag=True, help="The customer as JSON.")
@pass_session
def customer(session: Session, customer: str, valid: str | None, known: str | None, as_json: bool) -> None:
    """Show who CUSTOMER is: names and properties as they are now, and the people there up to a moment.

    CUSTOMER is an id as `kbcrm customers` shows it, with or without "customer:". T is an ISO 8601 date
    or time, in KBCRM_TIMEZONE where it states no zone.
    """
    when = moments.asked(valid, known, session.settings.timezone)
    with session.open() as desk:
        moment = when(desk.parts.clock())
        found = desk.parts.knowledge.customer(desk.viewer, customer_id(customer), moment)
    if as_json:
        tables.json_line(customer_json(found))
    else:
        _tell(found, session.settings.timezone)


def _tell(found: Customer, zone: tzinfo) -> None:
    name_zh = found.props.get("name_zh")
    click.echo(f"{tables.plain(both_names(found.name, str(name_zh) if name_zh else None))} ({found.id})")
    last = found.props.get("last_order")
    days = {"last_order": shown(last, zone)[:10]} if isinstance(last, int) else {}
    tables.properties({**found.props, **days}, hidden=IN_THE_TITLE)
    if found.contacts:
        people = (_contact_cells(row) for row in found.contacts)
        tables.table(("contact", "role", "e-mail", "phone", "since", "until", "id"), people)


def _contact_cells(row: ContactRow) -> tuple[object, ...]:
    name = both_names(row.name, row.name_zh)
    return (name, row.role, row.email, row.phone, row.since, row.until, row.id)


@click.command(epilog="Example: kbcrm facts C-1001 --as-of 2025-03-14 --known-at 2025-06-01 --json")
@click.argument("customer")
@moments.as_of_option
@moments.known_at_option
@click.option("--json", "as_json", is_flag=True, help="One fact a line, with its evidence.")
@pass_session
def facts(session: Session, customer: str, valid: str | None, known: str | None, as_json: bool) -> None:
    """Show what is known of CUSTOMER, the surest first.

    CUSTOMER is an id as `kbcrm customers` shows it, with or without "customer:". T is an ISO 8601 date
    or time, in KBCRM_TIMEZONE where it states no zone. Shows at most 500 facts.
    """
    when = moments.asked(valid, known, session.settings.timezone)
    with session.open() as desk:
        moment = when(desk.parts.clock())
        found = desk.parts.knowledge.facts(desk.viewer, customer_id(customer), moment, limit=MOST_FACTS + 1)
        (_facts_json if as_json else _facts_table)(desk, found[:MOST_FACTS])
    if len(found) > MOST_FACTS:
        click.echo(f"Only the {MOST_FACTS} surest facts are shown.", err=True)


def customer_id(text: str) -> str:
    """C-1001 -> customer:C-1001; ids of any node stay as they are."""
    return text if ":" in text else f"customer:{text}"


def _facts_json(_desk: Desk, found: list[Fact]) -> None:
    for fact in found:
        tables.json_line(fact_json(fact))


def _facts_table(desk: Desk, found: list[Fact]) -> None:
    names = desk.parts.knowledge.names(desk.viewer, named(found))
    rows = (_fact_cells(fact, names, desk) for fact in found)
    tables.table(("what", "value", "kind", "#sure", "status", "from", "to", "id"), rows)


def _fact_cells(fact: Fact, names: dict[str, str], desk: Desk) -> tuple[object, ...]:
    zone = desk.settings.timezone
    sure = f"{fact.claim.confidence:.0%}"
    since, until = shown(fact.valid_from, zone), shown(fact.valid_to, zone)
    what, value = said(fact, names, desk)
    return (what, value, fact.claim.kind, sure, fact.status, since, until, fact.id)


def said(fact: Fact, names: dict[str, str], desk: Desk) -> tuple[str, object]:
    """What the fact is about, and its value as people read it: names, instants in their zone, units."""
    from webapp import wording_qualifiers  # loads Flask's translations

    claim, zone = fact.claim, desk.settings.timezone
    known = PREDICATES.get(claim.predicate)
    what = known.label(desk.settings.locale) if known else claim.predicate
    value: object = names.get(claim.object, claim.object) if claim.object else claim.value
    if known and known.range == "dateTime":
        value = _instant(value, zone)
    if claim.unit:
        value = f"{value} {claim.unit}"
    more = "; ".join(text for _, text in wording_qualifiers.qualifiers(claim, names, str))
    return what, f"{value} ({more})" if more else value


def named(facts: Iterable[Fact]) -> set[str]:
    """Ids of the nodes that the facts lead to or are about."""
    ids = (id for fact in facts for id in (fact.claim.object, fact.claim.qualified("about")))
    return set(filter(None, ids))


def _instant(value: object, zone: tzinfo) -> object:
    """An instant in the reader's zone; what somebody said instead of one, as it stands."""
    try:
        return shown(moments.millis(str(value), zone), zone)
    except click.BadParameter:
        return value
