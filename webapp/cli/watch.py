"""kbcrm watch: files that appear in a folder come in by themselves."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ingest.sources import SOURCES
from webapp.cli import tables
from webapp.cli.session import Desk, Session, pass_session

SETTLE_S = 2.1  # between two looks of --once; a little longer than a file must rest
PLACES_SHOWN = ("folder", "source", "looked at", "#seen", "#taken", "#waiting", "#refused", "#stopped")
EXAMPLE = """
Examples:

\b
  kbcrm watch /srv/notes --source notes
  kbcrm watch /srv/inbox --source mail --once --json
  kbcrm watch --status
  kbcrm watch /srv/notes --source notes --forget
"""


@click.command(epilog=EXAMPLE)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--source", type=click.Choice(SOURCES), help="What the files are.")
@click.option("--once", is_flag=True, help="Take what is complete now, then end.")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.5),
    default=10.0,
    show_default=True,
    metavar="S",
    help="Seconds between two looks.",
)
@click.option("--profile", metavar="NAME", help="Read each file as it was saved under this name.")
@click.option("--timezone", metavar="ZONE", help="Of times without a zone, e.g. Asia/Shanghai.")
@click.option("--day-first/--month-first", "day_first", default=None, help="How 03/04/2025 is meant.")
@click.option("--currency", metavar="CODE", help="Of prices without one, e.g. EUR.")
@click.option("--status", is_flag=True, help="Only say what became of the files of all watched folders.")
@click.option("--forget", is_flag=True, help="Drop FOLDER from the list; what its files brought in stays.")
@click.option("--json", "as_json", is_flag=True, help="One line for each file, or each folder of --status.")
@pass_session
@click.pass_context
def watch(
    ctx: click.Context,
    session: Session,
    /,
    *,
    folder: Path | None,
    source: str | None,
    once: bool,
    interval: float,
    status: bool,
    forget: bool,
    as_json: bool,
    **reading: Any,
) -> None:
    """Take in the files of FOLDER and its subfolders, each as a run, now and whenever one comes or changes.

    Without FOLDER the folders of KBCRM_WATCH are watched, as `kbcrm serve` does by itself. A file is taken
    when it is complete: two looks find it unchanged. Nothing is moved or deleted; hidden files and those
    that end in .part, .tmp and the like are left alone. Ctrl-C ends it; the next one goes on.
    """
    from ingest.overrides import Overrides

    if bool(folder) != bool(source) and not status:
        raise click.UsageError("Give both, a FOLDER and its --source.")
    places = [(source, folder)] if folder and source else list(session.settings.watch)
    if forget and not folder:
        raise click.UsageError("Say which FOLDER and --source to forget.")
    if not (places or status):
        raise click.UsageError("Give a FOLDER and its --source, or set KBCRM_WATCH.")
    with session.open(reads=True) as desk:
        if status:
            _tell_status(desk, as_json)
            return
        desk.viewer.may_administer("watch folders")
        if forget:
            _forget(desk, places)
            return
        looks = _Looks(desk, places, Overrides(**reading), as_json)
        desk.parts.runs.recover()
        if once:
            looks.once()
        else:
            looks.for_ever(interval)
    if looks.failed:
        ctx.exit(1)


def _forget(desk: Desk, places: Sequence[tuple[str, Path]]) -> None:
    for source, folder in places:
        desk.parts.watching.forget(desk.viewer, folder, source)
        click.echo(f"{folder} is no longer listed; what its files brought in stays.", err=True)


class _Looks:
    """The looks at some folders, and what is said of them."""

    def __init__(self, desk: Desk, places: Sequence[tuple[str, Path]], reading: Any, as_json: bool) -> None:
        self._desk = desk
        self._places = places
        self._reading = reading
        self._as_json = as_json
        self._said: dict[Path, str] = {}
        self.failed = False

    def once(self) -> None:
        waiting = self._all()
        if waiting:
            time.sleep(SETTLE_S)
            waiting = self._all()
        if waiting:
            click.echo(
                f"{tables.counted(waiting, 'file')} not complete yet; the next look takes them.", err=True
            )

    def for_ever(self, interval: float) -> None:
        while True:
            self._all()
            time.sleep(interval)

    def _all(self) -> int:
        """One look at each folder; how many files wait. A folder's trouble is said once, until it changes."""
        from kb.errors import KbcrmError

        waiting = 0
        for source, folder in self._places:
            try:
                waiting += self._desk.parts.watching.look(
                    self._desk.viewer, folder, source, self._tell, self._reading
                )
                self._said.pop(folder, None)
            except KbcrmError as error:
                self.failed = True
                if self._said.get(folder) != str(error):
                    click.echo(f"{folder}: {error}", err=True)
                self._said[folder] = str(error)
        return waiting

    def _tell(self, taken: Any) -> None:
        row = taken.run
        self.failed = self.failed or taken.problem is not None
        if self._as_json:
            counts = ("records", "accepted", "duplicate", "rejected")
            told = {name: getattr(row, name) if row else 0 for name in counts}
            state = "refused" if row is None else row.status
            where = {"folder": taken.place.folder, "file": taken.name, "state": state}
            tables.json_line({**where, "run": row and row.id, **told, "reason": taken.problem})
        elif taken.problem:
            click.echo(f"{taken.name}: {taken.problem}" + (f" (run {row.id})" if row else ""), err=True)
        else:
            click.echo(
                f"{taken.name}: {tables.counted(row.records, 'record')}, {row.accepted:,} accepted, "
                f"{row.duplicate:,} duplicate, {row.rejected:,} rejected (run {row.id})"
            )


def _tell_status(desk: Desk, as_json: bool) -> None:
    from webapp.cli.moments import shown
    from webapp.json_shapes_channels import watched_json

    found = desk.parts.watching.status(desk.viewer)
    if as_json:
        for one in found:
            tables.json_line(watched_json(one))
        return
    tables.table(
        PLACES_SHOWN,
        (
            (
                *(one.place.folder, one.place.source, shown(one.looked_at, desk.settings.timezone)),
                *(one.seen, one.taken, one.waiting, one.refused, one.stopped),
            )
            for one in found
        ),
    )
    for one in found:
        if one.problem:
            click.echo(one.problem, err=True)
        for name, reason in one.reasons:
            click.echo(f"  {tables.plain(name)}: {tables.plain(reason)}")
