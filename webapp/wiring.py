"""The one place where the parts are joined: settings in, a working KBCRM out."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from sqlalchemy import Engine

from ingest.conversational.reviews import Reviews
from ingest.logbook import Logbook
from ingest.mailboxes.mailboxes import Mailboxes
from ingest.once import Once
from ingest.overrides import Defaults
from ingest.runs import Runs
from ingest.watching import Watching
from kb.errors import GraphUnavailable
from kb.knowledge import Knowledge
from kb.ports import Graph
from kb.projection.keeping import Keeping, graph_schema
from kb.store import accounts, database, server
from kb.store.accounts import Accounts
from kb.store.graph import connect
from kb.store.graph_rows import StoredRows
from kb.store.leases import Leases
from kb.store.ledger import Ledger
from kb.store.mailboxes import MailboxStore
from kb.store.watched import WatchedFiles
from webapp.parts import Parts as PagesParts
from webapp.setting_values import OFF
from webapp.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(PagesParts):
    """What the pages use, and what the command line needs besides."""

    knowledge: Knowledge
    runs: Runs
    logbook: Logbook
    watching: Watching
    mailboxes: Mailboxes
    reviews: Reviews
    settings: Settings
    engine: Engine
    graph: Graph
    keeping: Keeping

    @property
    def graph_rows(self) -> StoredRows:
        """The whole graph, for export and validation."""
        return StoredRows(self.graph)

    def close(self) -> None:
        """Give everything back; unfinished runs go on in the next process."""
        self.runs.close()
        self.graph.close()
        self.engine.dispose()


def open_parts(settings: Settings, clock: Callable[[], int] | None = None, *, reads: bool = False) -> Parts:
    """Connect to the stores and join the parts. The embedded graph must have been started.

    `reads`: what comes in is read for facts at once, unless the settings have it off.

    Raises GraphUnavailable, LedgerUnavailable.
    """
    now = clock or _clock(settings)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = database.connect(settings.database_url)
    ledger = Ledger(engine, now)
    accounts.prepare(engine)
    graph = open_graph(settings)
    keeping = Keeping(ledger, graph)
    runs = Runs(
        ledger,
        keeping,
        home=settings.home,
        jobs_url=settings.jobs_url,
        defaults=Defaults(timezone=settings.timezone, staff=settings.staff),
        extractor=lambda: import_module("webapp.extractors").reader(settings),
        reads=reads and settings.reader != OFF,
    )
    once = Once(runs, ledger, settings.home)
    knowledge = Knowledge(graph, ledger, keeping, now)
    return Parts(
        knowledge=knowledge,
        runs=runs,
        logbook=Logbook(knowledge, ledger, keeping, now, settings.timezone),
        watching=Watching(runs, once, WatchedFiles(engine), Leases(engine)),
        mailboxes=Mailboxes(
            runs,
            once,
            MailboxStore(engine),
            Leases(engine),
            home=settings.home,
            environment=os.environ.get,  # asked when a mailbox is: a password may be changed meanwhile
            standing=settings.mailbox_password,
        ),
        reviews=Reviews(knowledge, ledger, keeping, settings.timezone),
        accounts=Accounts(engine),
        settings=settings,
        clock=now,
        engine=engine,
        graph=graph,
        keeping=keeping,
    )


def open_graph(settings: Settings) -> Graph:
    """The graph of the settings, with its constraints and indexes. Raises GraphUnavailable."""
    if settings.embedded:
        running = server.status(settings.home)
        if running is None:
            raise GraphUnavailable("The embedded graph is not running. Start it with `kbcrm graph start`.")
        graph = connect(running.url, running.user, running.password, settings.home)
    else:
        graph = connect(settings.graph, settings.graph_user, settings.graph_password)
    graph.prepare(graph_schema())
    return graph


def _clock(settings: Settings) -> Callable[[], int]:
    """The system's clock, or the one at which KBCRM_CLOCK lets it stand."""
    if settings.clock is not None:
        standing = settings.clock
        return lambda: standing
    return lambda: time.time_ns() // 1_000_000
