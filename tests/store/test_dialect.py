"""What differs between the engines, and the statements made from a schema."""

import pytest

from kb.errors import Invalid
from kb.ports import GraphSchema
from kb.store import dialect
from kb.store.graph import Graph

SCHEMA = GraphSchema(
    unique=(("Customer", "id"),),
    indexes=(("Fact", ("predicate", "valid_from")), ("Fact", ("confidence",))),
    integers=("valid_from", "not_indexed"),
    floats=("confidence",),
)


@pytest.mark.parametrize(
    ("agent", "engine"),
    [
        ("Neo4j/5.26.0 compatible (ArcadeDB 26.10.2)", "arcadedb"),
        ("ArcadeDB/27.1", "arcadedb"),
        ("Neo4j/5.26.30", "neo4j"),
        ("Neo4j/2026.01.0", "neo4j"),
    ],
)
def test_a_server_is_known_by_what_it_calls_itself(agent: str, engine: str) -> None:
    assert dialect.of_agent(agent).engine == engine


def test_a_schema_becomes_statements_that_may_run_again() -> None:
    types = [
        "CREATE CONSTRAINT type_Fact_valid_from IF NOT EXISTS "
        "FOR (n:Fact) REQUIRE n.valid_from IS :: INTEGER",
        "CREATE CONSTRAINT type_Fact_confidence IF NOT EXISTS FOR (n:Fact) REQUIRE n.confidence IS :: FLOAT",
    ]
    both = [
        "CREATE CONSTRAINT unique_Customer_id IF NOT EXISTS FOR (n:Customer) REQUIRE n.id IS UNIQUE",
        "CREATE INDEX index_Fact_predicate_valid_from IF NOT EXISTS "
        "FOR (n:Fact) ON (n.predicate, n.valid_from)",
        "CREATE INDEX index_Fact_confidence IF NOT EXISTS FOR (n:Fact) ON (n.confidence)",
    ]
    assert dialect.schema_statements(dialect.NEO4J, SCHEMA) == both
    assert dialect.schema_statements(dialect.ARCADEDB, SCHEMA) == types + both


def test_a_schema_with_an_impossible_name_is_refused_as_a_whole() -> None:
    schema = GraphSchema(unique=(("Customer", "id"), ("Customer", "n n")))
    with pytest.raises(Invalid, match="'n n'"):
        dialect.schema_statements(dialect.NEO4J, schema)


def test_both_engines_show_the_schema_they_were_given(graph: Graph) -> None:
    graph.prepare(SCHEMA)
    constraints = graph.read("SHOW CONSTRAINTS YIELD name, labelsOrTypes, properties")
    assert {"name": "unique_Customer_id", "labelsOrTypes": ["Customer"], "properties": ["id"]} in constraints
    indexes = graph.read("SHOW INDEXES YIELD name, state, properties")
    wanted = {"name": "index_Fact_predicate_valid_from", "state": "ONLINE"}
    assert {**wanted, "properties": ["predicate", "valid_from"]} in indexes


def test_arcadedb_keeps_numbers_as_numbers_in_its_indexes(embedded_graph: Graph) -> None:
    embedded_graph.prepare(SCHEMA)
    shown = embedded_graph.read("SHOW CONSTRAINTS YIELD name, propertyType")
    assert {"name": "type_Fact_valid_from", "propertyType": "INTEGER"} in shown
    assert {"name": "type_Fact_confidence", "propertyType": "FLOAT"} in shown


@pytest.mark.parametrize("key", ["told", "untold"])
def test_an_index_keeps_the_order_of_numbers(graph: Graph, key: str) -> None:
    graph.prepare(GraphSchema(indexes=(("Event", ("told",)), ("Event", ("untold",))), integers=("told",)))
    moments = [-5, 7, 10, 99, 100, 1_763_800_000_000, 253_402_300_800_000]
    graph.write(
        lambda tx: tx.run("UNWIND $moments AS n CREATE (:Event {told: n, untold: n})", moments=moments)
    )
    where = f"MATCH (e:Event) WHERE e.{key} >= $low AND e.{key} < $high"
    query = f"{where} RETURN e.{key} AS n ORDER BY n LIMIT 10"
    assert [row["n"] for row in graph.read(query, low=-5, high=100)] == [-5, 7, 10, 99]
    assert [row["n"] for row in graph.read(query, low=100, high=2**62)] == moments[4:]
