"""The review queue: what waits for whom, what a decision changes, and what undoes it."""

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from ingest.conversational.reviews import Reviews, Waiting, sentence_around
from ingest.extract.candidates import FactKind, Side
from kb.errors import Conflict, Invalid, NotFound
from kb.model.fact import Fact
from kb.model.ledger import RecordKind
from kb.model.moment import FOREVER
from kb.ports import Graph
from kb.store.feed import Feed
from kb.store.schema import hashed
from tests.ingest.conversational.hearing import ANN, C1, C2, PUMP, Hearing, Scripted
from tests.kb.drafts import link, node
from tests.kb.parts import ADMIN, CHEN_WEI, GUEST, LI_NA, PIETER, SOFIE, world

UNSURE: dict[str, Any] = {"confidence": 0.5}
SK = "product:SK-80"


class Queue(Hearing):
    """A hearing whose unsure candidates are reviewed."""

    @property
    def reviews(self) -> Reviews:
        return self._reviews

    def __post_init__(self) -> None:
        super().__post_init__()
        self._reviews = Reviews(self.here.knowledge, self.here.ledger, self.here.keeping, UTC)

    def waiting(self, **more: Any) -> list[Waiting]:
        return list(self._reviews.queue(ADMIN, **more).items)

    def only(self) -> Waiting:
        (one,) = self.waiting()
        return one

    def hears(self, text: str, script: dict[str, dict[str, Any]], **more: Any) -> None:
        self.extractor.script |= script
        self.comes(self.mail(more.pop("id", "mail:1"), text, **more))
        self.read()

    def stands(self, subject: str = C1) -> list[tuple[str, object]]:
        return [(one.claim.predicate, one.claim.value) for one in self.facts(subject)]


@pytest.fixture
def queue(graph: Graph, tmp_path: Path) -> Queue:
    return Queue(world(graph, tmp_path), Scripted())


def qualified(fact: Fact, *names: str) -> tuple[str | None, ...]:
    return tuple(fact.claim.qualified(name) for name in names)


def test_what_is_unsure_waits_with_its_words_and_sentence(queue: Queue) -> None:
    queue.hears("Hello. We may need 40 pumps soon. Bye.", {"We may need 40 pumps": UNSURE})
    one = queue.only()
    assert (one.candidate.kind, one.candidate.text, one.reason) == (
        FactKind.NEED,
        "We may need 40 pumps",
        "unsure",
    )
    assert one.interaction.text[one.first : one.last] == "We may need 40 pumps soon."
    assert queue.stands() == []


def test_what_is_accepted_is_stated_with_its_words_and_waits_no_more(queue: Queue) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    decision = queue.reviews.decide(ADMIN, queue.only().id, "accepted")
    (fact,) = queue.facts()
    assert (fact.claim.predicate, fact.claim.value) == ("need", "We may need 40 pumps")
    assert fact.claim.confidence == 0.95
    assert queue.waiting() == []
    run = queue.here.ledger.run(decision.run)
    assert (run.by_hand, run.started_by, run.accepted) == (True, "admin", 1)


def test_a_decision_is_one_run_with_the_verdict_and_the_act(queue: Queue) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    one = queue.only()
    decision = queue.reviews.decide(ADMIN, one.id, "accepted")
    feed, last = Feed(queue.here.ledger.engine), queue.here.ledger.last_seq()
    (verdict,) = feed.of_units([hashed("mail:1")], (RecordKind.VERDICT,), last)
    (act,) = feed.of_units([hashed(C1)], (RecordKind.FACT,), last)
    assert verdict.run == act.run == int(decision.run[1:])
    assert (verdict.payload["candidate"], verdict.payload["by"]) == (one.id, "admin")
    assert verdict.payload["as"]["text"] == "We may need 40 pumps"


def test_what_is_rejected_is_gone_and_stays_gone_when_read_again(queue: Queue) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    queue.reviews.decide(ADMIN, queue.only().id, "rejected")
    assert (queue.waiting(), queue.stands()) == ([], [])
    queue.extractor.script["We may need 40 pumps"] = {"confidence": 0.9}
    queue.read(again=True)
    assert (queue.waiting(), queue.stands()) == ([], [])


def test_what_is_corrected_is_stated_as_corrected_and_stays_so_when_read_again(queue: Queue) -> None:
    queue.hears("We'll send the drawings by 20 November. Fine.", {"We'll send the drawings": UNSURE})
    changes = {"kind": "commitment", "words": "We'll send the drawings by 20 November", "holder": "us"}
    queue.reviews.decide(ADMIN, queue.only().id, "corrected", changes)

    def promised() -> list[Any]:
        return [
            (one.claim.predicate, one.claim.value, *qualified(one, "holder", "due")) for one in queue.facts()
        ]

    wanted = [("commitment", "We'll send the drawings by 20 November", "us", "2023-11-20")]
    assert promised() == wanted
    queue.read(again=True)
    assert (promised(), queue.waiting()) == (wanted, [])


@pytest.fixture
def torn(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    """A fact that is about one of two products, nothing tells which."""
    monkeypatch.setattr("ingest.resolve.about.LIKELY", 0.05)
    queue.here.run(node(SK, "SK-80", source="products"), source="products")
    script = {"they leak badly": {"kind": FactKind.INCIDENT}}
    queue.hears("they leak badly, the HP-200 and SK-80", script)
    return queue.only()


def test_an_ambiguous_product_waits_with_its_alternatives_and_the_chosen_one_stays(
    queue: Queue, torn: Waiting
) -> None:
    assert (torn.reason, torn.statement is not None) == ("ambiguous_about", True)
    assert {(one.id, one.name) for one in torn.alternatives} == {(PUMP, "HP-200"), (SK, "SK-80")}
    assert [qualified(fact, "about") for fact in queue.facts()] == [(None,)]
    queue.reviews.decide(ADMIN, torn.id, "accepted", {"about": SK})
    assert [qualified(fact, "about") for fact in queue.facts()] == [(SK,)]
    queue.read(again=True)
    assert [qualified(fact, "about") for fact in queue.facts()] == [(SK,)]
    assert queue.waiting() == []


def test_what_had_become_a_fact_is_retracted_when_it_is_rejected(queue: Queue, torn: Waiting) -> None:
    assert len(queue.facts()) == 1
    queue.reviews.decide(ADMIN, torn.id, "rejected")
    assert queue.stands() == []
    queue.read(again=True)
    assert queue.stands() == []


def test_what_had_become_a_fact_of_another_kind_is_replaced(queue: Queue, torn: Waiting) -> None:
    queue.reviews.decide(ADMIN, torn.id, "corrected", {"kind": "complaint", "about": ""})
    assert queue.stands() == [("complaint", "they leak badly")]
    queue.reviews.undo(ADMIN)
    assert queue.stands() == [("incident", "they leak badly")]


def test_whose_fact_it_is_must_be_chosen_where_nothing_tells(queue: Queue) -> None:
    queue.extractor.script = {"They need a bigger pump": {"side": Side.US}}
    told, *_ = queue.mail("mail:1", "They need a bigger pump.", direction="outbound")
    queue.here.run(
        told, link("mail:1", C1, role="customer"), link("mail:1", C2, role="customer"), source="mail"
    )
    queue.read()
    one = queue.only()
    assert one.reason == "ambiguous_subject"
    assert [other.name for other in one.alternatives] == ["Acme Bakeries", "Northwind Dairy"]
    with pytest.raises(Invalid, match="subject: Choose whose fact it is"):
        queue.reviews.decide(ADMIN, one.id, "accepted")
    queue.reviews.decide(ADMIN, one.id, "accepted", {"subject": C2})
    assert (queue.stands(), queue.stands(C2)) == ([], [("need", "They need a bigger pump")])
    queue.read(again=True)
    assert (queue.stands(), queue.stands(C2)) == ([], [("need", "They need a bigger pump")])


def test_undo_takes_the_own_last_decision_back(queue: Queue) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    before = queue.here.export()
    one = queue.only()
    queue.reviews.decide(ADMIN, one.id, "accepted")
    with pytest.raises(NotFound):
        queue.reviews.undo(PIETER)
    assert queue.reviews.undo(ADMIN).candidate == one.id
    assert queue.here.export() == before
    assert queue.only().id == one.id
    queue.reviews.decide(ADMIN, one.id, "rejected")
    assert queue.waiting() == []


def test_what_was_read_again_since_cannot_be_undone(queue: Queue) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    queue.reviews.decide(ADMIN, queue.only().id, "accepted")
    queue.read(again=True)
    with pytest.raises(Conflict, match="read again"):
        queue.reviews.undo(ADMIN)


def test_nobody_decides_twice(queue: Queue) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    one = queue.only()
    queue.reviews.decide(ADMIN, one.id, "accepted")
    with pytest.raises(Conflict, match="decided this already"):
        queue.reviews.decide(ADMIN, one.id, "rejected")
    assert len(queue.facts()) == 1


def test_an_old_candidate_does_not_push_out_what_came_after_it(queue: Queue) -> None:
    channel = {"kind": FactKind.PREFERENCE, "aspect": "channel"}
    script = {"please call me": {**channel, **UNSURE}, "I prefer e-mail": channel}
    queue.hears("please call me", script)
    queue.hears("I prefer e-mail", {}, id="mail:2", day=3)
    queue.reviews.decide(ADMIN, queue.only().id, "accepted")
    now = [fact.claim.value for fact in queue.facts(ANN) if fact.valid_to == FOREVER]
    assert now == ["email"]


def test_only_who_may_see_the_interaction_finds_it_in_the_queue(queue: Queue) -> None:
    queue.here.run(node(C1, "Acme Bakeries", team="rotterdam"), source="contacts")
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    one = queue.only()
    assert [row.id for row in queue.reviews.queue(PIETER).items] == [one.id]
    for stranger in (LI_NA, CHEN_WEI):
        assert (queue.reviews.queue(stranger).total, queue.reviews.counts(stranger).waiting) == (0, 0)
        with pytest.raises(NotFound):
            queue.reviews.decide(stranger, one.id, "accepted")
    for nobody in (GUEST, SOFIE):
        for ask in (queue.reviews.queue, queue.reviews.counts, queue.reviews.undo):
            with pytest.raises(NotFound):
                ask(nobody)
        with pytest.raises(NotFound):
            queue.reviews.one(nobody, one.id)
        with pytest.raises(NotFound):
            queue.reviews.decide(nobody, one.id, "accepted")
    assert queue.stands() == []
    queue.reviews.decide(PIETER, one.id, "accepted")
    assert len(queue.facts()) == 1


def test_the_queue_is_filtered_and_ordered(queue: Queue) -> None:
    queue.hears(
        "We may need 40 pumps. Could you call?",
        {
            "We may need 40 pumps": UNSURE,
            "Could you call": {"kind": FactKind.REQUEST, "confidence": 0.45},
        },
    )
    assert [one.candidate.kind for one in queue.waiting()] == ["need", "request"]
    assert [one.candidate.kind for one in queue.waiting(surest=False)] == ["request", "need"]
    assert [one.candidate.kind for one in queue.waiting(kind="request")] == ["request"]
    assert queue.waiting(reason="ambiguous_about") == []
    found = queue.reviews.queue(ADMIN, limit=1, offset=1)
    assert (len(found.items), found.total) == (1, 2)
    counts = queue.reviews.counts(ADMIN)
    assert (counts.waiting, counts.kinds, counts.reasons) == (2, {"need": 1, "request": 1}, {"unsure": 2})


def test_fields_that_cannot_be_are_named(queue: Queue) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    one = queue.only()
    for field, changes in {
        "kind": {"kind": "poem"},
        "words": {"words": "not there"},
        "aspect": {"kind": "preference", "aspect": "buy"},
        "due": {"kind": "commitment", "due": "Friday"},
        "holder": {"kind": "commitment", "holder": "them"},
        "colour": {"colour": "red"},
        "matter": {"matter": "said:0"},
    }.items():
        with pytest.raises(Invalid) as wrong:
            queue.reviews.decide(ADMIN, one.id, "corrected", changes)
        assert wrong.value.data["field"] == field
    with pytest.raises(NotFound):
        queue.reviews.decide(ADMIN, one.id, "corrected", {"subject": "customer:C-99"})
    assert queue.only().id == one.id


def test_a_revert_equals_a_rebuild_without_the_decision(queue: Queue) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    one = queue.only()
    queue.reviews.decide(ADMIN, one.id, "accepted")
    after = queue.here.export()
    queue.here.keeping.rebuild()
    assert queue.here.export() == after
    queue.reviews.undo(ADMIN)
    reverted = queue.here.export()
    queue.here.keeping.rebuild()
    assert queue.here.export() == reverted


def test_a_decision_that_was_cut_off_leaves_nothing(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    queue.hears("We may need 40 pumps.", {"We may need 40 pumps": UNSURE})
    one = queue.only()
    before = queue.here.ledger.last_seq()

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kb.store.ledger.insert_records", killed)
    with pytest.raises(KeyboardInterrupt):
        queue.reviews.decide(ADMIN, one.id, "accepted")
    monkeypatch.undo()
    assert queue.here.ledger.last_seq() == before
    assert (queue.only().id, queue.stands()) == (one.id, [])
    monkeypatch.setattr(queue.here.keeping, "apply", killed)
    with pytest.raises(KeyboardInterrupt):
        queue.reviews.decide(ADMIN, one.id, "accepted")
    monkeypatch.undo()
    assert (queue.waiting(), queue.stands()) == ([], [])
    queue.here.keeping.catch_up()
    assert len(queue.facts()) == 1, "what the ledger holds, the graph shows in the end"


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("Hi. We need two. Bye.", "We need two", "We need two."),
        ("你好。我们需要两台。谢谢。", "需要两台", "我们需要两台。"),
        ("we need two", "need", "we need two"),
    ],
)
def test_the_sentence_around_words(text: str, words: str, sentence: str) -> None:
    start = text.index(words)
    first, last = sentence_around(text, start, start + len(words))
    assert text[first:last] == sentence
