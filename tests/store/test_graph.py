"""The graph keeps its promises on both engines."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from neo4j.exceptions import ClientError

from kb.errors import Conflict, GraphUnavailable, Invalid, InvalidSetting
from kb.ports import Graph as GraphPort
from kb.ports import GraphSchema, Transaction
from kb.store.graph import Graph, connect
from kb.store.server_folder import free_port

SCHEMA = GraphSchema(
    unique=(("Customer", "id"), ("Counter", "id")),
    indexes=(("Fact", ("predicate", "valid_from")),),
    integers=("valid_from",),
)


def names(graph: Graph) -> list[str]:
    return [row["id"] for row in graph.read("MATCH (n:Customer) RETURN n.id AS id ORDER BY id LIMIT 1000")]


def create(graph: Graph, *ids: str) -> None:
    graph.write(lambda tx: tx.run("UNWIND $ids AS id CREATE (:Customer {id: id})", ids=list(ids)))


def together(count: int, act: Callable[[int], object]) -> None:
    """All at the same moment, in threads; the first error is raised."""
    gate = threading.Barrier(count)

    def one(number: int) -> None:
        gate.wait()
        act(number)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(one, range(count)))


def test_the_engine_is_told_by_the_server(graph: Graph, request: pytest.FixtureRequest) -> None:
    assert graph.engine == request.node.callspec.params["graph"]
    port: GraphPort = graph
    assert port.read("RETURN 1 AS one") == [{"one": 1}]


def test_nodes_relationships_and_paths_come_as_plain_values(graph: Graph) -> None:
    graph.write(lambda tx: tx.run("CREATE (:Customer {id: 'a'})-[:BOUGHT {count: 2}]->(:Product {id: 'p'})"))
    query = "MATCH p = (c:Customer)-[r]->(:Product) RETURN c, r, p, [c] AS many, {inner: c} AS map LIMIT 1"
    customer = {"id": "a"}
    assert graph.read(query) == [
        {
            "c": customer,
            "r": {"count": 2},
            "p": [customer, {"count": 2}, {"id": "p"}],
            "many": [customer],
            "map": {"inner": customer},
        }
    ]


@pytest.mark.parametrize(
    "value",
    [
        "王小明 🙂 \n\t\"'\\ \x00",
        "",
        2**63 - 1,
        -(2**63),
        0.1,
        True,
        ["甲", "乙"],
        [1, 2],
        [0.5, 1.5],
        [],
        "x" * 300_000,
        "客" * 2_000_000,
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_what_is_written_is_read_back(graph: Graph, value: object) -> None:
    graph.write(lambda tx: tx.run("CREATE (:Customer {id: 'a', value: $value})", value=value))
    (row,) = graph.read("MATCH (n:Customer {id: 'a'}) RETURN n.value AS value LIMIT 1")
    assert row["value"] == value
    assert type(row["value"]) is type(value)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([1, "a"], "one type"),
        ([1, 0.5], "one type"),
        ([True, 1], "one type"),
        ([None], "nulls"),
        ([[1]], "lists"),
        ([{"a": 1}, 2], "one type"),
        (2**63, "64 bits"),
        (float("nan"), "compared"),
        (b"bytes", "bytes"),
        ({1: "a"}, "not text"),
        ("\ud800", "surrogate"),
    ],
)
def test_values_that_one_engine_would_refuse_are_refused_before_writing(
    graph: Graph, value: object, problem: str
) -> None:
    with pytest.raises(Invalid, match=problem) as refused:
        graph.write(
            lambda tx: tx.run("UNWIND $rows AS r CREATE (:Customer {id: 'a'})", rows=[{"tags": value}])
        )
    assert "rows[0].tags" in str(refused.value)
    assert names(graph) == []


def test_a_map_as_a_property_is_refused(graph: Graph) -> None:
    with pytest.raises(Invalid):
        graph.write(lambda tx: tx.run("CREATE (:Customer {id: 'a', map: $map})", map={"inner": 1}))
    assert names(graph) == []


def test_rows_may_nest_maps_for_unwind(graph: Graph) -> None:
    orders = [{"id": "o1", "lines": [{"id": "l1"}, {"id": "l2"}]}, {"id": "o2", "lines": []}]
    query = """
    UNWIND $orders AS o CREATE (order:Order {id: o.id}) WITH o, order
    UNWIND o.lines AS line CREATE (order)-[:HAS]->(:Line {id: line.id})
    """
    graph.write(lambda tx: tx.run(query, orders=orders))
    assert graph.read("MATCH (:Order {id: 'o1'})-->(l:Line) RETURN count(l) AS n") == [{"n": 2}]


def test_an_error_of_the_caller_rolls_back_the_whole_write(graph: Graph) -> None:
    class Stopped(Exception):
        pass

    def work(tx: Transaction) -> None:
        tx.run("UNWIND range(1, 501) AS n CREATE (:Customer {id: toString(n)})")
        raise Stopped

    with pytest.raises(Stopped):
        graph.write(work)
    assert names(graph) == []


def test_an_error_in_the_middle_of_a_statement_rolls_back_the_whole_write(graph: Graph) -> None:
    query = "UNWIND range(500, 0, -1) AS n CREATE (:Customer {id: toString(n), share: 1 / n})"

    def work(tx: Transaction) -> None:
        tx.run("CREATE (:Customer {id: 'first'})")
        tx.run(query)

    with pytest.raises(ClientError):
        graph.write(work)
    assert names(graph) == []


def test_a_statement_that_writes_is_refused_as_a_read(graph: Graph) -> None:
    with pytest.raises(Invalid, match="write"):
        graph.read("CREATE (n:Customer {id: 'a'}) RETURN n")
    with pytest.raises(Invalid, match="write"):
        list(graph.stream("CREATE (n:Customer {id: 'a'}) RETURN n"))
    assert names(graph) == []


def test_racing_merges_of_one_key_make_one_node(graph: Graph) -> None:
    graph.prepare(SCHEMA)
    rows = [{"id": f"c{n}"} for n in range(20)]
    query = "UNWIND $rows AS row MERGE (c:Customer {id: row.id}) SET c.seen = $by"
    together(6, lambda number: graph.write(lambda tx: tx.run(query, rows=rows, by=number)))
    assert graph.read("MATCH (c:Customer) RETURN count(c) AS n, count(DISTINCT c.id) AS ids") == [
        {"n": 20, "ids": 20}
    ]


def test_writes_that_collide_are_tried_again_until_all_are_done(graph: Graph) -> None:
    graph.prepare(SCHEMA)
    graph.write(lambda tx: tx.run("UNWIND ['x', 'y'] AS id CREATE (:Counter {id: id, n: 0})"))
    add = "MATCH (c:Counter {id: $id}) SET c.n = c.n + 1"

    def both(tx: Transaction, order: tuple[str, str]) -> None:
        for id in order:
            tx.run(add, id=id)

    def add_many(number: int) -> None:
        for _ in range(10):
            graph.write(lambda tx: both(tx, ("x", "y") if number % 2 else ("y", "x")))

    together(4, add_many)
    assert graph.read("MATCH (c:Counter) RETURN c.n AS n LIMIT 2") == [{"n": 40}, {"n": 40}]


def test_a_key_that_is_taken_is_a_conflict(graph: Graph) -> None:
    graph.prepare(SCHEMA)
    create(graph, "a")
    with pytest.raises(Conflict):
        create(graph, "b", "a")
    assert names(graph) == ["a"]


def test_preparing_twice_changes_nothing(graph: Graph) -> None:
    graph.prepare(SCHEMA)
    graph.prepare(SCHEMA)
    create(graph, "a")
    with pytest.raises(Conflict):
        create(graph, "a")


@pytest.mark.parametrize("name", ["a b", "n) DETACH DELETE n //", "", "1a", "客户"])
def test_a_schema_name_that_is_none_is_refused(graph: Graph, name: str) -> None:
    with pytest.raises(Invalid, match="schema"):
        graph.prepare(GraphSchema(indexes=((name, ("id",)),)))


def test_clearing_takes_everything_but_the_schema(graph: Graph) -> None:
    graph.prepare(SCHEMA)
    hub = (
        "CREATE (h:Customer {id: 'hub'}) WITH h UNWIND range(1, 12000) AS n CREATE (h)-[:HAS]->(:Fact {n: n})"
    )
    graph.write(lambda tx: tx.run(hub))
    graph.clear()
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
    assert graph.read("MATCH ()-[r]->() RETURN count(r) AS n") == [{"n": 0}]
    create(graph, "a")
    with pytest.raises(Conflict):
        create(graph, "a")


def test_a_stream_comes_row_by_row_and_may_be_left(graph: Graph) -> None:
    rows = graph.stream("UNWIND range(1, 300) AS a UNWIND range(1, 10000) AS b RETURN b")
    assert [row["b"] for row in itertools.islice(rows, 2500)] == list(range(1, 2501))
    rows.close()  # type: ignore[attr-defined]
    assert graph.read("RETURN 1 AS one") == [{"one": 1}]


def test_a_stream_gives_every_row(graph: Graph) -> None:
    assert sum(row["n"] for row in graph.stream("UNWIND range(1, 12345) AS n RETURN n")) == 12345 * 12346 // 2


def test_an_error_in_the_middle_of_a_stream_is_raised(graph: Graph) -> None:
    with pytest.raises(ClientError):
        list(graph.stream("UNWIND range(5000, 0, -1) AS n RETURN 1 / n AS share"))


def test_an_unknown_label_is_an_empty_answer(graph: Graph) -> None:
    assert graph.read("MATCH (n:Never)-[:KNOWN]->(m) RETURN n, m LIMIT 5") == []


def test_a_mistake_in_a_query_stays_the_drivers_error_and_names_the_server(graph: Graph) -> None:
    with pytest.raises(ClientError) as mistake:
        graph.read("RETURN nothing_of_this_name")
    assert "bolt://127.0.0.1" in mistake.value.__notes__[0]


def test_many_threads_read_at_once(graph: Graph) -> None:
    create(graph, "a")
    together(12, lambda _: [names(graph) for _ in range(5)])


def test_nobody_at_the_address_is_said_with_the_remedy(tmp_path: Path) -> None:
    port = free_port()
    with pytest.raises(GraphUnavailable, match="does not answer") as gone:
        connect(f"bolt://user:secret@127.0.0.1:{port}", "", "", tmp_path)
    assert gone.value.data["url"] == f"bolt://127.0.0.1:{port}"
    assert str(tmp_path / "graph" / "log" / "server.0.log") in str(gone.value)
    assert "secret" not in f"{gone.value} {gone.value.data}"


@pytest.mark.parametrize(
    "url", ["nonsense", "http://user:secret@127.0.0.1:1", "bolt://", "", "bolt://127.0.0.1:port"]
)
def test_an_address_that_is_none_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(InvalidSetting, match="KBCRM_GRAPH") as refused:
        connect(url, "user", "password")
    assert "secret" not in str(refused.value)


def test_a_wrong_password_is_a_wrong_setting(embedded_graph: Graph, embedded_url: str) -> None:
    with pytest.raises(InvalidSetting, match="KBCRM_GRAPH"):
        connect(embedded_url, "root", "wrong")
