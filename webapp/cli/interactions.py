"""kbcrm timeline, interaction: what happened with a customer, and one touch with its words or lines."""

from datetime import tzinfo

import click

from kb.model.fact import Fact
from kb.model.reading import Interaction, TouchRow
from ontology.terms import INTERACTION_CHANNELS
from webapp.cli import moments, tables
from webapp.cli.customers import customer_id, money, named, said
from webapp.cli.moments import shown
from webapp.cli.session import Desk, Session, pass_session
from webapp.json_shapes import touch_json
from webapp.json_told import interaction_with_facts, told_json

COLUMNS = ("at", "channel", "direction", "title", "people", "#amount", "id")


@click.command(epilog="Example: kbcrm timeline C-1001 --channel email --limit 20")
@click.argument("customer")
@moments.as_of_option
@moments.known_at_option
@click.option("--channel", type=click.Choice(list(INTERACTION_CHANNELS)), help="Only this one.")
@click.option("--offset", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="One interaction a line, without its full text.")
@pass_session
def timeline(
    session: Session,
    *,
    customer: str,
    valid: str | None,
    known: str | None,
    channel: str | None,
    offset: int,
    limit: int,
    as_json: bool,
) -> None:
    """Show what happened with CUSTOMER up to a moment, newest first.

    CUSTOMER is an id as `kbcrm customers` shows it, with or without "customer:". T is an ISO 8601 date
    or time, in KBCRM_TIMEZONE where it states no zone.
    """
    when = moments.asked(valid, known, session.settings.timezone)
    with session.open() as desk:
        found = desk.parts.knowledge.timeline(
            desk.viewer,
            customer_id(customer),
            when(desk.parts.clock()),
            channel=channel,
            offset=offset,
            limit=limit,
        )
    if as_json:
        for row in found.items:
            tables.json_line(touch_json(row))
    else:
        tables.table(COLUMNS, (touch_cells(row, session.settings.timezone) for row in found.items))
    tables.cut(len(found.items), found.total, aside=as_json)


def touch_cells(row: TouchRow, zone: tzinfo) -> tuple[object, ...]:
    """A line under COLUMNS."""
    title = row.title or row.excerpt.partition("\n")[0]
    amount = money(row.amounts) if row.lines else ""
    return (shown(row.at, zone), row.channel, row.direction, title, ", ".join(row.people), amount, row.id)


@click.command(epilog="Example: kbcrm interaction mail:0f3a5c7e9b1d2f40")
@click.argument("id")
@click.option("--facts", is_flag=True, help="And the facts that rest on it, by their words.")
@click.option("--json", "as_json", is_flag=True, help="The interaction as JSON, with the facts.")
@pass_session
def interaction(session: Session, id: str, facts: bool, as_json: bool) -> None:
    """Show the interaction ID: a call, mail, chat, visit, note or order, with its words or lines."""
    with session.open() as desk:
        found = desk.parts.knowledge.interaction(desk.viewer, id)
        told = desk.parts.knowledge.told(desk.viewer, id) if facts or as_json else []
        if as_json:
            tables.json_line(interaction_with_facts(found, told))
        else:
            _tell(found, session.settings.timezone)
        if facts and not as_json:
            _tell_facts(desk, told, id)


def _tell_facts(desk: Desk, told: list[Fact], id: str) -> None:
    names = desk.parts.knowledge.names(desk.viewer, named(told))
    rows = (
        (f"{row['start']}–{row['end']}", *said(fact, names, desk), f"{fact.claim.confidence:.0%}", fact.id)
        for fact in told
        for row in told_json(fact, id)
    )
    click.echo()
    tables.table(("words", "what", "value", "#sure", "id"), rows)


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
