"""Notes: what was written down, when it was, who was there, and what it is called."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sources import notes
from kb.errors import InvalidFile
from tests.ingest.conversations import MODIFIED, SHANGHAI, Reader
from tests.ingest.mutations import check
from tests.ingest.word_files import document, paragraph

TUESDAY = 1_741_042_800_000  # 2025-03-04T00:00+01:00
HOUR = 3_600_000
ENGLISH = """# Meeting minutes 2025-03-04

**Present:** Anna Visser (Harbour Laundry), Pieter van Dalen and Li Na <li.na@haiyuan-pumps.example>

* We _need_ the [test report](https://acme.example/x) by `Friday`
"""
CHINESE = """会议纪要
会议时间：2025年3月4日（周二）下午2:00-3:30
参会人员：王伟、李娜（采购经理）、张三
记录人：陈静
客户：东湖啤酒

客户希望降价。
"""


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader("notes", tmp_path)


def people(found: Any) -> list[tuple[str, str | None]]:
    return [(one["role"], one["name"]) for one in found["participants"]]


def test_minutes_in_english_are_a_meeting_with_its_people(reader: Reader) -> None:
    found = reader.one(ENGLISH, name="minutes.md")
    assert (found["channel"], found["direction"], found["language"]) == ("meeting", "internal", "en")
    assert (found["at"], found["at_source"], found["title"]) == (
        TUESDAY,
        "stated",
        "Meeting minutes 2025-03-04",
    )
    assert found["text"].splitlines() == [
        "Meeting minutes 2025-03-04",
        "",
        "Present: Anna Visser (Harbour Laundry), Pieter van Dalen and Li Na li.na@haiyuan-pumps.example",
        "",
        "- We need the test report by Friday",
    ]
    assert people(found) == [("attendee", name) for name in ("Anna Visser", "Pieter van Dalen", "Li Na")]
    assert found["participants"][2]["address"] == "mailto:li.na@haiyuan-pumps.example"


def test_minutes_in_chinese_are_a_meeting_with_its_people_and_its_end(reader: Reader) -> None:
    found = reader.one(CHINESE.encode("gb18030"), name="a.txt", timezone=SHANGHAI)
    assert (found["channel"], found["title"], found["language"]) == ("meeting", "会议纪要", "zh")
    assert (found["at"], found["ends_at"]) == (TUESDAY + 7 * HOUR, TUESDAY + 8 * HOUR + HOUR // 2)
    assert people(found) == [
        *(("attendee", name) for name in ("王伟", "李娜", "张三")),
        ("author", "陈静"),
        ("customer", "东湖啤酒"),
    ]
    assert found["text"] == CHINESE.strip()


def test_front_matter_is_read_and_is_no_part_of_the_text(reader: Reader) -> None:
    note = (
        "---\ntitle: 'Pump room'\ndate: 2025-03-04 14:00\nauthor: Pieter\ntype: site visit\ntags: [a, b]\n"
        "participants:\n  - Anna\n  - Jan\ncustomer: Acme B.V.\n---\nThey want it.\n"
    )
    found = reader.one(note)
    assert (found["at"], found["channel"], found["title"]) == (TUESDAY + 14 * HOUR, "visit", "Pump room")
    assert found["text"] == "They want it."
    assert sorted(people(found)) == [
        ("attendee", "Anna"),
        ("attendee", "Jan"),
        ("author", "Pieter"),
        ("customer", "Acme B.V."),
    ]


@pytest.mark.parametrize(
    ("heading", "name", "channel"),
    [
        ("# Meeting minutes", "x.md", "meeting"),
        ("# 会议纪要", "x.md", "meeting"),
        ("# 周例会", "x.md", "meeting"),
        ("# 拜访记录", "x.md", "visit"),
        ("# Site visit Harbour Laundry", "x.md", "visit"),
        ("Call with Anna", "x.txt", "call"),
        ("电话记录", "x.txt", "call"),
        ("Type: phone call", "x.txt", "call"),
        ("They like it.", "2025-03-04 visit.txt", "visit"),
        ("They like it.", "拜访_20250304.txt", "visit"),
        ("They will call back in 10 minutes", "x.txt", "note"),
        ("They like it.", "x.txt", "note"),
        ("# 备忘：电话号码", "x.md", "note"),
    ],
)
def test_heading_and_file_name_say_what_it_was(reader: Reader, heading: str, name: str, channel: str) -> None:
    assert reader.one(f"{heading}\n\nWords.", name=name)["channel"] == channel


@pytest.mark.parametrize(
    ("head", "hours"),
    [
        ("Date: 2025-03-04", 0),
        ("Date: 4 March 2025 at 14:00", 14),
        ("**Date**: March 4, 2025, 2:00 pm – 3:00 pm", 14),
        ("When: Tuesday 4 March 2025, 14:00", 14),
        ("Date: 04/03/2025 14:00", 14),
        ("Date: 2025-03-04\nTime: 14:00 - 15:00", 14),
        ("Date: 2025-03-04T13:00:00Z", 14),
        ("日期：2025年3月4日", 0),
        ("时间：２０２５年３月４日 下午２：００", 14),
        ("时间：2025-03-04（周二）14点", 14),
        ("日期 | 2025/3/4 | 时间 | 14:00-15:00", 14),
        ("# Visit of 2025-03-04", 0),
        ("# 2025年3月4日拜访", 0),
    ],
)
def test_a_line_or_the_heading_says_when_it_was(reader: Reader, head: str, hours: int) -> None:
    found = reader.one(f"{head}\n\nWords.", name="2024-01-01.md", day_first=True)
    assert (found["at"] - TUESDAY) / HOUR == hours
    assert found["at_source"] == "stated"


@pytest.mark.parametrize(
    "name", ["2025-03-04 Acme.txt", "Minutes_20250304.md", "纪要2025年3月4日.txt", "acme 2025.3.4 (1).txt"]
)
def test_without_one_the_name_of_the_file_does(reader: Reader, name: str) -> None:
    found = reader.one("Words.", name=name)
    assert (found["at"], found["at_source"]) == (TUESDAY, "stated")
    assert "2025" not in found["title"]


@pytest.mark.parametrize("name", ["note.txt", "20259999.txt", "order 12345678.txt"])
def test_without_any_date_the_file_itself_does(reader: Reader, name: str) -> None:
    found = reader.one("Date: tomorrow\nWords.", name=name)
    assert (found["at"], found["at_source"]) == (MODIFIED, "file")


def test_a_day_that_does_not_exist_is_rejected_unless_something_else_dates_the_note(reader: Reader) -> None:
    (refused,) = reader.rejected("Date: 31/02/2025\nWords.", name="note.txt")
    assert (refused.reason, refused.field, refused.value) == ("bad_date", "date", "31/02/2025")
    assert reader.one("Date: 31/02/2025\nWords.", name="2025-03-04.txt")["at"] == TUESDAY


def test_a_date_of_two_readings_is_asked_about(reader: Reader) -> None:
    with pytest.raises(InvalidFile) as asked:
        reader.entries("Date: 04/03/2025\nWords.")
    assert asked.value.data["question"] == "day_first"
    assert reader.one("Date: 04/03/2025\nWords.", day_first=True)["at"] == TUESDAY


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Present: Anna, Jan de Vries; Li Na & Pieter", ["Anna", "Jan de Vries", "Li Na", "Pieter"]),
        ("Attendees: Anna (Acme, Delft) and Jan", ["Anna", "Jan"]),
        ("From: Anna Visser <anna@acme.example>", ["Anna Visser"]),
        ("与会人：王伟 李娜 张三", ["王伟", "李娜", "张三"]),
        ("参会人：甲方：王伟、李娜；乙方：张三", ["王伟", "李娜", "张三"]),
        ("Attendees\n\n- Anna, buyer - Acme\n- Jan", ["Anna", "buyer", "Jan"]),
        ("参会人员 | 王伟、李娜 | 地点 | 上海", ["王伟", "李娜"]),
        ("Present: everyone", []),
        ("He said: Anna, Jan", []),
    ],
)
def test_labelled_lines_name_who_was_there(reader: Reader, line: str, names: list[str]) -> None:
    assert [name for _, name in people(reader.one(f"{line}\n\nWords."))] == names


def test_top_headings_that_begin_with_dates_are_notes_of_their_own(reader: Reader) -> None:
    log = (
        "# Harbour Laundry\nCustomer: Harbour Laundry\n\n"
        "## 2025-03-04 Call with Anna\nOne.\n### Later\nTwo.\n\n## 2025年3月5日 拜访\n三。\n"
    )
    first, second = reader.parsed(log, name="log.md")
    assert (first.place, second.place) == (4, 9)
    one, two = first.payload, second.payload
    assert (one["channel"], one["title"], one["at"]) == ("call", "Call with Anna", TUESDAY)
    assert (two["channel"], two["title"], two["at"]) == ("visit", "拜访", TUESDAY + 24 * HOUR)
    assert one["text"] == "2025-03-04 Call with Anna\nOne.\nLater\nTwo."
    assert people(one) == people(two) == [("customer", "Harbour Laundry")]


def test_words_before_the_first_of_them_are_a_note_too(reader: Reader) -> None:
    text = "Keep in mind.\n\n2025-03-04 Anna called\n\nOne.\n\nTuesday 11 March 2025\n\nTwo."
    assert [found["text"] for found in reader.payloads(text)] == [
        "Keep in mind.",
        "2025-03-04 Anna called\n\nOne.",
        "Tuesday 11 March 2025\n\nTwo.",
    ]


def test_corrected_words_are_the_same_note_where_its_date_is_known(reader: Reader) -> None:
    def ids(name: str) -> set[str]:
        return {reader.one(f"Pump room\n\n{words}", name=name)["id"] for words in ("wrong.", "right.")}

    assert len(ids("2025-03-04.txt")) == 1
    assert len(ids("note.txt")) == 2
    assert ids("2025-03-04.txt") != ids("2025-03-05.txt")


def test_two_notes_alike_in_one_file_are_two(reader: Reader) -> None:
    found = reader.payloads("# 2025-03-04 Call\nOne.\n# 2025-03-04 Call\nTwo.")
    assert len({one["id"] for one in found}) == 2


@pytest.mark.parametrize("file", [b"\n \n", document(paragraph(" ")), b"---\ndate: 2025-03-04\n---\n"])
def test_a_note_without_words_is_rejected(reader: Reader, file: bytes) -> None:
    (refused,) = reader.rejected(file)
    assert (refused.reason, refused.field) == ("empty", "text")


def test_a_note_beyond_all_measure_is_rejected(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "TEXT_LIMIT", 100)
    assert reader.rejected("words " * 100)[0].reason == "too_big"
    monkeypatch.setattr(notes, "FILE_LIMIT", 100)
    with pytest.raises(InvalidFile):
        reader.entries("words " * 100)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.lists(st.text(alphabet="#*_-`[]()<>|\\ \n:：,、a日期5年月2025-03-04Present", max_size=60), max_size=8)
)
def test_any_text_is_read_or_refused(reader: Reader, lines: list[str]) -> None:
    try:
        found = reader.entries("\n".join(lines), day_first=True)
    except InvalidFile:
        return
    keys: set[str] = set()
    for entry in found:
        check(entry, keys)
