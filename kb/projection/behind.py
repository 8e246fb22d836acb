"""Writing behind: a graph that is written to in one thread while the next write is prepared in another."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, LiteralString, Self

from kb.ports import Graph, Row, Transaction

Work = Callable[[Transaction], Any]


class WriteBehind:
    """Sends one write at a time, in order. Reads wait for it; those of `beside` do not.

    Within its `with` block `write` returns at once, having waited for the write before: at most one is
    under way. An error of a write is raised by whatever waits for it, at the latest at the block's end;
    nothing is sent after it. Outside the block it writes as the graph itself does.
    Not safe to share between threads.
    """

    def __init__(self, graph: Graph) -> None:
        self.beside = graph
        self._sender: ThreadPoolExecutor | None = None
        self._under_way: Future[Any] | None = None

    def __enter__(self) -> Self:
        self._sender = ThreadPoolExecutor(1, "graph-writer")
        return self

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.shutdown()  # the write under way has ended after this, well or badly
        with suppress(*() if error is None else (Exception,)):  # the block's own error goes first
            self.finish()

    def write(self, work: Work) -> None:
        """Send the write once the one before has ended well."""
        self.finish()
        if self._sender is None:
            self.beside.write(work)
        else:
            self._under_way = self._sender.submit(self.beside.write, work)

    def read(self, query: LiteralString | str, /, **params: object) -> list[Row]:
        """All rows, once nothing is under way that could change them."""
        self.finish()
        return self.beside.read(query, **params)

    def finish(self) -> None:
        """Wait for the write under way. Raises its error, once."""
        last, self._under_way = self._under_way, None
        if last is not None:
            last.result()
