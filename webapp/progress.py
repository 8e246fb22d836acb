"""Progress bars on stderr, only where somebody watches: on a terminal. stdout stays with the results."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from kb.model.reading import RunRow

Report: TypeAlias = Callable[["RunRow"], None]
Count: TypeAlias = Callable[[int, int | None], None]  # so many done, of so many where that is known


@contextmanager
def of_run(title: str) -> Iterator[Report]:
    """A bar that follows a run: first its file is read, then its records are brought into the graph."""
    with counting(title) as count:

        def report(run: "RunRow") -> None:
            if run.stage == "landing":
                count(run.done_of_expected or 0, run.expected)
            else:
                count(min(run.applied, run.records), run.records)  # records made from others count as applied

        yield report


@contextmanager
def counting(title: str) -> Iterator[Count]:
    """A bar from numbers alone; it may start over for another phase."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - where nobody watches, rich is not loaded
    from rich.progress import (  # noqa: PLC0415 - likewise
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
