"""What is believed: the faults that temporal graphs are known for, one plain example each.

They are told to the product and to the reference alike, so that the reference is tested as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import pytest

from kb.model.acts import Act, Correct, Dispute, End, Recorded, Retract, Series, State
from kb.model.belief import history
from kb.model.fact import Claim, Kind, Premise, Quote, Value
from kb.model.moment import FOREVER, Interval
from kb.model.resolving import SlotRules
from tests.reference.beliefs import Version, version_of, versions
from tests.reference.histories import STANDING

EXPERT, SAID, DONE = Kind.EXPERT, Kind.CONVERSATIONAL, Kind.OBSERVATIONAL
Exists: TypeAlias = Callable[[str], bool]
Tell: TypeAlias = Callable[[Sequence[Recorded], SlotRules, Exists], set[Version]]
FUNCTIONAL = SlotRules(functional=True, per_unit=False, standing=STANDING)
PER_UNIT = SlotRules(functional=True, per_unit=True, standing=STANDING)
MANY = SlotRules(functional=False, per_unit=False, standing=STANDING)


def product(acts: Sequence[Recorded], rules: SlotRules, exists: Exists) -> set[Version]:
    """Slot by slot, as the projection does it."""
    stated = (one.act for one in acts if isinstance(one.act, State))
    subjects = {act.statement: act.claim.subject for act in stated}
    slots: dict[str, list[Recorded]] = {}
    for one in acts:
        slots.setdefault(subjects.get(one.act.statement, "c1"), []).append(one)
    return {version_of(fact) for slot in slots.values() for fact in history(slot, rules, exists)}


def brute_force(acts: Sequence[Recorded], rules: SlotRules, exists: Exists) -> set[Version]:
    return versions(acts, rules.functional, rules.standing, exists, rules.per_unit)


@pytest.fixture(params=[product, brute_force])
def tell(request: pytest.FixtureRequest) -> Tell:
    told: Tell = request.param
    return told


def claim(value: Value, *by: str, kind: Kind = SAID, unit: str | None = None, rule: str = "") -> Claim:
    """A claim by notes and by versions of other facts; by note1 where none is named."""
    return Claim(
        subject="c1",
        predicate="prefersChannel",
        kind=kind,
        confidence=0.7,
        evidence=tuple(Quote(id) if id.startswith("note") else Premise(id) for id in by or ("note1",)),
        value=value,
        unit=unit,
        rule=rule or None,
    )


def state(statement: str, said: Value | Claim, start: int, end: int = FOREVER, *, kind: Kind = SAID) -> State:
    whole = said if isinstance(said, Claim) else claim(said, kind=kind)
    return State(statement=statement, claim=whole, interval=Interval(start, end))


def series(*pieces: tuple[int, int, Claim]) -> Series:
    return Series(statement="s", pieces=tuple((Interval(start, end), said) for start, end, said in pieces))


def correct(
    statement: str, by: str = "note2", *, value: Value | None = None, over: Interval | None = None
) -> Correct:
    return Correct(statement=statement, evidence=(Quote(by),), value=value, interval=over)


def dispute(statement: str, by: str = "note3") -> Dispute:
    return Dispute(statement=statement, evidence=(Quote(by),))


def runs(*acts: Act | tuple[Act, ...]) -> list[Recorded]:
    """Each act, or tuple of acts, is a run of its own, recorded at 100, 101 and so on."""
    bundles = [each if isinstance(each, tuple) else (each,) for each in acts]
    flat = [(number, act) for number, bundle in enumerate(bundles) for act in bundle]
    return [Recorded(100 + number, place, act) for place, (number, act) in enumerate(flat)]


def shown(one: Version) -> str:
    end = "" if one.valid_to == FOREVER else one.valid_to
    status = "" if one.status == "asserted" else f" {one.status}"
    return f"{one.statement} {one.content.value.split()[-1].strip(chr(39))} {one.valid_from}-{end}{status}"


def now(tell: Tell, *acts: Act, rules: SlotRules = FUNCTIONAL, without: str = "") -> set[str]:
    """What is believed in the end, as "statement value from-to status"; asserted is not mentioned."""
    told = tell(runs(*acts), rules, lambda id: id not in without.split())
    return {shown(one) for one in told if one.superseded_at == FOREVER}


def test_a_new_fact_never_touches_an_unrelated_subject(tell: Tell) -> None:
    other = state("b", replace(claim("call"), subject="c2"), 20)
    before = tell(runs(state("a", "mail", 10)), FUNCTIONAL, lambda id: True)
    assert tell(runs(state("a", "mail", 10), other), FUNCTIONAL, lambda id: True) > before


def test_two_disjoint_intervals_stay_two(tell: Tell) -> None:
    acts = state("a", "mail", 10, 20), state("b", "mail", 30, 40)
    assert now(tell, *acts) == {"a mail 10-20", "b mail 30-40"}


def test_a_bounded_fact_in_the_past_splits_the_one_that_holds(tell: Tell) -> None:
    acts = state("a", "mail", 10), state("b", "call", 30, 50)
    assert now(tell, *acts) == {"a mail 10-30", "b call 30-50", "a mail 50-"}


def test_an_open_fact_in_the_past_gives_way_to_what_is_known_later(tell: Tell) -> None:
    acts = state("a", "call", 50), state("b", "mail", 20)
    assert now(tell, *acts) == {"b mail 20-50", "a call 50-"}


def test_an_open_fact_gives_way_to_what_was_stated_though_nothing_is_left_of_it(tell: Tell) -> None:
    acts = state("a", "call", 50, 60), state("b", "chat", 10, 70)
    assert now(tell, *acts) == {"b chat 10-70"}
    assert now(tell, *acts, state("c", "mail", 20)) == {"b chat 10-20", "c mail 20-50", "b chat 50-70"}
    ended = End(statement="a", at=50)
    assert now(tell, acts[0], ended, state("c", "mail", 20)) == {"c mail 20-50"}


def test_an_open_fact_does_not_give_way_to_lower_standing(tell: Tell) -> None:
    acts = state("a", "call", 50), state("b", "mail", 20, kind=EXPERT)
    assert now(tell, *acts) == {"b mail 20-"}


def test_lower_standing_disputes_and_never_supersedes(tell: Tell) -> None:
    acts = state("a", "mail", 10, kind=EXPERT), state("b", "call", 30, 60)
    disputed = {"a mail 10-30", "a mail 30-60 disputed", "b call 30-60 disputed", "a mail 60-"}
    assert now(tell, *acts) == disputed
    assert now(tell, *acts, Retract(statement="b")) == {"a mail 10-"}


def test_what_was_superseded_comes_back_by_a_retraction_and_not_by_an_end(tell: Tell) -> None:
    acts = state("a", "mail", 10), state("b", "call", 30)
    assert now(tell, *acts, End(statement="b", at=50)) == {"a mail 10-30", "b call 30-50"}
    assert now(tell, *acts, End(statement="b", at=20)) == {"a mail 10-30"}
    assert now(tell, *acts, Retract(statement="b")) == {"a mail 10-"}
    assert now(tell, *acts, Retract(statement="b"), state("b", "call", 40)) == {"a mail 10-40", "b call 40-"}


def test_a_second_end_replaces_the_first_and_a_corrected_interval_both(tell: Tell) -> None:
    acts = state("a", "mail", 10), End(statement="a", at=30), End(statement="a", at=60)
    assert now(tell, *acts) == {"a mail 10-60"}
    assert now(tell, *acts, correct("a", value="call")) == {"a call 10-60"}
    assert now(tell, *acts, correct("a", over=Interval(20))) == {"a mail 20-"}


def test_correcting_moves_a_statement_behind_the_others(tell: Tell) -> None:
    acts = state("a", "mail", 10), state("b", "call", 30, 60)
    assert now(tell, *acts, correct("a", over=Interval(20, 40))) == {"a mail 20-40", "b call 40-60"}
    assert now(tell, *acts, correct("a")) == {"a mail 10-30", "b call 30-60"}
    assert now(tell, *acts, correct("a", value="call")) == {"b call 10-"}


def test_a_dispute_adds_its_evidence_and_a_correction_lifts_it(tell: Tell) -> None:
    acts = state("a", "mail", 10, 20), dispute("a"), correct("a", "note4")
    found = sorted(tell(runs(*acts), FUNCTIONAL, lambda id: True), key=lambda one: one.recorded_at)
    assert [(one.status, one.content.evidence) for one in found] == [
        ("asserted", (Quote("note1"),)),
        ("disputed", (Quote("note1"), Quote("note3"))),
        ("asserted", (Quote("note4"),)),
    ]


def test_corroboration_joins_evidence_under_the_first_statement(tell: Tell) -> None:
    surer = replace(claim("mail", "note2", "note3"), confidence=0.9)
    acts = state("a", claim("mail", "note1", "note2"), 10, 30), state("b", surer, 30)
    (joined,) = tell(runs(acts), FUNCTIONAL, lambda id: True)
    assert shown(joined) == "a mail 10-"
    assert joined.content.evidence == (Quote("note1"), Quote("note2"), Quote("note3"))
    assert joined.content.confidence == 0.9
    assert now(tell, *acts, dispute("b")) == {"a mail 10- disputed"}


def test_only_the_same_kind_and_value_that_meets_corroborates(tell: Tell) -> None:
    said, done, metres = (claim("1"), claim("1", kind=DONE), claim("1", unit="m"))
    acts = state("a", said, 10, 30), state("b", done, 20, 40), state("c", metres, 10, 30)
    assert now(tell, *acts, rules=MANY) == {"a 1 10-30", "b 1 20-40", "c 1 10-30"}
    bridged = state("a", "mail", 10, 20), state("b", "mail", 30, 40), state("c", "mail", 20, 30)
    assert now(tell, *bridged) == {"a mail 10-30", "b mail 30-40"}


def test_many_values_stand_side_by_side_where_the_predicate_is_not_functional(tell: Tell) -> None:
    acts = state("a", "mail", 10), state("b", "call", 30, 60)
    assert now(tell, *acts, rules=MANY) == {"a mail 10-", "b call 30-60"}


def test_units_are_slots_of_their_own_where_the_ontology_says_so(tell: Tell) -> None:
    one, two, three = claim("1", unit="EUR"), claim("2", unit="CNY"), claim("3", unit="EUR")
    acts = state("a", one, 10), state("b", two, 30), state("c", three, 60)
    assert now(tell, *acts, rules=PER_UNIT) == {"a 1 10-60", "b 2 30-", "c 3 60-"}
    assert now(tell, *acts) == {"a 1 10-30", "b 2 30-60", "c 3 60-"}


def test_what_rests_on_nothing_or_on_what_is_gone_is_not_there(tell: Tell) -> None:
    acts = state("a", claim("mail", "note1"), 10), state("b", claim("call", "note2", "note1"), 30)
    assert now(tell, *acts, without="note2") == {"a mail 10-30", "b call 30-"}
    assert now(tell, *acts, without="note1") == {"b call 30-"}
    assert now(tell, *acts, correct("b", "note3"), without="note3") == {"a mail 10-"}
    related = replace(claim("mail"), value=None, object="product1")
    assert now(tell, state("a", related, 10), without="product1") == set()


def test_acts_on_a_statement_that_is_not_there_have_no_effect(tell: Tell) -> None:
    acts = (correct("a"), dispute("a"), End(statement="a", at=50), Retract(statement="a"))
    assert now(tell, *acts, state("a", "mail", 10)) == {"a mail 10-"}
    assert now(tell, state("a", "mail", 10), Retract(statement="a"), *acts) == set()
    assert now(tell, state("a", "mail", 10), *acts[:3], without="note1") == set()


def test_what_a_rule_concludes_from_facts_alone_is_inferred(tell: Tell) -> None:
    facts, mixed = claim("mail", "version1", rule="r@1"), claim("call", "version1", "note1", rule="r@1")
    assert now(tell, state("a", facts, 10), state("b", mixed, 30)) == {"a mail 10-30 inferred", "b call 30-"}
    assert now(tell, state("a", mixed, 10), without="note1") == {"a call 10- inferred"}


def test_a_series_speaks_piece_by_piece_and_is_replaced_as_a_whole(tell: Tell) -> None:
    one, two = claim("1", kind=DONE), claim("2", kind=DONE)
    counted = series((10, 30, one), (30, FOREVER, two))
    assert now(tell, counted) == {"s 1 10-30", "s 2 30-"}
    assert now(tell, counted, series((20, 40, one), (40, FOREVER, one))) == {"s 1 20-"}
    assert now(tell, counted, correct("s", value="3"), End(statement="s", at=20)) == {"s 1 10-20"}
    assert now(tell, state("a", "2", 40, 50, kind=DONE), series((20, FOREVER, one))) == {"s 1 20-"}
    assert now(tell, state("a", "1", 40, 50, kind=DONE), counted) == {"s 1 10-30", "s 2 30-"}
    assert now(tell, counted, state("a", "1", 20, 50, kind=DONE)) == {"s 1 10-30", "a 1 20-50", "s 2 50-"}
    assert now(tell, counted, state("a", "2", 20, 50, kind=EXPERT)) == {"s 1 10-20", "a 2 20-50", "s 2 30-"}
    contested = {"s 1 10-20", "s 1 20-30 disputed", "a 2 20-30 disputed", "a 2 30-50", "s 2 30-"}
    assert now(tell, counted, state("a", "2", 20, 50)) == contested


def test_the_acts_of_a_run_become_known_at_once(tell: Tell) -> None:
    run = (state("a", "mail", 10), state("b", "call", 30), Retract(statement="b"), correct("a", value="chat"))
    (only,) = tell(runs(run), FUNCTIONAL, lambda id: True)
    assert (shown(only), only.recorded_at) == ("a chat 10-", 100)


def test_true_and_one_are_different_values(tell: Tell) -> None:
    acts = runs(state("a", True, 10, 20), correct("a", "note1", value=1))
    found = tell(acts, FUNCTIONAL, lambda id: True)
    assert {(one.content.value, one.recorded_at) for one in found} == {("bool True", 100), ("int 1", 101)}


def test_every_difference_in_content_makes_another_id() -> None:
    first = state("a", claim(1), 10, 20)
    claims = [replace(first.claim, value=1.0), replace(first.claim, value=True)]
    claims += [claim(1, "note2"), claim(1, "version1"), claim(1, kind=DONE), claim(1, unit="m")]
    claims += [claim(1, rule="r@1"), claim(1, rule="r@2"), claim(1, "note1", "note2")]
    claims += [replace(first.claim, evidence=(Quote("note1", 0, 4, text),)) for text in ("said", "sold")]
    claims += [replace(first.claim, confidence=0.5), replace(first.claim, value=None, object="product1")]
    stories = [runs(first), runs(Retract(statement="a"), first), runs((first, dispute("a", "note1")))]
    stories += [runs(state("a", one, 10, 20)) for one in claims]
    stories += [runs(state(*other)) for other in (("b", first.claim, 10, 20), ("a", first.claim, 10))]
    ids = [fact.id for story in stories for fact in history(story, FUNCTIONAL, lambda id: True)]
    assert len(ids) == len(set(ids)) == len(stories)
