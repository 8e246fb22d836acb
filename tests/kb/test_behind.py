"""Writing behind: one write at a time, in order, and no read that comes before it."""

import threading
from typing import Any

import pytest

from kb.ports import Row
from kb.projection.behind import WriteBehind


class Slow:
    """A graph whose writes wait for a sign; it notes what happens."""

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.go = threading.Event()
        self.writing = threading.Event()

    def write(self, work: Any) -> None:
        self.writing.set()
        assert self.go.wait(10)
        self.happened.append(work(None))

    def read(self, query: str, /, **_: object) -> list[Row]:
        self.happened.append(query)
        return []


def said(word: str) -> Any:
    return lambda _tx: word


def broken(_tx: object) -> None:
    raise OSError("the disk")


def test_a_write_returns_at_once_and_a_read_beside_does_not_wait_for_it() -> None:
    slow = Slow()
    with WriteBehind(slow) as graph:  # type: ignore[arg-type]
        graph.write(said("first"))
        graph.beside.read("beside")
        slow.go.set()
    assert slow.happened == ["beside", "first"]


def test_reads_and_later_writes_come_after_it() -> None:
    slow = Slow()
    threading.Timer(0.05, slow.go.set).start()
    with WriteBehind(slow) as graph:  # type: ignore[arg-type]
        graph.write(said("first"))
        graph.write(said("second"))
        graph.read("read")
    assert slow.happened == ["first", "second", "read"]


def test_nothing_is_sent_after_a_write_that_failed() -> None:
    slow = Slow()
    slow.go.set()
    with pytest.raises(OSError, match="the disk"), WriteBehind(slow) as graph:  # type: ignore[arg-type]
        graph.write(broken)
        graph.write(said("after"))
    assert slow.happened == []


def test_the_last_write_is_waited_for_and_its_error_told() -> None:
    slow = Slow()
    slow.go.set()
    with pytest.raises(OSError, match="the disk"), WriteBehind(slow) as graph:  # type: ignore[arg-type]
        graph.write(broken)


def test_an_error_of_the_block_comes_before_that_of_the_write_which_has_ended_by_then() -> None:
    slow = Slow()
    with pytest.raises(KeyError), WriteBehind(slow) as graph:  # type: ignore[arg-type]
        graph.write(said("first"))
        assert slow.writing.wait(10)
        slow.go.set()
        raise KeyError
    assert slow.happened == ["first"]
    with pytest.raises(KeyError), graph:
        graph.write(broken)
        raise KeyError


def test_outside_the_block_it_writes_as_the_graph_does() -> None:
    slow = Slow()
    slow.go.set()
    WriteBehind(slow).write(said("first"))  # type: ignore[arg-type]
    assert slow.happened == ["first"]
