"""Random histories: the versions are those of brute force, and the laws of versions hold.

The comparison takes 1,000 histories and each law 300, always the same ones; with KBCRM_TEST_ALL=1 it takes
20,000 new ones, and each law 2,000.
"""

import os
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings

from kb.model.belief import believe, history, version
from kb.model.fact import Fact, Status
from kb.model.moment import FOREVER
from kb.model.resolving import SlotRules
from tests.reference.beliefs import Version, version_of, versions
from tests.reference.histories import SUBJECTS, History, histories, shortest

ALL = os.environ.get("KBCRM_TEST_ALL") == "1"
unhurried = pytest.mark.timeout(3600 if ALL else 300)


def examples(usually: int, thorough: int) -> settings:
    """How many examples; the usual ones are the same each time."""
    return settings(
        max_examples=thorough if ALL else usually,
        derandomize=not ALL,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def rules_of(past: History) -> SlotRules:
    predicate = past.predicate
    return SlotRules(functional=predicate.functional, per_unit=predicate.per_unit, standing=past.standing)


def history_of(past: History, subject: str) -> tuple[Fact, ...]:
    return history(past.of(subject), rules_of(past), past.exists)


def both(past: History) -> tuple[set[Version], set[Version]]:
    """The product's versions, slot by slot, and those of brute force, for all subjects at once."""
    predicate = past.predicate
    expected = versions(past.acts, predicate.functional, past.standing, past.exists, predicate.per_unit)
    return {version_of(fact) for subject in SUBJECTS for fact in history_of(past, subject)}, expected


def differs(past: History) -> bool:
    found, expected = both(past)
    return found != expected


@unhurried
@examples(1_000, 20_000)
@given(histories())
def test_the_versions_are_those_of_brute_force(past: History) -> None:
    """So that, among the rest, no subject touches another."""
    if differs(past):
        short = shortest(past, differs)
        found, expected = both(short)
        told = [short.predicate, short.standing, f"missing: {set(short.missing)}", *short.acts]
        wrong = ["only the product:", *found - expected, "only the reference:", *expected - found]
        pytest.fail("\n".join(map(str, [*told, *wrong])))


@unhurried
@examples(300, 2_000)
@given(histories())
def test_every_version_has_its_own_id_and_its_time_in_both_clocks(past: History) -> None:
    facts = [fact for subject in SUBJECTS for fact in history_of(past, subject)]
    assert len({fact.id for fact in facts}) == len(facts)
    assert all(fact.recorded_at < fact.superseded_at and fact.valid_from < fact.valid_to for fact in facts)


@unhurried
@examples(300, 2_000)
@given(histories())
def test_at_every_moment_the_asserted_versions_of_a_functional_slot_do_not_overlap(past: History) -> None:
    if not past.predicate.functional:
        return
    for one, other in combinations(history_of(past, "c1"), 2):
        known_together = one.recorded_at < other.superseded_at and other.recorded_at < one.superseded_at
        same_unit = one.claim.unit == other.claim.unit or not past.predicate.per_unit
        calm = Status.DISPUTED not in (one.status, other.status)
        if known_together and same_unit and calm and one.claim.says != other.claim.says:
            assert one.valid_to <= other.valid_from or other.valid_to <= one.valid_from


@unhurried
@examples(300, 2_000)
@given(histories())
def test_more_acts_change_nothing_of_earlier_versions_but_when_they_were_superseded(past: History) -> None:
    acts, rules = past.of("c1"), rules_of(past)
    for moment in sorted({one.recorded_at for one in acts}):
        known = [one for one in acts if one.recorded_at < moment]
        earlier = {
            replace(fact, superseded_at=FOREVER) if fact.superseded_at >= moment else fact
            for fact in history(acts, rules, past.exists)
            if fact.recorded_at < moment
        }
        assert set(history(known, rules, past.exists)) == earlier


@unhurried
@examples(300, 2_000)
@given(histories())
def test_what_is_believed_is_what_history_leaves_open(past: History) -> None:
    still = {version_of(fact)[:5] for fact in history_of(past, "c1") if fact.superseded_at == FOREVER}
    pieces = believe(past.of("c1"), rules_of(past), past.exists)
    assert {version_of(version(piece, 0))[:5] for piece in pieces} == still


@unhurried
@examples(300, 2_000)
@given(histories())
def test_an_id_stands_for_the_same_version_whatever_else_is_live(past: History) -> None:
    """Or a revert would leave a version in the graph that a rebuild words differently."""
    every, rules = past.of("c1"), rules_of(past)
    contents = {fact.id: version_of(fact)[:-1] for fact in history(every, rules, past.exists)}
    for live in (every[::2], every[1::2], every[1:], every[:-1]):
        for fact in history(live, rules, past.exists):
            assert contents.get(fact.id, version_of(fact)[:-1]) == version_of(fact)[:-1]
