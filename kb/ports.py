"""What the use cases need from the stores, said without naming a product.

The graph is spoken to in openCypher with parameters. Two engines stand behind
`Graph` (ArcadeDB and Neo4j); what differs between them is in kb/store/dialect.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, LiteralString, Protocol, TypeVar

T = TypeVar("T")

Row = dict[str, Any]
"""One row of a result. Nodes and relationships come as plain dicts of their properties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSchema:
    """What the graph must hold besides data. Names are letters, digits and underscores.

    `unique`: (label, property) pairs; a value occurs at most once among the nodes of the label.
    `indexes`: (label, properties) pairs; a range index that serves equality, ranges and their order.
    `integers`, `floats`: which of these properties hold numbers; all others hold text. An index on a
    number that is not named here answers rightly, but ArcadeDB sorts it as text and reads all of it.
    """

    unique: tuple[tuple[str, str], ...] = ()
    indexes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    integers: tuple[str, ...] = ()
    floats: tuple[str, ...] = ()


class Transaction(Protocol):
    """An open transaction of `Graph.write`."""

    def run(self, query: LiteralString | str, /, **params: object) -> list[Row]:
        """All rows of one statement. Raises Invalid for parameters that no property can hold."""


class Reads(Protocol):
    """What answers statements that only read."""

    def read(self, query: LiteralString | str, /, **params: object) -> list[Row]:
        """All rows of one reading statement, [] where nothing matches; retried on transient errors."""


class Graph(Reads, Protocol):
    """A graph store. Every method raises GraphUnavailable when its server cannot do the work now."""

    engine: str  # "arcadedb" | "neo4j"

    def stream(self, query: LiteralString | str, /, **params: object) -> Iterator[Row]:
        """The rows as they come, in bounded memory, for exports; an error in the middle is raised."""

    def write(self, work: Callable[[Transaction], T]) -> T:
        """What `work` returns, once all that it wrote is on disk; on an error nothing is written.

        `work` may run several times (deadlocks, racing MERGEs): it must do nothing but write here.
        Where the server vanished during the commit (GraphUnavailable), all or nothing was written:
        only the graph can tell which, once it is back. Raises Conflict if a unique value is taken.
        """

    def prepare(self, schema: GraphSchema) -> None:
        """Create the constraints and indexes that are missing, and wait until they serve."""

    def clear(self) -> None:
        """Delete all nodes and relationships in bounded batches; constraints and indexes stay."""

    def close(self) -> None:
        """Give the connections back. The graph cannot be used afterwards."""
