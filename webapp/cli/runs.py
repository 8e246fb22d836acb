"""kbcrm runs: what was taken in, what was refused and why; revert and resume."""

from datetime import tzinfo

import click

from kb.model.ledger import RunStatus
from kb.model.reading import RunDetail, RunRow
from webapp import progress
from webapp.cli import tables
from webapp.cli.moments import shown
from webapp.cli.session import Desk, Session, pass_session
from webapp.json_shapes import rejected_json, run_json

COLUMNS = ("run", "source", "title", "by", "at", "status", "#records", "#accepted", "#duplicate", "#rejected")
EXAMPLE = """
Examples:

\b
  kbcrm runs
  kbcrm runs show r12
  kbcrm runs revert r12
"""


@click.group(invoke_without_command=True, epilog=EXAMPLE)
@click.pass_context
def runs(ctx: click.Context) -> None:
    """What was taken in. Without a subcommand: the list, newest first."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@runs.command("list", epilog="Example: kbcrm runs list --by-hand --limit 20")
@click.option("--by-hand", is_flag=True, help="Also what people stated by hand.")
@click.option("--offset", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="One run a line.")
@pass_session
def list_(
    session: Session, by_hand: bool = False, offset: int = 0, limit: int = 50, as_json: bool = False
) -> None:
    """List the runs, newest first."""
    with session.open() as desk:
        listing = desk.parts.runs.list(desk.viewer, by_hand=by_hand, offset=offset, limit=limit)
    if as_json:
        for run in listing.items:
            tables.json_line(run_json(run))
    else:
        tables.table(COLUMNS, (_cells(row, desk.settings.timezone) for row in listing.items))
    tables.cut(len(listing.items), listing.total, aside=as_json)


def _cells(row: RunRow, zone: tzinfo) -> tuple[object, ...]:
    about = (row.id, row.source, row.title, row.started_by, shown(row.recorded_at, zone), row.status)
    return (*about, row.records, row.accepted, row.duplicate, row.rejected)


@runs.command(epilog="Example: kbcrm runs show r12 --limit 500")
@click.argument("run")
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Rejected rows."
)
@click.option("--json", "as_json", is_flag=True, help="The run, then its rejected records, one a line.")
@pass_session
def show(session: Session, run: str, limit: int, as_json: bool) -> None:
    """Show RUN: its counts, how its file was read, and every rejected record with its reason."""
    with session.open() as desk:
        detail = desk.parts.runs.show(desk.viewer, run)
        refused = desk.parts.runs.rejected(desk.viewer, run, limit=limit)
    if as_json:
        tables.json_line(run_json(detail.run))
        for row in refused.items:
            tables.json_line(rejected_json(row))
    else:
        _tell(detail)
        tables.refused(refused.items)
    tables.cut(len(refused.items), refused.total, aside=as_json)


@runs.command(epilog="Example: kbcrm runs revert r12")
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="The run as it is then.")
@pass_session
def revert(session: Session, run: str, as_json: bool) -> None:
    """Take RUN back: the graph becomes what it would be had the run never been."""
    with session.open() as desk:
        row = desk.parts.runs.revert(desk.viewer, run)
    if as_json:
        tables.json_line(run_json(row))
        return
    click.echo(f"Run {row.id} ({row.title}) is reverted.")


@runs.command(epilog="Example: kbcrm runs resume")
@click.option("--json", "as_json", is_flag=True, help="One run a line, when it has ended.")
@pass_session
@click.pass_context
def resume(ctx: click.Context, session: Session, as_json: bool) -> None:
    """Go on with the runs that stopped or were cut off, and wait for them."""
    with session.open() as desk:
        ended = [_finish(desk, run, as_json) for run in desk.parts.runs.resume(desk.viewer)]
    if not (ended or as_json):
        click.echo("No run is waiting.")
    if not all(ended):
        ctx.exit(1)


def _finish(desk: Desk, run: str, as_json: bool) -> bool:
    with progress.of_run(run) as report:
        row = desk.parts.runs.wait(desk.viewer, run, progress=report)
    if as_json:
        tables.json_line(run_json(row))
    else:
        click.echo(f"Run {row.id} ({row.title}): {row.status}{': ' + row.reason if row.reason else ''}")
    return row.status == RunStatus.DONE


def _tell(detail: RunDetail) -> None:
    row = detail.run
    click.echo(
        f"Run {row.id}: {row.source} {tables.plain(row.title)}, started by {row.started_by}, {row.status}"
    )
    if row.reason:
        click.echo(f"Stopped: {row.reason}")
    tables.read_as(detail.profile)
    click.echo(
        f"{tables.counted(row.records, 'record')}: {row.accepted:,} accepted, {row.duplicate:,} duplicate, "
        f"{row.rejected:,} rejected; {row.applied:,} in the graph; {row.seconds:.1f} s"
    )
    for reason, field, count in detail.reasons:
        click.echo(f"  {count:,} × {reason} ({field})")
