"""kbcrm rebuild and kbcrm demo."""

import click

from webapp import progress
from webapp.cli import tables
from webapp.cli.session import Session, pass_session

json_option = click.option("--json", "as_json", is_flag=True, help="How many records it was, as JSON.")


@click.command(epilog="Example: kbcrm rebuild")
@json_option
@pass_session
def rebuild(session: Session, as_json: bool) -> None:
    """Empty the graph and fold it anew from the ledger; readers wait meanwhile."""
    with session.open() as desk:
        with progress.counting("Rebuilding") as report:
            desk.parts.runs.rebuild(desk.viewer, report)
        if as_json:
            tables.json_line({"records": desk.parts.keeping.position()})
            return
        click.echo("The graph is rebuilt.")


@click.command(epilog="Example: kbcrm demo")
@json_option
@pass_session
def demo(session: Session, as_json: bool) -> None:
    """Load the demonstration company and its accounts; again changes nothing."""
    from webapp.demo import load, ways_in

    with session.open() as desk:
        desk.viewer.may_administer("load the demonstration company")
        records = load(desk.parts, desk.viewer, session.settings.home)
        if as_json:
            tables.json_line({"records": records})
            return
        click.echo(f"The demonstration company is loaded: {tables.counted(records, 'record')}.")
        for line in ways_in(desk.parts).lines():
            click.echo(line)
