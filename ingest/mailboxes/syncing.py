"""Bringing a mailbox's new messages into the ledger.

Each folder is read by UIDVALIDITY and UID, batch by batch: the batch is noted, fetched into one file and
taken in as a run of the source `mail`; only when the run is done does the folder's mark move. Cut off
anywhere, the next synchronisation begins the same batch again and finds its run, or its messages are
recognised by their Message-ID. Where the server numbers a folder anew (UIDVALIDITY), all of it is
fetched again and recognised.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.mailboxes import spool
from ingest.mailboxes.connection import Connection
from ingest.names import email
from ingest.once import Once
from ingest.overrides import Overrides
from ingest.runs import Runs
from kb.errors import Conflict, Unavailable
from kb.model.ledger import RunStatus
from kb.model.reading import RunRow
from kb.model.viewer import Viewer
from kb.store.mailboxes import Mailbox, MailboxStore, Progress

BATCH_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Messages of a folder that have come in just now. `gone`: deleted on the server meanwhile."""

    mailbox: str
    folder: str
    messages: int
    gone: int
    run: RunRow | None  # None where all of them were gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """One synchronisation of one mailbox. The caller holds its lease."""

    runs: Runs
    once: Once
    store: MailboxStore
    viewer: Viewer
    mailbox: Mailbox
    connection: Connection
    file: Path  # holds the batch on its way
    batch: int  # messages of one run at most

    def folder(self, folder: str, *, again: bool) -> Iterator[Batch]:
        """Batch by batch what the folder holds beyond its mark; with `again` all that it holds."""
        known = None if again else self.store.progress(self.mailbox.name, folder)
        opened = self.connection.open(folder, since=known.uid if known else 0)
        if known is None or known.validity != opened.validity:
            opened = opened if known is None else self.connection.open(folder)
            known = Progress(validity=opened.validity)
        left = list(opened.uids)
        while left:
            sizes = self._sizes(left, known.upto)
            uids, left = left[: len(sizes)], left[len(sizes) :]
            done, known = self._bring(folder, sizes, self._noted(folder, known, uids[-1]))
            yield done

    def _sizes(self, left: Sequence[int], upto: int | None) -> dict[int, int]:
        """Bytes of the messages of the next batch, by uid; 0 for those that are gone.

        A batch that was cut off has its old end, so that it makes the same file again.
        """
        old = [uid for uid in left if upto is not None and uid <= upto]
        wanted = old or left[: self.batch]
        found = self.connection.sizes(wanted)
        sizes: dict[int, int] = {}
        for uid in wanted:
            if sizes and not old and sum(sizes.values()) + found.get(uid, 0) > BATCH_BYTES:
                break
            sizes[uid] = found.get(uid, 0)
        return sizes

    def _noted(self, folder: str, known: Progress, last: int) -> Progress:
        """From now on whoever comes next looks for the run of this batch before beginning one."""
        if known.upto == last and known.after is not None:
            return known
        noted = replace(known, after=self.once.newest(), upto=last)
        self.store.put(self.mailbox.name, folder, noted)
        return noted

    def _bring(self, folder: str, sizes: dict[int, int], known: Progress) -> tuple[Batch, Progress]:
        first, last = min(sizes), max(sizes)
        places = spool.write(self.file, self.connection.messages(sizes))
        run = self._taken(f"{self.mailbox.name}: {folder} {first}–{last}", known) if places else None
        self.file.unlink(missing_ok=True)
        if run is not None:
            _check(run, len(places))
        known = Progress(validity=known.validity, uid=last)
        self.store.landed(self.mailbox.name, folder, known, run.id if run else None, places)
        gone = len(sizes) - len(places)
        batch = Batch(mailbox=self.mailbox.name, folder=folder, messages=len(places), gone=gone, run=run)
        return batch, known

    def _taken(self, name: str, known: Progress) -> RunRow:
        """The run of the fetched file, at its end."""
        own = email(self.mailbox.user)
        run = self.once.start(
            self.viewer,
            source="mail",
            path=self.file,
            name=name,
            after=known.after or 0,
            reading=Overrides(staff=frozenset({own} if own else ())),
        )
        return self.runs.wait(self.viewer, run)


def _check(run: RunRow, messages: int) -> None:
    """The mark moves only behind a run that is done and holds a record for each message."""
    if run.status != RunStatus.DONE:
        raise Unavailable(f"Run {run.id} of the mailbox has stopped: {run.reason} The next one goes on.")
    if run.records != messages:
        raise Conflict(f"Run {run.id} has {run.records} records for {messages} messages. Please report it.")
