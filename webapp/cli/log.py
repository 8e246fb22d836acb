"""kbcrm log: a call, visit, meeting or chat, written down right after it."""

import sys
from datetime import date
from typing import Any

import click

from ingest.logbook import CHANNELS, LANGUAGES, LogEntry
from webapp.cli import moments, tables
from webapp.cli.customers import customer_id
from webapp.cli.session import Session, pass_session
from webapp.json_shapes import interaction_json

EXAMPLE = """
Examples:

\b
  kbcrm log C-1001 --with "Bas Wielinga" --said "The HP-200 leaks again." \\
    --next "send a seal kit" --due 2026-03-06
  kbcrm log C-1001 --channel visit --said - <minutes.txt
"""


def _day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; give one such as 2025-03-14.") from None


@click.command(epilog=EXAMPLE)
@click.argument("customer")
@click.option("--with", "people", multiple=True, metavar="PERSON", help="Who took part there; repeatable.")
@click.option("--channel", type=click.Choice(CHANNELS), default=CHANNELS[0], show_default=True)
@click.option("--said", required=True, metavar="TEXT", help="What was said; - reads it from stdin.")
@click.option("--outcome", default="", metavar="TEXT", help="What came of it.")
@click.option("--next", "next_step", default="", metavar="TEXT", help="What is to be done next.")
@click.option("--due", metavar="DAY", callback=_day, help="By which day, e.g. 2025-03-14.")
@click.option("--at", metavar="T", help="When it was. Default: now.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of the labels in the text. Default: KBCRM_LOCALE."
)
@click.option("--json", "as_json", is_flag=True, help="The interaction as JSON.")
@pass_session
def log(
    session: Session, /, customer: str, people: tuple[str, ...], at: str | None, as_json: bool, **given: Any
) -> None:
    """Log a conversation with CUSTOMER.

    CUSTOMER is an id as `kbcrm customers` shows it, with or without "customer:"; PERSON the name or the
    id of somebody there. Times T are ISO 8601, in KBCRM_TIMEZONE where they state no zone.
    """
    moment = moments.maybe_millis(at, session.settings.timezone)
    if given["said"] == "-":
        given["said"] = sys.stdin.read()
    given["language"] = given["language"] or session.settings.locale
    with session.open(reads=True) as desk:
        known, customer = desk.parts.knowledge, customer_id(customer)
        contacts = tuple(known.person_at(desk.viewer, customer, person) for person in people)
        entry = LogEntry(customer=customer, contacts=contacts, at=moment, **given)
        logged = known.interaction(desk.viewer, desk.parts.logbook.log(desk.viewer, entry))
        desk.parts.runs.read_soon(desk.viewer)
    if as_json:
        tables.json_line(interaction_json(logged))
    else:
        click.echo(
            f"Logged: {logged.channel} with {', '.join(name for _, name in logged.customers)} ({logged.id})"
        )
