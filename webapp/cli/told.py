"""kbcrm commitments, voice: what is open with customers, and what they say about a product."""

from datetime import date, datetime
from typing import Any

import click

from kb.model.matters import Matters, Voiced
from kb.model.voice import POLARITIES, VOICE
from webapp.cli import moments, tables
from webapp.cli.customers import customer_id, named, said
from webapp.cli.moments import shown
from webapp.cli.session import Desk, Session, pass_session
from webapp.json_told import matters_json, voice_json


@click.command(epilog="Example: kbcrm commitments C-1001 --json")
@click.argument("customer", required=False)
@moments.as_of_option
@moments.known_at_option
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="The open and the closed ones as one object.")
@pass_session
def commitments(
    session: Session,
    /,
    *,
    customer: str | None,
    valid: str | None,
    known: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show what is open with CUSTOMER, or with all customers of the user; what is due first comes first.

    That is commitments, requests, incidents and complaints; after them those that were closed, and how.
    CUSTOMER is an id as `kbcrm customers` shows it, with or without "customer:". T is an ISO 8601 date
    or time, in KBCRM_TIMEZONE where it states no zone.
    """
    when = moments.asked(valid, known, session.settings.timezone)
    with session.open() as desk:
        moment = when(desk.parts.clock())
        of = customer_id(customer) if customer else None
        found = desk.parts.knowledge.matters(desk.viewer, moment, customer=of, limit=limit)
        if as_json:
            tables.json_line(matters_json(found))
        else:
            today = datetime.fromtimestamp(moment.valid / 1000, session.settings.timezone).date()
            _tell(desk, found, today)
    if found.open_cut or found.closed_cut:
        click.echo(f"Only {limit} of each are shown.", err=True)


def _tell(desk: Desk, found: Matters, today: date) -> None:
    names = desk.parts.knowledge.names(desk.viewer, named(one.fact for one in (*found.open, *found.closed)))
    columns = ("what", "value", "customer", "person", "#days left", "since", "closed", "id")
    both = [(one, _days(one, today)) for one in found.open] + [(one, "") for one in found.closed]
    tables.table(columns, (_cells(desk, one, days, names) for one, days in both))


def _days(one: Voiced, today: date) -> str:
    """Negative once it is overdue."""
    due = one.fact.claim.qualified("due")
    return str((date.fromisoformat(due) - today).days) if due else ""


def _cells(desk: Desk, one: Voiced, days: str, names: dict[str, str]) -> tuple[object, ...]:
    zone = desk.settings.timezone
    since, until = (shown(moment, zone)[:10] for moment in (one.fact.valid_from, one.fact.valid_to))
    return (*said(one.fact, names, desk), one.customer_name, one.person, days, since, until, one.fact.id)


@click.command(epilog="Example: kbcrm voice HP-200 --kind complaint --since 2026-01-01")
@click.argument("product")
@click.option("--feature", default="", metavar="ID", help="Only about this feature, or the product itself.")
@click.option("--kind", default="", type=click.Choice(["", *VOICE]), help="Only of this kind.")
@click.option("--since", default="", metavar="T", help="Only what was said from then on.")
@click.option("--until", default="", metavar="T", help="Only what was said before then.")
@click.option("--offset", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Of the words.")
@click.option("--json", "as_json", is_flag=True, help="Counts, trend and words as one object.")
@pass_session
def voice(session: Session, /, *, product: str, offset: int, limit: int, as_json: bool, **asked: str) -> None:
    """Show what customers say about PRODUCT and its features: how often, and in which words.

    PRODUCT is a stock number or an id, with or without "product:". T is an ISO 8601 date or time, in
    KBCRM_TIMEZONE where it states no zone.
    """
    from webapp.voice_forms import asked_of  # loads Flask's translations

    for name in ("since", "until"):
        moments.maybe_millis(asked[name] or None, session.settings.timezone)
    id = product if ":" in product else f"product:{product}"
    with session.open() as desk:
        known, now = desk.parts.knowledge, desk.parts.clock()
        part = asked_of(asked, session.settings.timezone)
        counts = known.voice(desk.viewer, id, part, now)
        words = known.voices(desk.viewer, id, part, now, offset=offset, limit=limit)
        told = voice_json(counts, words)
        if as_json:
            tables.json_line(told)
        else:
            _tell_voice(desk, told, words.items)
    tables.cut(len(words.items), words.total, aside=as_json)


def _tell_voice(desk: Desk, told: dict[str, Any], words: Any) -> None:
    columns = tuple(f"#{polarity}" for polarity in POLARITIES)
    for title, name, rows in (
        ("kind", "kind", told["kinds"]),
        ("about", "name", told["topics"]),
        ("when", "span", told["trend"]),
    ):
        some = [row for row in rows if any(row[polarity] for polarity in POLARITIES)]
        tables.table((title, *columns), ((row[name], *(row[p] for p in POLARITIES)) for row in some))
        click.echo()
    names = desk.parts.knowledge.names(desk.viewer, named(one.fact for one in words))
    zone = desk.settings.timezone
    cells = (
        (shown(one.fact.valid_from, zone)[:10], *said(one.fact, names, desk), one.customer_name, one.fact.id)
        for one in words
    )
    tables.table(("said on", "what", "value", "customer", "id"), cells)
