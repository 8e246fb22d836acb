"""Fixtures for all tests: the graph on both engines, emptied for each test, and the shared data."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest

from kb.store import server
from kb.store.graph import Graph
from tests.mailboxes.dovecot import Server, dovecot
from tests.store import databases, engines

_users = count(1)

ROOT = Path(__file__).parent.parent

# The default run is the same everywhere and every time; the long one looks further.
hypothesis.settings.register_profile(
    "seeded",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
if not os.environ.get("KBCRM_TEST_ALL"):
    hypothesis.settings.load_profile("seeded")


@pytest.fixture(scope="session")
def embedded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kbcrm-home")


@pytest.fixture(scope="session")
def arcadedb(embedded_home: Path) -> Iterator[Graph]:
    """One embedded server for the session (for each worker of pytest-xdist)."""
    with engines.embedded(embedded_home) as address:
        yield from _connected(address)


@pytest.fixture
def embedded_url(arcadedb: Graph, embedded_home: Path) -> str:
    running = server.status(embedded_home)
    assert running
    return running.url


@pytest.fixture(scope="session")
def neo4j() -> Iterator[Graph]:
    """A real Neo4j. Skips where there can be none; where CI is set, that fails instead."""
    try:
        with engines.neo4j() as address:
            yield from _connected(address)
    except engines.EngineMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def _connected(address: engines.Address) -> Iterator[Graph]:
    graph = address.connect()
    yield graph
    graph.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL. Skips where there can be none."""
    try:
        with databases.postgresql() as server:
            yield server
    except engines.EngineMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def imap() -> Iterator[Server]:
    """A real IMAP server. Skips where there can be none; where CI is set, that fails instead."""
    try:
        with dovecot() as server:
            yield server
    except engines.EngineMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
def user() -> str:
    """Somebody with an empty mailbox."""
    return f"user{os.getpid()}-{next(_users)}@pumps.example"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kbcrm.sqlite'}"
    return databases.fresh(request.getfixturevalue("postgresql"))


@pytest.fixture(params=["arcadedb", "neo4j"])
def graph(request: pytest.FixtureRequest) -> Graph:
    """An empty graph, once on each engine. Constraints and indexes of earlier tests remain."""
    return _emptied(request.getfixturevalue(request.param))


@pytest.fixture
def embedded_graph(arcadedb: Graph) -> Graph:
    """An empty graph on the embedded engine only."""
    return _emptied(arcadedb)


def _emptied(graph: Graph) -> Graph:
    graph.clear()
    return graph


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets: KBCRM_SHARED, else ../shared/data. Skips where it is absent."""
    folder = Path(os.environ.get("KBCRM_SHARED") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no shared data: {folder} is absent; set KBCRM_SHARED")
    return folder
