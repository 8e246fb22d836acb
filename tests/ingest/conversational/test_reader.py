"""Interactions read for facts: what enters the ledger, what stands in the graph, and the laws of both."""

from pathlib import Path

import pytest

from ingest.conversational import reader
from ingest.extract.candidates import FactKind, Side
from ingest.resolve.resolver import UNSTATED
from kb.model.fact import Fact, Quote
from kb.model.ledger import RecordKind
from kb.model.moment import FOREVER
from kb.ports import Graph
from kb.store.feed import Feed
from kb.store.schema import hashed
from tests.ingest.conversational.hearing import ANN, BO, C1, C2, PUMP, Hearing, Scripted
from tests.kb.parts import ADMIN, DAY, START, world


@pytest.fixture
def hearing(graph: Graph, tmp_path: Path) -> Hearing:
    return Hearing(world(graph, tmp_path), Scripted())


def said(fact: Fact) -> tuple[str, object, list[str]]:
    quotes = [one.text for one in fact.claim.evidence if isinstance(one, Quote)]
    return fact.claim.predicate, fact.claim.value, quotes


def test_what_is_said_becomes_a_fact_with_the_very_words(hearing: Hearing) -> None:
    hearing.extractor.script = {"we need 40 units of the HP-200": {}}
    hearing.comes(hearing.mail("mail:1", "Hello, we need 40 units of the HP-200 by May."))
    run = hearing.read()
    (fact,) = hearing.facts()
    assert said(fact) == ("need", "we need 40 units of the HP-200", ["we need 40 units of the HP-200"])
    assert fact.claim.evidence == (Quote("mail:1", 7, 37, "we need 40 units of the HP-200"),)
    assert (fact.claim.confidence, fact.valid_from, fact.valid_to) == (0.9, START, FOREVER)
    assert fact.claim.qualified("about") == PUMP
    assert hearing.here.graph.read(
        "MATCH (:Fact {id: $id})-[:ABOUT]->(p:Product) RETURN p.id AS id", id=fact.id
    ) == [{"id": PUMP}]
    assert (run.records, run.accepted, run.done) == (1, 1, 1)


def test_the_record_of_a_reading_keeps_candidates_and_versions(hearing: Hearing) -> None:
    hearing.extractor.script = {"we need 40": {}, "a wish": {"confidence": 0.45}}
    hearing.comes(hearing.mail("mail:1", "we need 40, and a wish."))
    hearing.read()
    (record,) = Feed(hearing.here.ledger.engine).of_units(
        [hashed("mail:1")], (RecordKind.READING,), hearing.here.ledger.last_seq()
    )
    sure, unsure = record.payload["found"]
    assert record.payload["version"] == "scripted/1"
    assert (sure["text"], sure["statement"] in record.payload["stated"]) == ("we need 40", True)
    assert (unsure["text"], unsure["reason"], "statement" in unsure) == ("a wish", "unsure", False)
    assert [said(fact)[1] for fact in hearing.facts()] == ["we need 40"]


def test_nothing_is_read_twice_and_what_is_amended_is_read_anew(hearing: Hearing) -> None:
    hearing.extractor.script = {"we need 40": {}, "we need 60": {}}
    hearing.comes(hearing.mail("mail:1", "we need 40"), hearing.mail("mail:2", "Hello."))
    hearing.read()
    assert hearing.read().records == 0
    hearing.comes(hearing.mail("mail:1", "we need 60"))
    assert hearing.read().records == 1
    assert [said(fact)[1] for fact in hearing.facts()] == ["we need 60"]
    assert hearing.extractor.seen == ["we need 40", "Hello.", "we need 60"]


def test_a_promise_is_owed_and_kept(hearing: Hearing) -> None:
    promise = {"kind": FactKind.COMMITMENT, "holder": Side.US}
    hearing.extractor.script = {
        "We'll send you the quote for the HP-200": promise,
        "Attached is the quote for the HP-200": {"kind": FactKind.OUTCOME},
    }
    hearing.comes(
        hearing.mail("mail:1", "We'll send you the quote for the HP-200.", direction="outbound"),
        hearing.mail("mail:2", "Attached is the quote for the HP-200.", day=3, direction="outbound"),
    )
    hearing.read()
    (fact,) = [one for one in hearing.facts() if one.claim.predicate == "commitment"]
    assert (fact.claim.qualified("holder"), fact.claim.qualified("closing")) == ("us", "kept")
    assert (fact.valid_from, fact.valid_to) == (START, START + 3 * DAY)
    assert [one.interaction for one in fact.claim.evidence if isinstance(one, Quote)] == ["mail:1", "mail:2"]


def test_the_same_need_said_again_is_one_fact_with_more_evidence(hearing: Hearing) -> None:
    script = ("we need the HP-200 to fit a gap of 72 cm", "the HP-200 must fit a gap of 72 cm")
    hearing.extractor.script = {phrase: {} for phrase in script}
    hearing.comes(*(hearing.mail(f"mail:{n}", f"{text}.", day=n) for n, text in enumerate(script, 1)))
    hearing.read()
    (fact,) = hearing.facts()
    assert said(fact) == ("need", script[0], list(script))


def test_whose_words_they_are(hearing: Hearing) -> None:
    hearing.extractor.script = {"we need more cheese": {}}
    hearing.comes(hearing.mail("mail:1", "we need more cheese", sender=BO))
    hearing.read()
    assert (hearing.facts(C1), len(hearing.facts(C2))) == ([], 1)


def test_a_preference_of_one_value_is_superseded(hearing: Hearing) -> None:
    prefers = {"kind": FactKind.PREFERENCE, "aspect": "channel"}
    hearing.extractor.script = {"I prefer e-mail": prefers, "please call me from now on": prefers}
    hearing.comes(
        hearing.mail("mail:1", "I prefer e-mail."),
        hearing.mail("mail:2", "please call me from now on.", day=5),
    )
    hearing.read()
    assert [(said(fact)[:2], fact.valid_to) for fact in hearing.facts(ANN)] == [
        (("prefersChannel", "email"), START + 5 * DAY),
        (("prefersChannel", "call"), FOREVER),
    ]
    hearing.comes(hearing.mail("mail:3", "e-mail is best, write to me by e-mail", day=9))
    hearing.extractor.script = {"write to me by e-mail": prefers}
    hearing.read()
    assert [(said(fact)[1], fact.valid_to) for fact in hearing.facts(ANN)] == [
        ("email", START + 5 * DAY),
        ("call", START + 9 * DAY),
        ("email", FOREVER),
    ]


def test_a_revert_of_the_reading_takes_its_facts_back(hearing: Hearing) -> None:
    hearing.extractor.script = {"we need 40": {}}
    hearing.comes(hearing.mail("mail:1", "we need 40"))
    before = hearing.here.export()
    run = hearing.read()
    assert hearing.here.export() != before
    hearing.here.revert(run)
    assert hearing.here.export() == before
    hearing.read()
    assert len(hearing.facts()) == 1


def test_a_rebuild_asks_no_extractor(hearing: Hearing) -> None:
    hearing.extractor.script = {"we need 40": {}}
    hearing.comes(hearing.mail("mail:1", "we need 40"))
    hearing.read()
    before, hearing.extractor.seen = hearing.here.export(), []
    assert hearing.here.rebuilt() == before
    assert not hearing.extractor.seen


def test_a_run_that_stopped_goes_on_with_what_it_has_not_read(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "BATCH", 2)
    hearing.extractor.script = {"we need": {}}
    hearing.comes(*(hearing.mail(f"mail:{n}", f"we need {n * 10} cm", day=n) for n in range(1, 6)))
    whole = hearing.read()
    expected = hearing.here.export()
    hearing.here.revert(whole)

    checks = iter(range(10))

    def stop() -> None:
        if next(checks) == 1:
            raise KeyboardInterrupt

    run = hearing.here.ledger.open_run(source="extraction", title="extraction", started_by="admin")
    with pytest.raises(KeyboardInterrupt):
        hearing.reader.land(run, stop)
    hearing.extractor.seen = []
    run = hearing.here.done(hearing.reader.land(hearing.here.ledger.run(run.id), lambda: None))
    assert len(hearing.extractor.seen) == 3
    assert (run.records, run.done) == (5, 5)
    assert len(hearing.here.export()) == len(expected)


def test_read_again_by_a_better_extractor(hearing: Hearing) -> None:
    hearing.extractor.script = {"we need 40": {}, "the weather is fine": {}}
    hearing.comes(hearing.mail("mail:1", "we need 40; the weather is fine"))
    hearing.read()
    assert len(hearing.facts()) == 2
    hearing.extractor.script = {"we need 40": {}}
    hearing.extractor.version = "scripted/2"
    assert hearing.read(again=True).records == 1
    assert [said(fact)[1] for fact in hearing.facts()] == ["we need 40"]


def test_what_a_person_took_back_stays_taken_back(hearing: Hearing) -> None:
    hearing.extractor.script = {"we need 40": {}}
    hearing.comes(hearing.mail("mail:1", "we need 40"))
    hearing.read()
    (fact,) = hearing.facts()
    hearing.here.knowledge.retract(ADMIN, fact.statement, note="That was a joke.")
    hearing.read(again=True)
    assert hearing.facts() == []


@pytest.mark.parametrize("kind", FactKind)
def test_every_kind_that_may_be_found_can_be_stated(hearing: Hearing, kind: FactKind) -> None:
    """Outcomes and questions change what stands, but do not stand themselves."""
    about = {"target": "the seal", "opinion": "leaks", "polarity": "negative", "holder": Side.US}
    hearing.extractor.script = {"the seal leaks": {"kind": kind, "person": "Ann Berger", **about}}
    hearing.comes(hearing.mail("mail:1", "the seal leaks"))
    hearing.read()
    found = [*hearing.facts(C1), *hearing.facts(ANN)]
    assert len(found) == (0 if kind in UNSTATED else 1)
