"""What is said about a product: counted alike for every door, within the viewer's rights."""

from pathlib import Path

import pytest

from kb.errors import NotFound
from kb.model.fact import Kind
from kb.model.viewer import Viewer
from kb.model.voice import Asked, Cell, Voice
from kb.ports import Graph
from tests.kb.drafts import stated
from tests.kb.parts import ADMIN, CHEN_WEI, DAY, GUEST, LI_NA, PIETER, SOFIE, START, World
from tests.kb.voiced import C1, MOTOR, OTHER, PUMP, SEAL, said, voiced

NOW = START + 100 * DAY
LATER = START + 39 * DAY  # between what was said first and what was said last


@pytest.fixture
def here(graph: Graph, tmp_path: Path) -> World:
    return voiced(graph, tmp_path)


def cells(here: World, viewer: Viewer, asked: Asked | None = None) -> list[tuple[str, str, str, str, int]]:
    found = here.knowledge.voice(viewer, PUMP, asked or Asked(), NOW).cells
    return [(one.topic, one.kind, one.polarity, one.month, one.count) for one in found]


HUMS = (MOTOR, "complaint", "negative", "2023-11", 1)
SUPERB = (MOTOR, "praise", "positive", "2023-12", 1)
LEAKS = (SEAL, "incident", "none", "2023-11", 1)
SEND = (PUMP, "request", "none", "2023-12", 1)


def test_what_is_said_counts_by_topic_kind_polarity_and_month(here: World) -> None:
    assert cells(here, ADMIN) == [HUMS, SUPERB, LEAKS, SEND]


def test_managers_and_customers_count_only_their_own(here: World) -> None:
    assert cells(here, LI_NA) == [HUMS, LEAKS]
    assert cells(here, PIETER) == [SUPERB, SEND]
    assert cells(here, GUEST) == [HUMS, LEAKS]


@pytest.mark.parametrize("viewer", [SOFIE, CHEN_WEI], ids=lambda one: one.name)
def test_who_makes_the_products_counts_everybody_and_reads_nobodys_words(here: World, viewer: Viewer) -> None:
    found = here.knowledge.voice(viewer, PUMP, Asked(), NOW)
    assert (found.total, found.everybody) == (4, True)
    words = here.knowledge.voices(viewer, PUMP, Asked(), NOW)
    assert (list(words.items), words.total) == ([], 0)


def test_the_words_behind_the_counts_come_latest_first_with_whose_they_are(here: World) -> None:
    found = here.knowledge.voices(ADMIN, PUMP, Asked(), NOW)
    assert [one.fact.statement for one in found.items] == ["superb", "send", "hums", "leaks"]
    assert [(one.customer_name, one.person) for one in found.items[:2]] == [("Bolt", None), ("Bolt", "Bob")]
    assert found.total == 4
    second = here.knowledge.voices(ADMIN, PUMP, Asked(), NOW, offset=1, limit=2)
    assert ([one.fact.statement for one in second.items], second.total) == (["send", "hums"], 4)
    assert [one.fact.statement for one in here.knowledge.voices(LI_NA, PUMP, Asked(), NOW).items] == [
        "hums",
        "leaks",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(topic=MOTOR), [HUMS, SUPERB]),
        (Asked(kind="incident"), [LEAKS]),
        (Asked(kind="churnRisk"), []),
        (Asked(topic="feature:of another"), []),
        (Asked(since=LATER), [SUPERB, SEND]),
        (Asked(until=LATER), [HUMS, LEAKS]),
        (Asked(since=START, until=START + 1, topic=SEAL), [LEAKS]),
    ],
)
def test_one_may_ask_for_a_part(here: World, asked: Asked, expected: list[object]) -> None:
    assert cells(here, ADMIN, asked) == expected
    assert here.knowledge.voices(ADMIN, PUMP, asked, NOW).total == len(expected)


def test_what_was_closed_was_said_all_the_same_and_what_was_retracted_never(here: World) -> None:
    here.knowledge.end(ADMIN, "hums", at=START + 50 * DAY, closing="resolved", note="Fixed.")
    here.knowledge.retract(ADMIN, "superb", note="Misread.")
    assert cells(here, ADMIN) == [HUMS, LEAKS, SEND]


def test_what_is_expected_of_customers_is_not_their_voice(here: World) -> None:
    here.run(
        stated(
            C1,
            "need",
            "a motor",
            said("mail:1", "hums"),
            statement="guess",
            kind=Kind.PREDICTIVE,
            rule="guess@1",
            qualifiers=(("about", MOTOR),),
        )
    )
    assert cells(here, ADMIN) == [HUMS, SUPERB, LEAKS, SEND]


def test_a_product_of_which_nothing_is_said_and_one_that_is_none(here: World) -> None:
    silent = here.knowledge.voice(ADMIN, OTHER, Asked(), NOW)
    assert (silent.total, silent.trend(), silent.topics) == (0, (), ((OTHER, "Other pump", None),))
    for id in ("product:none", C1):
        with pytest.raises(NotFound):
            here.knowledge.voice(ADMIN, id, Asked(), NOW)


def test_a_trend_has_no_gaps_and_goes_by_quarters_once_it_is_long() -> None:
    def trend(*months: str) -> list[tuple[str, int]]:
        found = tuple(Cell(PUMP, "praise", "positive", month, 2) for month in months)
        spans = Voice(product=PUMP, topics=(), cells=found, everybody=False).trend()
        return [(span.name, span.total) for span in spans]

    assert trend("2025-11", "2026-02") == [("2025-11", 2), ("2025-12", 0), ("2026-01", 0), ("2026-02", 2)]
    long = trend("2023-02", "2023-03", "2025-12")
    assert (long[0], long[1], long[-1], len(long)) == (("2023-Q1", 4), ("2023-Q2", 0), ("2025-Q4", 2), 12)
