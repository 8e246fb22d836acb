"""`kbcrm log`: a conversation is written down from a terminal, within the user's rights."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from tests.cli.conftest import Kbcrm
from webapp.cli import main


def last_by_hand(kbcrm: Kbcrm) -> str:
    return str(kbcrm.lines("runs", "list", "--by-hand", "--limit", "1")[0]["id"])


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "It leaks.\n\nOutcome: We look.\nNext step: call back (by 6 March 2026)"),
        ("zh", "It leaks.\n\n结果：We look.\n下一步：call back（2026年3月6日前）"),
    ],
)
def test_a_call_is_logged_with_its_outcome_and_next_step(kbcrm: Kbcrm, locale: str, text: str) -> None:
    words = ("--said", "It leaks.", "--outcome", "We look.", "--next", "call back", "--due", "2026-03-06")
    (logged,) = kbcrm.lines(
        *("log", "K-1", "--with", "anna visser", "--at", "2026-03-01T10:00", *words), KBCRM_LOCALE=locale
    )
    assert (logged["text"], logged["channel"], logged["direction"]) == (text, "call", "internal")
    assert logged["at"] == "2026-03-01T10:00:00.000Z"
    assert [one["node"] for one in logged["participants"]] == [None, "contact:anna@harbour-laundry.example"]
    assert "It leaks." in kbcrm.run("interaction", logged["id"])
    kbcrm.run("runs", "revert", last_by_hand(kbcrm))


def test_the_words_may_come_by_stdin_and_then_it_was_now(kbcrm: Kbcrm) -> None:
    before = datetime.now(UTC)
    env = {"KBCRM_HOME": str(kbcrm.home), "KBCRM_GRAPH_MEMORY": "512m", "KBCRM_READER": "off"}
    result = CliRunner().invoke(
        main, ["log", "K-1", "--said", "-", "--channel", "visit"], "巡检完成。\n", env=env
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Logged: visit with Harbour Laundry (note:")
    (touch,) = kbcrm.lines("timeline", "K-1", "--channel", "visit")
    assert touch["excerpt"] == "巡检完成。"
    assert datetime.fromisoformat(touch["at"]) >= before.replace(microsecond=0)
    kbcrm.run("runs", "revert", last_by_hand(kbcrm))


def test_what_cannot_be_logged_is_said(kbcrm: Kbcrm) -> None:
    assert "There is no contact Nobody" in kbcrm.fail("log", "K-1", "--with", "Nobody", "--said", "x")
    assert "There is no customer" in kbcrm.fail("--as", "li.na", "log", "K-1", "--said", "x")
    assert "said: Write what was said." in kbcrm.fail("log", "K-1", "--said", " ")
    assert "next_step: " in kbcrm.fail("log", "K-1", "--said", "x", "--due", "2026-03-06")
    assert kbcrm.call("log", "K-1", "--said", "x", "--due", "Friday").exit_code == 2
