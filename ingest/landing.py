"""Landing a file: its entries become ledger records, batch by batch, each batch one transaction.

A run that was interrupted reads the file again from its beginning, skips the
entries that have landed, and goes on: the same entries give the same records.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ingest import linking
from ingest.directory import Directory, directory_of
from ingest.drafting import Drafting
from ingest.files import Files
from ingest.overrides import Told
from ingest.records import VALUE_LIMIT, Entry, Parsed, Rejected
from ingest.sources import entries
from ingest.sources.orders import Introduced
from kb.errors import InvalidFile
from kb.model.ledger import Draft, Reason, RecordKind, Run
from kb.store.feed import Feed
from kb.store.ledger import Ledger

BATCH_RECORDS = 5000
BATCH_BYTES = 8 << 20  # of raw records: a batch of mails with attachments stays small

Check = Callable[[], None]  # raises to stop the landing between two batches


class Landing:
    """Lands runs. One at a time: the caller holds the lease."""

    def __init__(self, ledger: Ledger, files: Files) -> None:
        self._ledger = ledger
        self._feed = Feed(ledger.engine)
        self._files = files

    def land(self, run: Run, check: Check) -> Run:
        """Land what has not landed yet. Raises InvalidFile for a file that stops being readable."""
        if run.landed or run.file is None:
            return run
        known = directory_of(self._feed.nodes(run.position))
        drafting = Drafting(run, known)
        introduced = Introduced() if run.source == "orders" else None
        batch: list[Draft] = []
        size = count = 0
        for entry in self._entries(run, drafting, introduced):
            batch += drafting.of(entry)
            size += len(entry.raw)
            count += 1
            if len(batch) >= BATCH_RECORDS or size >= BATCH_BYTES:
                check()
                run = self._ledger.land(run, batch, entries=count)
                batch, size, count = [], 0, 0
        check()
        batch += self._afterwards(run, drafting, known, introduced)
        for start in range(0, len(batch), BATCH_RECORDS):
            part = batch[start : start + BATCH_RECORDS]
            run = self._ledger.land(run, part, entries=count if start == 0 else 0)
        return self._ledger.land(run, [], entries=0 if batch else count, last=True)

    def _entries(self, run: Run, drafting: Drafting, introduced: Introduced | None) -> Iterator[Entry]:
        """The entries that have not landed; those that have are only taken note of."""
        found = self._all(run)
        for entry in islice(found, run.done):
            if isinstance(entry, Parsed) and entry.kind is RecordKind.NODE:
                for _ in drafting.of(entry):
                    pass
            _see(introduced, entry)
        for entry in found:
            _see(introduced, entry)
            yield entry

    def _all(self, run: Run) -> Iterator[Entry]:
        """The entries of all files of the run. Of several files, one that cannot be read is one rejection."""
        kept: Any = run.reading
        for number, told in enumerate(map(Told.from_json, kept["files"]), 1):
            try:
                yield from entries(run.source, self._files.path(told.kept), told.reading, told.profile)
            except InvalidFile as problem:
                if len(kept["files"]) == 1:
                    raise
                value = f"{told.reading.name}: {problem.data['problem']}"[:VALUE_LIMIT]
                yield Rejected(reason=Reason.UNSUPPORTED, field="file", value=value, place=number, raw=b"")

    def _afterwards(
        self, run: Run, drafting: Drafting, known: Directory, introduced: Introduced | None
    ) -> list[Draft]:
        """What only the whole file tells: the nodes that lines name, and links from what came before."""
        drafts: list[Draft] = []
        if introduced is not None:
            for row in introduced.nodes():
                nodes: Any = row.payload["nodes"]
                drafts += drafting.introduced(nodes, row.place)
        if run.source in {"contacts", "products"} and drafting.met:
            drafts += self._links(run, drafting, known)
        return drafts

    def _links(self, run: Run, drafting: Drafting, known: Directory) -> Iterator[Draft]:
        """Interactions of earlier runs, linked to those whom this run made known."""
        before = {id: _reached_by(known, id) for id in known.nodes}
        for node in drafting.met:
            known.add(node)
        new = {str(node["id"]) for node in drafting.met}
        new = {id for id in new if before.get(id) != _reached_by(known, id)}
        if not new:
            return
        linker = linking.Linker(known)
        for record in self._feed.interactions():
            if record.run < run.position and record.payload["channel"] != "record":
                links = linker.links(record.payload)
                touched = {link.target for link in links} & new
                if touched:
                    yield from linking.drafts(record.payload["id"], links, 0)


def _see(introduced: Introduced | None, entry: Entry) -> None:
    if introduced is not None and isinstance(entry, Parsed):
        introduced.see(entry)


def _reached_by(directory: Directory, id: str) -> tuple[object, ...]:
    """Where a node works; what else it goes by only grows, and a name or address is new with its node."""
    return tuple(sorted(directory.employments.get(id, {}).items(), key=lambda item: item[0]))
