"""A world in which interactions are read by an extractor whose candidates a test writes down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from ingest.conversational.deferred import SOURCE
from ingest.conversational.reader import Reader
from ingest.extract.candidates import Candidate, FactKind
from ingest.extract.pipeline import Message
from kb.model.fact import Fact
from kb.model.identity import label_of
from kb.model.ledger import Draft, Run
from kb.model.moment import FOREVER
from tests.kb.drafts import link, mail, node
from tests.kb.parts import ADMIN, DAY, START, World

C1, C2, ANN, BO, PUMP = "customer:C-1", "customer:C-2", "contact:ann", "contact:bo", "product:HP-200"

KNOWN = (
    node(C1, "Acme Bakeries"),
    node(C2, "Northwind Dairy"),
    node(ANN, "Ann Berger", links=[("CONTACT_OF", C1)], email="ann@acme.example"),
    node(BO, "Bo Lindqvist", links=[("CONTACT_OF", C2)], email="bo@northwind.example"),
    node(PUMP, "HP-200", source="products"),
)


@dataclass
class Scripted:
    """Finds each phrase in each text where it stands; `script` says what it is taken for."""

    script: dict[str, dict[str, Any]] = field(default_factory=dict)
    version: str = "scripted/1"
    seen: list[str] = field(default_factory=list)

    def extract(self, messages: Sequence[Message], *, careful: bool = False) -> Iterator[list[Candidate]]:
        del careful
        for message in messages:
            self.seen.append(message.text)
            yield sorted(self._found(message), key=lambda one: one.start)

    def _found(self, message: Message) -> Iterator[Candidate]:
        for phrase, about in self.script.items():
            start = message.text.find(phrase)
            if start >= 0:
                of = {"kind": FactKind.NEED, "confidence": 0.9, "side": message.side, **about}
                yield Candidate(start=start, end=start + len(phrase), text=phrase, **of)


@dataclass
class Hearing:
    """Interactions come in by days, and are read."""

    here: World
    extractor: Scripted

    def __post_init__(self) -> None:
        self.reader = Reader(self.here.ledger, lambda: self.extractor, zone=UTC)
        self.here.run(*KNOWN, source="contacts")

    def mail(
        self, id: str, text: str, *, day: int = 0, sender: str = ANN, direction: str = "inbound", **more: Any
    ) -> tuple[Draft, ...]:
        who = {
            ANN: ("Ann Berger", "mailto:ann@acme.example", C1),
            BO: ("Bo", "mailto:bo@northwind.example", C2),
        }
        name, address, customer = who[sender]
        people = [(name, address)] if direction == "inbound" else [("Us", "mailto:us@kbcrm.example")]
        told, *_ = mail(id, text, at=START + day * DAY, direction=direction, people=people, **more)
        return (
            told,
            link(id, sender, role="from" if direction == "inbound" else "to"),
            link(id, customer, role="customer"),
        )

    def comes(self, *mails: tuple[Draft, ...]) -> Run:
        return self.here.run(*(draft for one in mails for draft in one), source="mail")

    def read(self, *, again: bool = False) -> Run:
        """A whole reading run, applied to the graph."""
        run = self.here.ledger.open_run(source=SOURCE, title=SOURCE, started_by="admin", how={"again": again})
        return self.here.done(self.reader.land(run, lambda: None))

    def facts(self, subject: str = C1) -> list[Fact]:
        """What is believed now of a node and was true at any time, but for what lists state."""
        names = ("Customer", "Contact")
        assert label_of(subject) in names
        query = (
            f"MATCH (s:{label_of(subject)} {{id: $id}})-[:HAS_FACT]->(f:Fact) "
            "WHERE f.superseded_at = $now AND f.kind = 'conversational' "
            "RETURN f.id AS id ORDER BY f.valid_from, f.id"
        )
        rows = self.here.graph.read(query, id=subject, now=FOREVER)
        return [self.here.knowledge.opened(ADMIN, row["id"]).fact for row in rows]
