"""The classic faults of temporal knowledge, told end to end: by hand, through the ledger, into the graph."""

from pathlib import Path

import pytest

from kb.errors import Forbidden, InvalidFact, NotFound, Rebuilding
from kb.model.fact import Fact, Kind, Premise, Quote, Status
from kb.model.moment import FOREVER, AsOf
from kb.ports import Graph
from kb.store.reverting import Reverting
from tests.kb.drafts import line, mail, node, ordered, quoted, stated
from tests.kb.parts import ADMIN, DAY, GUEST, LI_NA, START, World, world

C1, C2 = "customer:C-1", "customer:C-2"
DAYS = (0, 1, 2, 5, 8, 12, 20, 25, 30, 60)


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    made = world(graph, tmp_path)
    made.run(
        node(C1, "Acme", team="shanghai"),
        node(C2, "Acme", team="shanghai"),
        node("contact:a@x", "Ann", links=[("CONTACT_OF", C1)]),
        node("product:P-1", "Pump"),
        source="contacts",
    )
    return made


def state(
    here: World,
    value: str,
    since: int,
    until: int | None = None,
    *,
    subject: str = C1,
    predicate: str = "prefersChannel",
    kind: Kind = Kind.EXPERT,
) -> Fact:
    return here.knowledge.state(
        LI_NA,
        subject=subject,
        predicate=predicate,
        value=value,
        kind=kind,
        valid_from=START + since * DAY,
        valid_to=None if until is None else START + until * DAY,
        note=f"They said {value}.",
    )


def story(
    here: World, subject: str = C1, predicate: str = "prefersChannel", *, known: int = FOREVER - 1
) -> list[str]:
    """The versions known then that hold on one of DAYS, as "value from-to status", by their time."""
    found: dict[str, Fact] = {}
    for day in DAYS:
        moment = AsOf(valid=START + day * DAY, known=known)
        for fact in here.knowledge.facts(ADMIN, subject, moment):
            if fact.claim.predicate == predicate:
                found[fact.id] = fact
    ordered = sorted(found.values(), key=lambda fact: (fact.valid_from, str(fact.claim.value)))
    return [shown(fact) for fact in ordered]


def shown(fact: Fact) -> str:
    start = (fact.valid_from - START) // DAY
    end = "" if fact.valid_to == FOREVER else (fact.valid_to - START) // DAY
    status = "" if fact.status == Status.ASSERTED else f" {fact.status}"
    return f"{fact.claim.value} {start}-{end}{status}"


def test_what_is_stated_is_known_at_once_with_its_words(here: World) -> None:
    fact = state(here, "call", 1)
    (quote,) = fact.claim.evidence
    assert isinstance(quote, Quote)
    note = here.knowledge.interaction(LI_NA, quote.interaction)
    assert note.text[quote.start : quote.end] == "They said call."
    assert (note.channel, note.participants[0].name, note.customers) == ("note", "li.na", ((C1, "Acme"),))
    assert here.knowledge.opened(LI_NA, fact.id).proofs[0].interaction == note
    assert story(here) == ["call 1-"]


def test_a_new_fact_never_touches_another_subject_or_predicate(here: World) -> None:
    state(here, "call", 1)
    state(here, "email", 1, subject=C2)
    before = [line for line in here.export() if '"call"' in line]
    state(here, "chat", 5, subject=C2)
    state(here, "en", 5, predicate="language")
    assert [line for line in here.export() if '"call"' in line] == before
    assert (story(here), story(here, C2)) == (["call 1-"], ["email 1-5", "chat 5-"])


def test_two_disjoint_intervals_stay_two(here: World) -> None:
    state(here, "call", 1, 5)
    state(here, "call", 8, 12)
    assert story(here) == ["call 1-5", "call 8-12"]


def test_a_back_dated_fact_splits_history(here: World) -> None:
    state(here, "call", 1)
    state(here, "email", 20, 30)
    assert story(here) == ["call 1-20", "email 20-30", "call 30-"]


def test_a_back_dated_open_fact_gives_way_to_what_is_known_of_later(here: World) -> None:
    state(here, "call", 20)
    state(here, "email", 5)
    assert story(here) == ["email 5-20", "call 20-"]


def test_the_same_name_is_not_the_same_customer(here: World) -> None:
    state(here, "call", 1)
    assert story(here, C2) == []
    assert [row.id for row in here.knowledge.customers(ADMIN, search="acme").items] == [C1, C2]


def test_what_was_known_stays_known_as_it_was(here: World) -> None:
    first = state(here, "call", 1)
    second = state(here, "email", 10)
    third = here.knowledge.correct(LI_NA, second.statement, value="chat", note="Misheard.")
    assert story(here, known=first.recorded_at - 1) == []
    assert story(here, known=first.recorded_at) == ["call 1-"]
    assert story(here, known=second.recorded_at) == ["call 1-10", "email 10-"]
    assert story(here, known=third.recorded_at) == story(here) == ["call 1-10", "chat 10-"]


def test_the_same_said_twice_is_one_fact_with_both_notes(here: World) -> None:
    first = state(here, "call", 1)
    again = state(here, "call", 5)
    assert (again.statement, len(again.claim.evidence)) == (first.statement, 2)
    assert story(here) == ["call 1-"]


def test_lower_standing_disputes_and_does_not_replace(here: World) -> None:
    state(here, "call", 1)
    heard = state(here, "email", 10, 20, kind=Kind.CONVERSATIONAL)
    assert heard.status == Status.DISPUTED
    assert story(here) == ["call 1-10", "call 10-20 disputed", "email 10-20 disputed", "call 20-"]


def test_an_end_keeps_what_was_true_before_it(here: World) -> None:
    fact = state(here, "call", 1)
    ended = here.knowledge.end(LI_NA, fact.statement, at=START + 30 * DAY, note="No more.")
    assert (ended.valid_to, ended.statement) == (START + 30 * DAY, fact.statement)
    assert story(here) == ["call 1-30"]
    with pytest.raises(InvalidFact):
        here.knowledge.end(LI_NA, fact.statement, at=START + DAY, note="Never.")


def test_an_end_may_fall_into_any_of_the_times_of_a_statement(here: World) -> None:
    fact = state(here, "call", 1)
    state(here, "email", 20, 30)
    here.knowledge.end(LI_NA, fact.statement, at=START + 10 * DAY, note="No more.")
    assert story(here) == ["call 1-10", "email 20-30"]


def test_correcting_one_end_of_a_time_keeps_the_other(here: World) -> None:
    fact = state(here, "call", 1)
    state(
        here, "email", 20, 30, kind=Kind.CONVERSATIONAL
    )  # splits the status of the first into three versions
    here.knowledge.correct(LI_NA, fact.statement, valid_to=START + 50 * DAY, note="Until spring.")
    assert story(here) == ["call 1-50"]


def test_a_dispute_adds_its_words_and_a_correction_settles_it(here: World) -> None:
    fact = state(here, "call", 1)
    disputed = here.knowledge.dispute(LI_NA, fact.statement, note="Their buyer denies it.")
    assert (disputed.status, len(disputed.claim.evidence)) == (Status.DISPUTED, 2)
    settled = here.knowledge.correct(LI_NA, fact.statement, confidence=0.99, note="I asked again.")
    assert (settled.status, settled.claim.confidence, settled.claim.value) == (Status.ASSERTED, 0.99, "call")
    assert [shown(one) for one in here.knowledge.opened(ADMIN, settled.id).history] == [
        "call 1-",
        "call 1- disputed",
        "call 1-",
    ]


def test_what_was_retracted_is_gone_from_now_and_stays_in_what_was_known(here: World) -> None:
    fact = state(here, "call", 1)
    here.knowledge.retract(LI_NA, fact.statement, note="A mix-up.")
    assert story(here) == []
    assert story(here, known=fact.recorded_at) == ["call 1-"]
    assert here.knowledge.opened(LI_NA, fact.id).fact.superseded_at > fact.recorded_at
    for act in (here.knowledge.retract, here.knowledge.dispute, here.knowledge.correct):
        with pytest.raises(NotFound):
            act(LI_NA, fact.statement, note="Again.")


def test_a_retraction_uncovers_what_the_fact_had_replaced(here: World) -> None:
    state(here, "call", 1)
    second = state(here, "email", 10)
    here.knowledge.retract(LI_NA, second.statement, note="A mix-up.")
    assert story(here) == ["call 1-"]


def test_facts_of_many_values_stand_side_by_side(here: World) -> None:
    state(here, "quiet pumps", 1, predicate="need")
    state(here, "spare parts", 2, predicate="need")
    assert story(here, predicate="need") == ["quiet pumps 1-", "spare parts 2-"]


def test_a_fact_about_a_contact_shows_in_the_timeline_of_the_customer(here: World) -> None:
    state(here, "call", 1, subject="contact:a@x")
    (touch,) = here.knowledge.timeline(LI_NA, C1, AsOf(valid=FOREVER - 1, known=FOREVER - 1)).items
    assert (touch.channel, touch.excerpt) == ("note", "They said call.")


def test_a_derived_fact_goes_when_its_premise_was_never_there(here: World) -> None:
    told = here.run(*mail("mail:1"), stated(C1, "need", "spares", quoted("mail:1"), statement="s1"))
    (need,) = (
        f for f in here.knowledge.facts(ADMIN, C1, AsOf(START, FOREVER - 1)) if f.claim.predicate == "need"
    )
    rule = {"kind": Kind.PREDICTIVE, "rule": "loyal@2"}
    here.run(stated(C1, "churnRisk", "0.2", Premise(need.id), statement="s2", **rule))  # type: ignore[arg-type]
    assert story(here, predicate="churnRisk") == ["0.2 0- inferred"]
    here.revert(told)
    assert story(here, predicate="churnRisk") == []


def test_an_order_line_that_is_corrected_in_its_file_changes_the_figure_not_by_hand(here: World) -> None:
    here.run(*ordered(line("O-1")))
    facts = here.knowledge.facts(ADMIN, C1, AsOf(START, FOREVER - 1))
    count = next(fact for fact in facts if fact.claim.predicate == "orderCount")
    with pytest.raises(InvalidFact):
        here.knowledge.correct(ADMIN, count.statement, value=9, note="More.")


def test_readers_and_writers_wait_while_the_graph_is_folded_anew(here: World) -> None:
    fact = state(here, "call", 1)
    Reverting(here.ledger.engine).begin("rebuild")
    moment = AsOf(valid=START, known=START)
    for read in (
        lambda: here.knowledge.customers(ADMIN),
        lambda: here.knowledge.customer(ADMIN, C1, moment),
        lambda: here.knowledge.facts(ADMIN, C1, moment),
        lambda: here.knowledge.names(ADMIN, [C1]),
        lambda: here.knowledge.timeline(ADMIN, C1, moment),
        lambda: here.knowledge.opened(ADMIN, fact.id),
        lambda: state(here, "email", 2),
        lambda: here.knowledge.retract(ADMIN, fact.statement, note="No."),
    ):
        with pytest.raises(Rebuilding):
            read()
    here.keeping.catch_up()
    assert story(here) == ["call 1-"]


def test_customers_write_nothing(here: World) -> None:
    fact = state(here, "call", 1)
    export, seq = here.export(), here.ledger.last_seq()
    known = here.knowledge
    for act in (
        lambda: known.state(GUEST, subject=C1, predicate="need", value="x", note="x"),
        lambda: known.correct(GUEST, fact.statement, value="x", note="x"),
        lambda: known.end(GUEST, fact.statement, at=START + 50 * DAY, note="x"),
        lambda: known.dispute(GUEST, fact.statement, note="x"),
        lambda: known.retract(GUEST, fact.statement, note="x"),
    ):
        with pytest.raises(Forbidden):
            act()
    assert (here.export(), here.ledger.last_seq()) == (export, seq)
