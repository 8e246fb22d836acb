"""Conversations of the company that were read: what a customer promised, complained of and asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from kb.model.acts import Act, State
from kb.model.fact import Claim, Kind, Qualifiers, Quote
from kb.model.ledger import Draft, Json, RecordKind, Run, RunStatus
from kb.model.moment import FOREVER, Interval
from kb.projection.acts_json import payload_of, refs_of
from kb.store.ledger import Ledger
from tests.web.company import BREWERY, DAIRY, millis
from webapp.wiring import Parts

CHAT, LETTER = "chat:told", "mail:told"
PUMP, MOTOR = "product:HP-200", "feature:ie4 motor"
TEXTS = {
    CHAT: "The motor of the HP-200 hums 吵 🙂 at night. We will pay by 10 February. Please send the manual.",
    LETTER: "电机非常安静。我们很满意。",
}
SAID_ON = millis("2026-01-20T10:00:00Z")


def told(parts: Parts) -> Run:
    """The run that brought the conversations and what was learnt from them."""
    drafts = [
        *_conversation(CHAT, DAIRY),
        *_conversation(LETTER, BREWERY),
        _fact(CHAT, DAIRY, "complaint", "motor of the HP-200 hums 吵 🙂", about=MOTOR, polarity="negative"),
        _fact(CHAT, DAIRY, "incident", "HP-200 hums 吵 🙂 at night", about=PUMP),
        _fact(CHAT, DAIRY, "commitment", "We will pay by 10 February", holder="customer", due="2026-02-10"),
        _fact(CHAT, DAIRY, "request", "Please send the manual", about=PUMP),
        _fact(CHAT, DAIRY, "intention", "at night"),
        _fact(LETTER, BREWERY, "praise", "电机非常安静", about=MOTOR, polarity="positive"),
    ]
    ledger = Ledger(parts.engine, parts.clock)
    run = ledger.open_run(source="chat", title="told", started_by="admin")
    run = ledger.land(run, drafts, entries=len(drafts), last=True)
    run = ledger.finish(run, RunStatus.DONE)
    parts.keeping.catch_up()
    return run


@contextmanager
def told_for_a_while(parts: Parts) -> Iterator[Run]:
    run = told(parts)
    yield run
    parts.keeping.revert(Ledger(parts.engine, parts.clock).run(run.id))


def _conversation(id: str, customer: str) -> tuple[Draft, Draft]:
    payload: dict[str, Json] = {
        "id": id,
        "channel": "chat" if id == CHAT else "email",
        "direction": "inbound",
        "at": SAID_ON,
        "ends_at": None,
        "at_source": "stated",
        "title": "Told",
        "text": TEXTS[id],
        "language": "en",
        "participants": [],
    }
    link: dict[str, Json] = {"interaction": id, "target": customer, "role": "customer"}
    return (
        Draft(kind=RecordKind.INTERACTION, key=f"told/{id}", unit=id, payload=payload),
        Draft(
            kind=RecordKind.LINK,
            key=f"told/{id}/{customer}",
            unit=id,
            payload=link,
            refs=(customer,),
            derived=True,
        ),
    )


def _fact(interaction: str, subject: str, predicate: str, words: str, **narrowed: str) -> Draft:
    start = TEXTS[interaction].index(words)
    qualifiers: Qualifiers = tuple(sorted(narrowed.items()))
    claim = Claim(
        subject=subject,
        predicate=predicate,
        kind=Kind.CONVERSATIONAL,
        confidence=0.8,
        evidence=(Quote(interaction, start, start + len(words), words),),
        value=words,
        qualifiers=qualifiers,
    )
    act: Act = State(statement=f"told:{predicate}", claim=claim, interval=Interval(SAID_ON, FOREVER))
    payload = payload_of(act, subject, predicate)
    return Draft(
        kind=RecordKind.FACT,
        key=f"told/{predicate}",
        unit=subject,
        payload=payload,
        refs=refs_of(payload),
        derived=True,
    )
