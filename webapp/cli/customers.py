"""kbcrm customers, facts, interaction: what is known, as of any moment."""

from datetime import tzinfo

import click

from kb.model.fact import Fact
from kb.model.moment import AsOf
from kb.model.reading import CustomerRow, CustomerSort, Interaction
from ontology.terms import PREDICATES
from webapp.cli import moments, tables
from webapp.cli.moments import shown
from webapp.cli.session import Desk, Session, pass_session

MOST_FACTS = 500  # of one customer in one call; the surest come first


@click.command(epilog="Example: kbcrm customers --search pump --sort spend --descending")
@click.option("--search", default="", metavar="TEXT", help="Only those whose name holds this.")
@click.option("--sort", type=click.Choice([s.value for s in CustomerSort]), default="name", show_default=True)
@click.option("--descending", is_flag=True, help="The greatest or latest first.")
@click.option("--offset", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000))
@pass_session
def customers(session: Session, *, search: str, sort: str, descending: bool, offset: int, limit: int) -> None:
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
    rows = (_customer_cells(row, desk.settings.timezone) for row in listing.items)
    tables.table(("id", "name", "country", "team", "owner", "#orders", "last order", "#spend"), rows)
    tables.cut(len(listing.items), listing.total)


def _customer_cells(row: CustomerRow, zone: tzinfo) -> tuple[object, ...]:
    name = f"{row.name} ({row.name_zh})" if row.name_zh and row.name_zh != row.name else row.name
    last = shown(row.last_order, zone)[:10] if row.last_order is not None else ""
    return (row.id, name, row.country, row.team, row.owner, row.orders, last, _money(row.spend))


def _money(amounts: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in amounts)


@click.command(epilog="Example: kbcrm facts C-1001 --as-of 2025-03-14 --known-at 2025-06-01 --json")
@click.argument("customer")
@click.option(
    "--as-of", "valid", metavar="T", help="What was true then; a date is its first moment. Default: now."
)
@click.option("--known-at", "known", metavar="T", help="As it was known then. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="One fact a line, with its evidence.")
@pass_session
def facts(session: Session, customer: str, valid: str | None, known: str | None, as_json: bool) -> None:
    """Show what is known of CUSTOMER, the surest first.

    CUSTOMER is an id as `kbcrm customers` shows it, with or without "customer:". T is an ISO 8601 date
    or time, in KBCRM_TIMEZONE where it states no zone. Shows at most 500 facts.
    """
    zone = session.settings.timezone
    when = moments.maybe_millis(valid, zone), moments.maybe_millis(known, zone)
    with session.open() as desk:
        now = desk.parts.clock()
        moment = AsOf(*(now if each is None else each for each in when))
        found = desk.parts.knowledge.facts(desk.viewer, customer_id(customer), moment, limit=MOST_FACTS + 1)
        (_facts_json if as_json else _facts_table)(desk, found[:MOST_FACTS])
    if len(found) > MOST_FACTS:
        click.echo(f"Only the {MOST_FACTS} surest facts are shown.", err=True)


def customer_id(text: str) -> str:
    """C-1001 -> customer:C-1001; ids of any node stay as they are."""
    return text if ":" in text else f"customer:{text}"


def _facts_json(_desk: Desk, found: list[Fact]) -> None:
    from webapp.json_shapes import fact_json

    for fact in found:
        tables.json_line(fact_json(fact))


def _facts_table(desk: Desk, found: list[Fact]) -> None:
    objects = {fact.claim.object for fact in found if fact.claim.object}
    names = desk.parts.knowledge.names(desk.viewer, objects)
    rows = (_fact_cells(fact, names, desk) for fact in found)
    tables.table(("what", "value", "kind", "#sure", "status", "from", "to", "id"), rows)


def _fact_cells(fact: Fact, names: dict[str, str], desk: Desk) -> tuple[object, ...]:
    claim, zone = fact.claim, desk.settings.timezone
    known = PREDICATES.get(claim.predicate)
    what = known.label(desk.settings.locale) if known else claim.predicate
    value: object = names.get(claim.object, claim.object) if claim.object else claim.value
    if known and known.range == "dateTime":
        value = _instant(value, zone)
    if claim.unit:
        value = f"{value} {claim.unit}"
    sure = f"{claim.confidence:.0%}"
    since, until = shown(fact.valid_from, zone), shown(fact.valid_to, zone)
    return (what, value, claim.kind, sure, fact.status, since, until, fact.id)


def _instant(value: object, zone: tzinfo) -> object:
    """An instant in the reader's zone; what somebody said instead of one, as it stands."""
    try:
        return shown(moments.millis(str(value), zone), zone)
    except click.BadParameter:
        return value


@click.command(epilog="Example: kbcrm interaction mail:0f3a5c7e9b1d2f40")
@click.argument("id")
@pass_session
def interaction(session: Session, id: str) -> None:
    """Show the interaction ID: a call, mail, chat, visit, note or order, with its words or lines."""
    with session.open() as desk:
        _tell(desk.parts.knowledge.interaction(desk.viewer, id), desk.settings.timezone)


def _tell(touch: Interaction, zone: tzinfo) -> None:
    click.echo(f"{tables.plain(touch.title)}\n{touch.channel}, {touch.direction}, {shown(touch.at, zone)}")
    for who in touch.participants:
        address = f" <{who.address.partition(':')[2]}>" if who.address else ""
        click.echo(f"{who.role}: {tables.plain((who.name or '') + address).strip()}")
    for id, name in touch.customers:
        click.echo(f"customer: {tables.plain(name)} ({id})")
    for name in touch.attachments:
        click.echo(f"attachment: {tables.plain(name)}")
    if touch.text:
        click.echo(f"\n{tables.plain(touch.text)}")
    if touch.lines:
        lines = ((x.product, x.name, x.quantity, x.unit_price, x.amount, x.currency) for x in touch.lines)
        tables.table(("product", "name", "#quantity", "#price", "#amount", "currency"), lines)
