"""Everything that differs between the two engines, and nothing else.

What callers must keep to, on both: no aggregation inside a map projection (aggregate
in WITH first), no `SHORTEST 1`, no dynamic labels, never `elementId` as a key, a LIMIT
on every read and a bound on every traversal (ArcadeDB enforces no time-out), one type
for each key property.
"""

import re
from dataclasses import dataclass
from typing import LiteralString

from kb.errors import Invalid
from kb.ports import GraphSchema

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    engine: str
    database: str | None  # None is the database that the server gives the user
    await_indexes: LiteralString | None  # Neo4j fills a new index in the background
    refuses_writes_in_reads: bool  # where not, a read is rolled back, never committed


ARCADEDB = Dialect(engine="arcadedb", database="kbcrm", await_indexes=None, refuses_writes_in_reads=False)
NEO4J = Dialect(
    engine="neo4j",
    database=None,
    await_indexes="CALL db.awaitIndexes(300)",
    refuses_writes_in_reads=True,
)


def of_agent(agent: str) -> Dialect:
    """The dialect of a server that names itself `agent` when a connection opens.

    ArcadeDB says "Neo4j/5.26.0 compatible (ArcadeDB 26.10.2)"; its procedures claim to be
    Neo4j's, so this string is what tells.
    """
    return ARCADEDB if "arcadedb" in agent.casefold() else NEO4J


def schema_statements(schema: GraphSchema) -> list[str]:
    """Idempotent statements, the same on both engines. Raises Invalid for a name that is none."""
    constraints = [_unique(label, prop) for label, prop in schema.unique]
    return constraints + [_index(label, props) for label, props in schema.indexes]


def _unique(label: str, prop: str) -> str:
    _check_names(label, prop)
    return f"CREATE CONSTRAINT unique_{label}_{prop} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{prop} IS UNIQUE"


def _index(label: str, props: tuple[str, ...]) -> str:
    _check_names(label, *props)
    on = ", ".join(f"n.{prop}" for prop in props)
    return f"CREATE INDEX index_{label}_{'_'.join(props)} IF NOT EXISTS FOR (n:{label}) ON ({on})"


def _check_names(*names: str) -> None:
    """Schema statements take no parameters, so names are checked instead."""
    for name in names:
        if not NAME.fullmatch(name):
            raise Invalid("schema", f"{name!r} is not a name of letters, digits and underscores.")
