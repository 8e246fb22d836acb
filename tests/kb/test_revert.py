"""Taking a run back: the graph is then as if the run had never been, whatever came before and after it.

Each story is told once, reverted, and compared with a rebuild of the same ledger and with another ledger
that was never told of the run.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import Conflict, Rebuilding
from kb.model.acts import Dispute, End
from kb.model.fact import Kind, Premise
from kb.model.ledger import Draft, Run
from kb.model.moment import FOREVER
from kb.ports import Graph
from kb.projection import refold
from kb.projection.keeping import Keeping
from kb.store.reverting import Reverting
from tests.kb.drafts import act, line, link, mail, node, ordered, quoted, stated
from tests.kb.parts import ADMIN, DAY, START, World, world

C1, C2 = "customer:C-1", "customer:C-2"


@pytest.fixture
def here(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(refold, "PART", 2)
    return world(graph, tmp_path)


def base(here: World) -> Run:
    return here.run(
        node(C1, "Acme"),
        node(C2, "Bolt"),
        node("contact:a@x", "Ann", links=[("CONTACT_OF", C1)]),
        node("product:P-1", "Pump", links=[("HAS_FEATURE", "feature:quiet")]),
        node("feature:quiet", "Quiet"),
        *mail("mail:1", "Hello.", about=[C1, "contact:a@x", "product:P-1"]),
        *ordered(*(line(f"O-{n}", at=START + n * DAY) for n in (1, 2))),
    )


Story = Callable[[World], Run]


def lines_of_known_and_new_orders(here: World) -> Run:
    base(here)
    return here.run(*ordered(line("O-1", product="P-9"), line("O-7", "C-3"), line("O-8", None)))


def an_amendment(here: World) -> Run:
    base(here)
    return here.run(*ordered(line("O-1", quantity="7", at=START + DAY)))


def what_a_later_run_repeats(here: World) -> Run:
    base(here)
    run = here.run(*ordered(line("O-7", "C-2", at=START + 3 * DAY)))
    here.run(*ordered(line("O-7", "C-2", at=START + 3 * DAY)))
    return run


def a_moved_line_that_a_later_run_repeats(here: World) -> Run:
    base(here)
    run = here.run(*ordered(line("O-1", "C-2", at=START + DAY)))
    here.run(*ordered(line("O-1", "C-2", at=START + DAY)))
    return run


def the_first_home_of_a_line_that_moved(here: World) -> Run:
    run = base(here)
    here.run(node(C1, "Acme"), node(C2, "Bolt"), source="vcard")
    here.run(*ordered(line("O-9", at=START)))
    here.knowledge.dispute(ADMIN, figure_of(here, "orderCount"), note="They deny it.")
    here.run(*ordered(line("O-1", "C-2", at=START + DAY)))
    return run


def the_only_word_of_a_node(here: World) -> Run:
    run = base(here)
    here.run(link("mail:1", C2), *mail("mail:2", about=[C1, C2]), *ordered(line("O-1", product="P-5")))
    return run


def a_name_that_hid_another(here: World) -> Run:
    base(here)
    return here.run(node(C1, "ACME Holding", source="vcard", rank=5, links=[]))


def evidence_of_facts_of_other_runs(here: World) -> Run:
    base(here)
    run = here.run(*mail("mail:2", "Call us."), link("mail:1", "contact:a@x", by="chat"))
    here.run(
        stated(C1, "prefersChannel", "call", quoted("mail:2", "Call"), statement="s1"),
        stated(C1, "prefersChannel", "email", quoted("mail:1"), statement="s2", since=START + DAY),
        stated(C1, "need", "spares", quoted("mail:1"), quoted("mail:2"), statement="s3"),
        stated("contact:a@x", "worksFor", None, quoted("mail:1"), statement="s4", object=C2),
    )
    return run


def premises_of_premises(here: World) -> Run:
    base(here)
    run = here.run(stated(C1, "need", "spares", quoted("mail:1"), statement="s1"))
    here.run(derived("churnRisk", "0.4", version(here, "s1")))
    here.run(derived("satisfaction", "0.9", version(here, "churnRisk")))
    return run


def corroboration(here: World) -> Run:
    base(here)
    run = here.run(stated(C1, "need", "spares", quoted("mail:1"), statement="s1"))
    here.run(stated(C1, "need", "spares", quoted("order:O-1"), statement="s2", since=START + DAY))
    here.run(derived("churnRisk", "0.4", version(here, "s1")))
    return run


def acts_on_statements(here: World) -> Run:
    base(here)
    here.run(stated(C1, "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    run = here.run(
        act(C1, "prefersChannel", Dispute(statement="s1", evidence=(quoted("order:O-1"),))),
        act(C1, "prefersChannel", End(statement="s1", at=START + DAY)),
    )
    here.knowledge.correct(ADMIN, "s1", value="chat", note="I asked.")
    return run


def what_was_said_about_by_hand(here: World) -> Run:
    base(here)
    run = here.run(stated(C1, "prefersChannel", "call", quoted("mail:1"), statement="s1", kind=Kind.EXPERT))
    here.knowledge.dispute(ADMIN, "s1", note="Not so.")
    here.knowledge.state(ADMIN, subject=C1, predicate="prefersChannel", value="email", note="Now it is.")
    return run


def what_was_said_by_hand(here: World) -> Run:
    base(here)
    here.run(stated(C1, "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    here.knowledge.state(ADMIN, subject=C1, predicate="prefersChannel", value="email", note="Now it is.")
    return here.ledger.run("r3")


def a_statement_that_moves(here: World) -> Run:
    base(here)
    here.run(stated(C1, "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    run = here.run(stated(C2, "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    here.run(stated(C2, "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    return run


def the_first_home_of_a_statement_that_moved(here: World) -> Run:
    base(here)
    run = here.run(stated(C1, "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    here.run(stated(C2, "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    here.run(stated(C1, "prefersChannel", "call", quoted("mail:1"), statement="s1"))
    return run


def everything(here: World) -> Run:
    return base(here)


def half_a_run(here: World) -> Run:
    base(here)
    run = here.ledger.land(here.opened(), ordered(line("O-1", quantity="3"), line("O-5")), entries=2)
    here.run(*ordered(line("O-5")))
    return here.done(run)


STORIES: list[Story] = [
    lines_of_known_and_new_orders,
    an_amendment,
    what_a_later_run_repeats,
    a_moved_line_that_a_later_run_repeats,
    the_first_home_of_a_line_that_moved,
    the_only_word_of_a_node,
    a_name_that_hid_another,
    evidence_of_facts_of_other_runs,
    premises_of_premises,
    corroboration,
    acts_on_statements,
    what_was_said_about_by_hand,
    what_was_said_by_hand,
    a_statement_that_moves,
    the_first_home_of_a_statement_that_moved,
    everything,
    half_a_run,
]


def derived(predicate: str, value: str, *premises: str) -> Draft:
    return stated(
        C1,
        predicate,
        value,
        *map(Premise, premises),
        statement=predicate,
        kind=Kind.PREDICTIVE,
        rule="loyal@2",
    )


def version(here: World, statement: str) -> str:
    (row,) = here.graph.read(
        "MATCH (f:Fact {statement: $s}) WHERE f.superseded_at = $open RETURN f.id AS id LIMIT 2",
        s=statement,
        open=FOREVER,
    )
    return str(row["id"])


def figure_of(here: World, predicate: str) -> str:
    (row,) = here.graph.read(
        "MATCH (:Customer {id: $c})-[:HAS_FACT]->(f:Fact {predicate: $p}) RETURN DISTINCT f.statement AS id",
        c=C1,
        p=predicate,
    )
    return str(row["id"])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_revert_equals_a_rebuild_without_the_run(here: World, story: Story) -> None:
    run = story(here)
    before = here.export()
    here.revert(run)
    after = here.export()
    assert after != before
    assert here.rebuilt() == after
    assert here.without(run) == after


def test_runs_may_be_reverted_in_any_order(here: World) -> None:
    first = base(here)
    second = here.run(*ordered(line("O-1", quantity="3"), line("O-3", "C-2")), *mail("mail:2", about=[C2]))
    third = here.run(
        stated(C1, "need", "spares", quoted("mail:2"), statement="s1"), *ordered(line("O-3", "C-2"))
    )
    for run in (second, first, third):
        here.revert(run)
    assert here.export() == here.rebuilt() == []


def test_what_is_reverted_can_be_taken_in_again(here: World) -> None:
    base(here)
    run = here.run(*ordered(line("O-7", "C-2")))
    counted = [row for row in here.export() if "O-7" in row and '"node"' in row]
    here.revert(run)
    again = here.run(*ordered(line("O-7", "C-2")))
    assert (again.accepted, again.duplicate) == (1, 0)
    assert len([row for row in here.export() if "O-7" in row and '"node"' in row]) == len(counted)


def test_a_revert_that_was_interrupted_keeps_readers_waiting_and_is_finished_by_the_next(here: World) -> None:
    run = lines_of_known_and_new_orders(here)
    Reverting(here.ledger.engine).revert(here.ledger.run(run.id))
    with pytest.raises(Rebuilding):
        here.knowledge.customers(ADMIN)
    Keeping(here.ledger, here.graph).catch_up()
    export = here.export()
    assert here.knowledge.customers(ADMIN).total == 2
    assert export == here.rebuilt() == here.without(run)


def test_a_run_is_reverted_once(here: World) -> None:
    run = base(here)
    here.revert(run)
    with pytest.raises(Conflict):
        here.revert(run)
    running = here.opened()
    with pytest.raises(Conflict):
        here.revert(running)
