"""kbcrm rebuild and kbcrm demo."""

import click

from webapp import progress
from webapp.cli import tables
from webapp.cli.session import Session, pass_session


@click.command(epilog="Example: kbcrm rebuild")
@pass_session
def rebuild(session: Session) -> None:
    """Empty the graph and fold it anew from the ledger; readers wait meanwhile."""
    with session.open() as desk:
        with progress.counting("Rebuilding") as report:
            desk.parts.runs.rebuild(desk.viewer, report)
        click.echo("The graph is rebuilt.")


@click.command(epilog="Example: kbcrm demo")
@pass_session
def demo(session: Session) -> None:
    """Load the demonstration company and its accounts; again changes nothing."""
    from webapp.demo import load, ways_in

    with session.open() as desk:
        desk.viewer.may_administer("load the demonstration company")
        records = load(desk.parts, desk.viewer, session.settings.home)
        click.echo(f"The demonstration company is loaded: {tables.counted(records, 'record')}.")
        for line in ways_in(desk.parts).lines():
            click.echo(line)
