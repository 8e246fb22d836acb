"""A data folder that fetches from a mail server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.mailboxes.mailboxes import Mailboxes
from ingest.once import Once
from ingest.overrides import Defaults
from ingest.runs import Runs
from kb.ports import Graph
from kb.projection.keeping import Keeping, graph_schema
from kb.store import database
from kb.store.leases import Leases
from kb.store.ledger import Ledger
from kb.store.mailboxes import MailboxStore
from tests.kb.parts import Clock
from tests.mailboxes.dovecot import PASSWORD


class Place:
    """A data folder with its ledger, on the graph of the session."""

    def __init__(self, folder: Path, graph: Graph) -> None:
        folder.mkdir()
        graph.prepare(graph_schema())
        self.engine = database.connect(f"sqlite:///{folder / 'kbcrm.sqlite'}")
        self.ledger = Ledger(self.engine, Clock())
        self.store = MailboxStore(self.engine)
        jobs = f"sqlite:///{folder}/jobs.sqlite"
        self.runs = Runs(
            self.ledger, Keeping(self.ledger, graph), home=folder, jobs_url=jobs, defaults=Defaults()
        )
        self.once = Once(self.runs, self.ledger, folder)
        self.variables = {"MAIL_PASSWORD": PASSWORD}
        self.mailboxes = Mailboxes(
            self.runs,
            self.once,
            self.store,
            Leases(self.engine),
            home=folder,
            environment=self.variables.get,
        )

    def close(self) -> None:
        self.runs.close()
        self.engine.dispose()


@pytest.fixture
def place(tmp_path: Path, embedded_graph: Graph) -> Iterator[Place]:
    made = Place(tmp_path / "home", embedded_graph)
    yield made
    made.close()
