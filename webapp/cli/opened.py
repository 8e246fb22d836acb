"""A fact opened, for people: the words it rests on, its history, what it was computed from."""

import click

from kb.model.fact import WITHHELD, Fact, Quote
from kb.model.reading import OpenedFact
from webapp.cli import tables
from webapp.cli.customers import named, said
from webapp.cli.interactions import COLUMNS, touch_cells
from webapp.cli.moments import shown
from webapp.cli.session import Desk

HISTORY = ("value", "#sure", "status", "from", "to", "known from", "known until", "id")


def tell(desk: Desk, opened: OpenedFact) -> None:
    """All of it; lists that are cut say so."""
    names = desk.parts.knowledge.names(desk.viewer, named((opened.fact, *opened.history)))
    claim, (what, value) = opened.fact.claim, said(opened.fact, names, desk)
    click.echo(tables.plain(f"{opened.subject_name} ({claim.subject}), {what}: {value}"))
    click.echo(f"{claim.kind}, {claim.confidence:.0%} sure, {opened.fact.status} ({opened.fact.id})")
    _evidence(opened.fact)
    click.echo("\nHistory:")
    tables.table(HISTORY, (_version(fact, names, desk) for fact in opened.history))
    tables.cut(len(opened.history), opened.history_total)
    if opened.computed_from:
        click.echo("\nComputed from:")
        tables.table(COLUMNS, (touch_cells(row, desk.settings.timezone) for row in opened.computed_from))
        tables.cut(len(opened.computed_from), opened.computed_total)


def _evidence(fact: Fact) -> None:
    for piece in fact.claim.evidence:
        if piece == WITHHELD:
            click.echo("evidence: not for you to see")
        elif not isinstance(piece, Quote):
            click.echo(f"derived from: {piece.fact}")
        elif piece.text:
            click.echo(f"evidence: “{tables.plain(piece.text)}” ({piece.interaction})")
        else:
            click.echo(f"evidence: {piece.interaction}")


def _version(fact: Fact, names: dict[str, str], desk: Desk) -> tuple[object, ...]:
    zone = desk.settings.timezone
    true = (shown(fact.valid_from, zone), shown(fact.valid_to, zone))
    known = (shown(fact.recorded_at, zone), shown(fact.superseded_at, zone))
    return (said(fact, names, desk)[1], f"{fact.claim.confidence:.0%}", fact.status, *true, *known, fact.id)
