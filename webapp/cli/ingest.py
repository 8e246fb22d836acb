"""kbcrm ingest: files become records, and records become facts."""

from pathlib import Path
from typing import Any

import click

from ingest.overrides import Overrides
from ingest.sources import SOURCES
from kb.errors import KbcrmError
from kb.model.ledger import RunStatus
from kb.model.reading import RunRow
from webapp import progress
from webapp.cli import tables
from webapp.cli.reading import read_unread
from webapp.cli.session import Desk, Session, pass_session

REJECTED_SHOWN = 5

EXAMPLE = """
Examples:

\b
  kbcrm ingest orders 2025.csv --day-first --currency EUR --timezone Europe/Amsterdam
  kbcrm ingest orders 2025.xlsx --map order="Invoice No" --map at=Date
  kbcrm ingest mail inbox.mbox *.eml --json
  kbcrm ingest conversations reviews.csv tickets.json --map text=Comment
  kbcrm ingest notes "2025-03-04 visit.md" minutes.docx
"""


def _columns(_ctx: click.Context, _param: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not (name.strip() and equals and column.strip()):
            raise click.BadParameter(f'{pair!r} is no pair; write for example --map order="Invoice No".')
        columns[name.strip()] = column.strip()
    return columns


@click.command(epilog=EXAMPLE)
@click.argument("source", type=click.Choice(SOURCES), metavar="SOURCE")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--profile", metavar="NAME", help="Read as it was saved under this name; a new name is saved.")
@click.option(
    "--map",
    "columns",
    multiple=True,
    callback=_columns,
    metavar="FIELD=COLUMN",
    help="Which column of the file holds a field; repeatable.",
)
@click.option("--timezone", metavar="ZONE", help="Of times without a zone, e.g. Asia/Shanghai.")
@click.option(
    "--day-first/--month-first",
    "day_first",
    default=None,
    help="How 03/04/2025 is meant, where the file itself does not decide.",
)
@click.option("--currency", metavar="CODE", help="Of prices without one, e.g. EUR; else it is unknown.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each file, on stdout.")
@pass_session
@click.pass_context
def ingest(
    ctx: click.Context,
    session: Session,
    /,
    source: str,
    files: tuple[Path, ...],
    as_json: bool,
    **reading: Any,
) -> None:
    """Take in FILEs of one SOURCE.

    SOURCE is one of: orders contacts products mail chat transcript calendar notes
    conversations knowledge.
    Each file is a run of its own; the same file twice changes nothing.
    """
    from ingest.overrides import Overrides

    overrides = Overrides(**reading)
    with session.open() as desk:
        done = [_one(desk, source, path, overrides, as_json) for path in files]
        done.append(read_unread(desk))
    if not all(done):
        ctx.exit(1)


def _one(desk: Desk, source: str, path: Path, overrides: Overrides, as_json: bool) -> bool:
    """Whether the file came in whole. A file that cannot be read does not keep the next from being read."""
    try:
        run = desk.parts.runs.start(desk.viewer, source=source, path=path, name=path.name, reading=overrides)
        with progress.of_run(path.name) as report:
            row = desk.parts.runs.wait(desk.viewer, run, progress=report)
    except KbcrmError as error:
        click.echo(f"{path.name}: {error}{remedy(error, desk.settings.home)}", err=True)
        return False
    if as_json:
        tables.json_line(tables.summary(row))
    else:
        _tell(desk, row)
    if row.status != RunStatus.DONE:
        click.echo(f"{path.name}: {row.reason} (run {row.id})", err=True)
    return row.status == RunStatus.DONE


def remedy(error: KbcrmError, home: Path) -> str:
    """How this command line answers what a file leaves open; "" where the error says it all."""
    if error.data.get("question") == "day_first":
        return " Say --day-first or --month-first."
    if error.data.get("question") == "decimal":
        return f' Save {{"decimal": ","}} (or ".") as {home}/profiles/NAME.json and say --profile NAME.'
    return ""


def _tell(desk: Desk, row: RunRow) -> None:
    tables.read_as(desk.parts.runs.show(desk.viewer, row.id).profile)
    click.echo(
        f"{row.title}: {tables.counted(row.records, 'record')}, {row.accepted:,} accepted, "
        f"{row.duplicate:,} duplicate, {row.rejected:,} rejected in {row.seconds:.1f} s (run {row.id})"
    )
    if not row.rejected:
        return
    few = desk.parts.runs.rejected(desk.viewer, row.id, limit=REJECTED_SHOWN)
    tables.refused(few.items)
    if few.cut:
        click.echo(f"  {len(few.items)} of {few.total}; the others: kbcrm runs show {row.id}")
