"""Candidates that wait for a person, over the parts of the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from ingest.conversational.reader import Reader
from ingest.extract.candidates import FactKind
from kb.model.ledger import Draft, RunStatus
from kb.model.viewer import administrator
from kb.store.ledger import Ledger
from tests.ingest.conversational.hearing import Scripted
from tests.kb.drafts import link, mail
from tests.web.company import BREWERY, DAIRY, NOW, millis
from webapp.wiring import Parts

SCRIPT: dict[str, dict[str, Any]] = {
    "we may need two more pumps": {"confidence": 0.55},
    "it may be the seal": {"kind": FactKind.INCIDENT, "confidence": 0.5},
    "我们可能还要两台泵": {"confidence": 0.45},
}
TEXTS = {
    "mail:w1": (DAIRY, "Hello. I think we may need two more pumps. It drips; it may be the seal. Bye."),
    "mail:w2": (BREWERY, "你好。我们可能还要两台泵。谢谢。"),
}


def _drafts() -> Iterator[Draft]:
    for id, (customer, text) in TEXTS.items():
        told, *_ = mail(id, text, at=millis(NOW) - 1000, direction="inbound", people=[])
        yield told
        yield link(id, customer, role="customer")


@contextmanager
def waiting(parts: Parts) -> Iterator[None]:
    """Two mails came in and were read: two candidates of the dairy wait, and one of the brewery."""
    ledger = Ledger(parts.engine, parts.clock)
    began = ledger.last_seq()
    came = ledger.open_run(source="mail", title="w.mbox", started_by="admin")
    came = ledger.finish(ledger.land(came, [*_drafts()], entries=2, last=True), RunStatus.DONE)
    read = ledger.open_run(source="extraction", title="extraction", started_by="admin")
    reader = Reader(ledger, lambda: Scripted(SCRIPT), zone=UTC)
    ledger.finish(reader.land(read, lambda: None), RunStatus.DONE)
    parts.keeping.catch_up()
    try:
        yield
    finally:
        assert began
        for run in parts.runs.list(administrator(), by_hand=True, limit=500).items:
            if int(run.id[1:]) >= came.position and run.status == "done":
                parts.runs.revert(administrator(), run.id)
