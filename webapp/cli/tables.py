"""How the command line shows rows to people, and objects to programs; both on stdout."""

import json
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence

import click

from kb.model.reading import RejectedRow, RunRow

WIDTH_WITHOUT_TERMINAL = 200
COLUMN = "column "  # begins the names of columns in a run's profile
CONTROLS = {
    code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if code not in (9, 10)
}


def plain(text: str) -> str:
    """Without control characters: the words of a mail must not steer the reader's terminal."""
    return text.translate(CONTROLS)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Aligned columns, Chinese counted as wide; those that begin with "#" are numbers."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column.lstrip("#"), justify="right" if column.startswith("#") else "left")
    for row in rows:
        shown.add_row(*("" if cell is None else plain(str(cell)) for cell in row))
    width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    console = Console(width=width, markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        console.print(shown)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def counted(number: int, noun: str) -> str:
    """1 record, 1,042 records."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def read_as(profile: Mapping[str, str]) -> None:
    """How a file was read; a column that is called as its field is named once."""
    if not profile:
        return
    columns = {n.removeprefix(COLUMN): c for n, c in profile.items() if n.startswith(COLUMN)}
    rest = [f"{name}={value}" for name, value in profile.items() if not name.startswith(COLUMN)]
    named = [field if field == column else f"{field}={column}" for field, column in columns.items()]
    click.echo(plain("Read as: " + ", ".join(rest) + ("; columns: " + ", ".join(named) if named else "")))


def properties(values: Mapping[str, object], *, hidden: Collection[str]) -> None:
    """Of a node: one a line under the names that programs get, too."""
    for name in sorted(values.keys() - set(hidden)):
        value = values[name]
        told = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        click.echo(f"{name}: {plain(told)}")


def cut(shown: int, total: int, *, aside: bool = False) -> None:
    """Lists say when they are cut; `aside`, on stderr, where stdout is for a program."""
    if shown < total:
        click.echo(f"{shown} of {total}", err=aside)


def refused(rows: Iterable[RejectedRow]) -> None:
    """Rejected records, each with its place and a sentence why."""
    from webapp import wording  # loads Flask's translations

    for row in rows:
        click.echo(f"  record {row.place}: {plain(wording.reason(row.reason, row.field, row.value))}")


def json_line(value: Mapping[str, object]) -> None:
    """One object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def summary(row: RunRow) -> dict[str, object]:
    """The last line of `ingest --json`; other programs rely on its shape (docs/cli.md)."""
    return {
        "run": row.id,
        "records": row.records,
        "accepted": row.accepted,
        "duplicate": row.duplicate,
        "rejected": row.rejected,
        "seconds": round(row.seconds, 3),
    }
