"""What the export reads: the graph's rows, put into one order in bounded memory.

The byte order of an export must not depend on how an engine sorts text, so the
rows are sorted here: in memory up to a chunk, beyond that in temporary files.
"""

import heapq
import json
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Protocol, TypeAlias

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]

CHUNK = 20_000  # rows that are sorted in memory at a time
SPILL = 250  # rows that come back from a file at a time


class GraphRows(Protocol):
    """The whole graph as plain rows, in any order; each call starts from the beginning."""

    def nodes(self) -> Iterator[Row]:
        """`label`, `id`, and `props`: scalars or lists of scalars by name."""

    def edges(self) -> Iterator[Row]:
        """`type`, `from` and `to` (ids of nodes), and `props`."""


def node_key(row: Row) -> Key:
    return (row["id"], row["label"])


def edge_key(row: Row) -> Key:
    """Total but for edges that are alike in everything."""
    return (row["from"], row["type"], row["to"], canonical(row["props"]))


_canonical = json.JSONEncoder(sort_keys=True, check_circular=False).encode


def canonical(props: Row) -> str:
    """Equal texts for equal properties, whatever order an engine returns them in."""
    return _canonical(props) if props else ""


def ordered(rows: Iterator[Row], key: Callable[[Row], Key], *, chunk: int = CHUNK) -> Iterator[Row]:
    """The rows sorted by `key`; at most `chunk` of them are held at a time."""
    with ExitStack() as files:
        spilled = []
        part = sorted(islice(rows, chunk), key=key)
        while len(part) == chunk:
            spilled.append(_spill(files, part))
            part.clear()
            part = sorted(islice(rows, chunk), key=key)
        yield from heapq.merge(*map(_read_back, spilled), part, key=key)


def _spill(files: ExitStack, rows: list[Row]) -> IO[bytes]:
    file = files.enter_context(TemporaryFile(prefix="kbcrm-export-"))  # noqa: SIM115 -- `files` closes it
    for start in range(0, len(rows), SPILL):
        pickle.dump(rows[start : start + SPILL], file, protocol=pickle.HIGHEST_PROTOCOL)
    file.seek(0)
    return file


def _read_back(file: IO[bytes]) -> Iterator[Row]:
    while True:
        try:
            yield from pickle.load(file)  # noqa: S301 -- our own nameless file, written a moment ago
        except EOFError:
            return
