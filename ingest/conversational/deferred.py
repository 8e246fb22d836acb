"""The reader of interactions, made when there is something to read: its models take a second and memory."""

from collections.abc import Callable
from datetime import tzinfo
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kb.model.ledger import Run
from kb.store.ledger import Ledger
from kb.store.unread import Unread

if TYPE_CHECKING:
    from ingest.extract.pipeline import Extracts

SOURCE = "extraction"  # of a run that reads


class DeferredReader:
    """Reads what is unread, as its Reader does. One at a time: the caller holds the lease."""

    def __init__(
        self, ledger: Ledger, zone: tzinfo, extractor: "Callable[[], Extracts] | None" = None
    ) -> None:
        """`extractor` makes what finds candidates; without one, the models that ship with KBCRM do."""
        self._ledger = ledger
        self._zone = zone
        self._extractor = extractor
        self._unread = Unread(ledger.engine)
        self._reader: Any = None

    def waiting(self, *, again: bool = False) -> int:
        """How many interactions a run would read."""
        return self._unread.count(again=again)

    def land(self, run: Run, check: Callable[[], None]) -> Run:
        """Read what the run has not read yet."""
        if self._reader is None:
            reader = import_module("ingest.conversational.reader")
            make = self._extractor or import_module("ingest.extract.pipeline").shipped_extractor
            self._reader = reader.Reader(self._ledger, make, zone=self._zone)
        done: Run = self._reader.land(run, check)
        return done
