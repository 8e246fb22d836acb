"""`kbcrm read`, and that what is taken in is read at once: by the models that ship, in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Kbcrm

MAIL = """\
From: Anna Visser <anna@harbour-laundry.example>
To: sales@kbcrm.example
Date: Tue, 3 Mar 2026 09:00:00 +0000
Message-ID: <reading-1@harbour-laundry.example>
Content-Type: text/plain; charset=utf-8

Hello, we need two more pumps that run below 60 dB. Could you send us the drawings?

Kind regards
Anna
"""
CHINESE = """\
From: 周敏 <zhoumin@donghu.example>
To: sales@kbcrm.example
Date: Wed, 4 Mar 2026 09:00:00 +0800
Message-ID: <reading-2@donghu.example>
Content-Type: text/plain; charset=utf-8

您好！我们需要三台耐高温的水泵。我们周五前把图纸发给你们。
"""


@pytest.fixture(scope="module")
def read(kbcrm: Kbcrm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the import said of its reading: the mails are read at once. All of it is taken back at the end."""
    folder: Path = tmp_path_factory.mktemp("mails")
    for name, text in (("one.eml", MAIL), ("two.eml", CHINESE)):
        (folder / name).write_text(text, encoding="utf-8")
    before = {run["id"] for run in kbcrm.lines("runs", "list")}
    files = folder / "one.eml", folder / "two.eml"
    result = kbcrm.call("ingest", "mail", *files, KBCRM_READER="built-in", KBCRM_STAFF="kbcrm.example")
    assert result.exit_code == 0, result.output
    yield result.stderr
    for run in kbcrm.lines("runs", "list"):
        if run["id"] not in before:
            kbcrm.run("runs", "revert", run["id"])


def facts(kbcrm: Kbcrm, customer: str) -> dict[str, dict[str, Any]]:
    found = kbcrm.lines("facts", customer)
    return {one["value"]: one for one in found if one["kind"] == "conversational"}


def test_what_is_taken_in_is_read_at_once(kbcrm: Kbcrm, read: str) -> None:
    assert "interactions read for facts" in read
    known = facts(kbcrm, "K-1")
    assert known["we need two more pumps that run below 60 dB"]["predicate"] == "need"
    assert known["Could you send us the drawings"]["predicate"] == "request"


def test_chinese_too_with_who_owes_what_by_when(kbcrm: Kbcrm, read: str) -> None:
    del read
    known = facts(kbcrm, "K-2")
    assert known["我们需要三台耐高温的水泵"]["predicate"] == "need"
    assert known["我们周五前把图纸发给你们"]["predicate"] == "commitment"


def test_nothing_is_read_twice_unless_asked(kbcrm: Kbcrm, read: str) -> None:
    del read
    assert kbcrm.run("read") == "Nothing is unread.\n"
    (again,) = kbcrm.lines("read", "--again")
    assert again["records"] >= 2
    assert (again["accepted"], again["duplicate"]) == (0, again["records"])
