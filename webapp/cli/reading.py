"""kbcrm read: what conversations hold becomes facts."""

import click

from kb.model.ledger import RunStatus
from webapp import progress
from webapp.cli import tables
from webapp.cli.session import Session, pass_session

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
    from webapp.cli.ingest import summary

    with session.open() as desk:
        run = desk.parts.runs.read(desk.viewer, again=again)
        if run is None:
            if as_json:
                tables.json_line({"run": None, "records": 0})
            else:
                click.echo("Nothing is unread.")
            return
        with progress.of_run("read") as report:
            row = desk.parts.runs.wait(desk.viewer, run, progress=report)
    if as_json:
        tables.json_line(summary(row))
    else:
        click.echo(f"{tables.counted(row.records, 'interaction')} read in {row.seconds:.1f} s (run {row.id})")
    if row.status != RunStatus.DONE:
        click.echo(f"{row.reason} (run {row.id})", err=True)
        ctx.exit(1)
