"""All mailboxes, for administrators: added, synchronised, proved complete, removed."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ingest.mailboxes.adding import NewMailbox, password_of
from ingest.mailboxes.connection import Connection, connected
from ingest.mailboxes.syncing import Batch, Sync
from ingest.names import digest
from ingest.once import Once
from ingest.runs import Runs
from kb.errors import KbcrmError
from kb.model.viewer import Viewer
from kb.store.leases import Leases
from kb.store.mailboxes import Mailbox, MailboxStore

BATCH = 1000  # messages of one run
TURN_S = 1.0  # two synchronisations of one mailbox do not wait for each other
MANAGE = "manage mailboxes"
COUNTED = ("accepted", "duplicate", "rejected", "reverted")

Tell = Callable[[Batch], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderProof:
    """The server's messages of a folder against the ledger's records of them.

    `messages` is None where the server was not asked; else it is the sum of the five counts after it.
    """

    folder: str
    validity: int | None  # None before the first synchronisation
    messages: int | None
    accepted: int
    duplicate: int
    rejected: int
    reverted: int  # their run was taken back
    waiting: int  # for the next synchronisation
    gone: int  # fetched once, no longer on the server

    @property
    def complete(self) -> bool:
        """Whether the ledger holds a record of each message that the server holds."""
        return self.messages is not None and self.messages == self.accepted + self.duplicate + self.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxView:
    """A mailbox with its folders; `syncing` while a process fetches from it."""

    mailbox: Mailbox
    folders: tuple[FolderProof, ...]
    syncing: bool


class Mailboxes:
    """The use cases. Safe to share between threads; a mailbox is fetched from by one at a time."""

    def __init__(
        self,
        runs: Runs,
        once: Once,
        store: MailboxStore,
        leases: Leases,
        *,
        home: Path,
        environment: Callable[[str], str | None],
        standing: str = "",
    ) -> None:
        """`home` is the data folder; `environment` reads variables that hold passwords; `standing` is the
        password of the settings.
        """
        self._runs = runs
        self._once = once
        self._store = store
        self._leases = leases
        self._spool = home / "spool"
        self._secrets = home / "secrets"
        self._environment = environment
        self._standing = standing

    def add(self, viewer: Viewer, new: NewMailbox, *, check: bool = True, confined: bool = False) -> Mailbox:
        """A new mailbox; with `check` only once the server lets us in and has the folders.

        `confined` is who does not sit at this machine: see NewMailbox.confine.

        Raises Forbidden, Invalid naming the field, Conflict for a taken name, Unavailable.
        """
        viewer.may_administer(MANAGE)
        if confined:
            new.confine(self._secrets)
        mailbox = new.mailbox()
        if check:
            with self._connected(mailbox) as connection:
                for folder in mailbox.folders:
                    connection.select(folder)
        self._store.add(mailbox)
        return mailbox

    def remove(self, viewer: Viewer, name: str) -> None:
        """Fetch from it no longer; what it brought stays. Raises NotFound."""
        viewer.may_administer(MANAGE)
        self._store.remove(name)

    def all(self, viewer: Viewer) -> list[MailboxView]:
        """Every mailbox as the ledger knows it, by name; no server is asked."""
        viewer.may_administer(MANAGE)
        return [self._view(mailbox) for mailbox in self._store.all()]

    def one(self, viewer: Viewer, name: str) -> MailboxView:
        """One mailbox as the ledger knows it. Raises NotFound."""
        viewer.may_administer(MANAGE)
        return self._view(self._store.one(name))

    def status(self, viewer: Viewer, name: str) -> MailboxView:
        """The mailbox with its folders counted on the server, too. Raises NotFound, Invalid, Unavailable."""
        viewer.may_administer(MANAGE)
        mailbox = self._store.one(name)
        with self._connected(mailbox) as connection:
            return self._view(mailbox, connection)

    def sync(
        self,
        viewer: Viewer,
        name: str,
        tell: Tell = lambda _: None,
        *,
        again: bool = False,
        batch: int = BATCH,
    ) -> None:
        """Bring in what is new; with `again` everything, of which the known is recognised.

        Raises NotFound, Invalid for what the server refuses, Unavailable where it or a store is gone or the
        mailbox is being synchronised already. The reason is kept with the mailbox, too.
        """
        viewer.may_administer(MANAGE)
        mailbox = self._store.one(name)
        with self._leases.held(_lease(name), wait_s=TURN_S):
            try:
                self._sync(viewer, mailbox, tell, again=again, batch=batch)
            except KbcrmError as error:
                self._store.synced(name, _now(), str(error.data.get("problem") or error))
                raise
            self._store.synced(name, _now(), None)

    def begin(self, viewer: Viewer, name: str) -> None:
        """Synchronise in the background of this process. Raises NotFound."""
        viewer.may_administer(MANAGE)
        self._store.one(name)
        work = threading.Thread(target=self._quietly, args=(viewer, name), daemon=True)
        work.start()

    def _quietly(self, viewer: Viewer, name: str) -> None:
        """The reason of a failure is kept with the mailbox, where the pages show it."""
        try:
            self.sync(viewer, name)
        except KbcrmError:
            return

    def _sync(self, viewer: Viewer, mailbox: Mailbox, tell: Tell, *, again: bool, batch: int) -> None:
        with self._connected(mailbox) as connection:
            one = Sync(
                runs=self._runs,
                once=self._once,
                store=self._store,
                viewer=viewer,
                mailbox=mailbox,
                connection=connection,
                file=self._spool / f"{digest(mailbox.name)}.mbox",
                batch=batch,
            )
            for folder in mailbox.folders:
                for done in one.folder(folder, again=again):
                    tell(done)

    def _connected(self, mailbox: Mailbox) -> AbstractContextManager[Connection]:
        return connected(mailbox, password_of(mailbox, self._environment, self._standing))

    def _view(self, mailbox: Mailbox, connection: Connection | None = None) -> MailboxView:
        proofs = tuple(self._proof(mailbox, folder, connection) for folder in mailbox.folders)
        syncing = self._leases.holder(_lease(mailbox.name)) is not None
        return MailboxView(mailbox=mailbox, folders=proofs, syncing=syncing)

    def _proof(self, mailbox: Mailbox, folder: str, connection: Connection | None) -> FolderProof:
        known = self._store.progress(mailbox.name, folder)
        opened = connection.open(folder) if connection else None
        fetched = known.validity if known else None
        validity = opened.validity if opened else fetched
        outcomes = {} if validity is None else self._store.outcomes(mailbox.name, folder, validity)
        there = set(opened.uids if opened else outcomes)
        ended = [outcomes[uid] for uid in there & outcomes.keys()]
        return FolderProof(
            folder=folder,
            validity=fetched,
            messages=len(there) if opened else None,
            waiting=len(there - outcomes.keys()),
            gone=len(outcomes.keys() - there),
            **{outcome: ended.count(outcome) for outcome in COUNTED},
        )


def _lease(name: str) -> str:
    return f"mailbox {digest(name)}"


def _now() -> int:
    return time.time_ns() // 1_000_000
