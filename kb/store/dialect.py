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
    types_index_keys: bool  # ArcadeDB sorts keys as text unless told; Neo4j Community has no such constraint


ARCADEDB = Dialect(engine="arcadedb", database="kbcrm", await_indexes=None, types_index_keys=True)
NEO4J = Dialect(
    engine="neo4j",
    database=None,
    await_indexes="CALL db.awaitIndexes(300)",
    types_index_keys=False,
)


def of_agent(agent: str) -> Dialect:
    """The dialect of a server that names itself `agent` when a connection opens.

    ArcadeDB says "Neo4j/5.26.0 compatible (ArcadeDB 26.10.2)"; its procedures claim to be
    Neo4j's, so this string is what tells.
    """
    return ARCADEDB if "arcadedb" in agent.casefold() else NEO4J


def schema_statements(dialect: Dialect, schema: GraphSchema) -> list[str]:
    """Idempotent statements. Raises Invalid for a name that is none."""
    types = _types(schema) if dialect.types_index_keys else []
    constraints = [_unique(label, prop) for label, prop in schema.unique]
    return types + constraints + [_index(label, props) for label, props in schema.indexes]


def _types(schema: GraphSchema) -> list[str]:
    """The types of keys that are numbers, said before their index exists: it keeps the type it has then."""
    kinds = dict.fromkeys(schema.integers, "INTEGER") | dict.fromkeys(schema.floats, "FLOAT")
    indexed = ((label, prop) for label, props in schema.indexes for prop in props)
    keys = dict.fromkeys((*schema.unique, *indexed))
    return [_typed(label, prop, kinds[prop]) for label, prop in keys if prop in kinds]


def _typed(label: str, prop: str, kind: str) -> str:
    _check_names(label, prop)
    return (
        f"CREATE CONSTRAINT type_{label}_{prop} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{prop} IS :: {kind}"
    )


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
