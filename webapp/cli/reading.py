"""kbcrm read: what conversations hold becomes facts."""

import click

from kb.model.ledger import RunStatus
from webapp import progress
from webapp.cli import tables
from webapp.cli.session import Desk, Session, pass_session
from webapp.setting_values import OFF

EXAMPLE = """
Examples:

\b
  kbcrm read
  kbcrm read --again --json
"""


@click.command(epilog=EXAMPLE)
@click.option("--again", is_flag=True, help="Read everything again, as after a change of models or words.")
@click.option("--json", "as_json", is_flag=True, help="The counts of the run as one line of JSON.")
@pass_session
@click.pass_context
def read(ctx: click.Context, session: Session, *, again: bool, as_json: bool) -> None:
    """Read for facts what has come in and nothing has read yet.

    What is sure becomes facts; the rest waits for `kbcrm review`.
    """
    with session.open() as desk:
        if not _read(desk, again=again, as_json=as_json):
            ctx.exit(1)


def read_unread(desk: Desk) -> bool:
    """After an import: read what it brought, unless the settings have it off. Whether all went well."""
    return desk.settings.reader == OFF or _read(desk, again=False, as_json=None)


def _read(desk: Desk, *, again: bool, as_json: bool | None) -> bool:
    """Whether all that was unread was read. `as_json` None: what is not worth a word stays unsaid."""
    run = desk.parts.runs.read(desk.viewer, again=again)
    if run is None:
        if as_json:
            tables.json_line({"run": None, "records": 0})
        elif as_json is not None:
            click.echo("Nothing is unread.")
        return True
    with progress.of_run("reading for facts") as report:
        row = desk.parts.runs.wait(desk.viewer, run, progress=report)
    if as_json:
        tables.json_line(tables.summary(row))
    else:
        told = tables.counted(row.records, "interaction")
        click.echo(f"{told} read for facts in {row.seconds:.1f} s (run {row.id})", err=as_json is None)
    if row.status != RunStatus.DONE:
        click.echo(f"{row.reason} (run {row.id})", err=True)
    return row.status == RunStatus.DONE
