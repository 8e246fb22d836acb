"""Chats: both layouts, any order of the date, messages told from notices, the same keys in a later export."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.interactions import clean
from kb.errors import InvalidFile
from tests.ingest.conversations import AMSTERDAM, SHANGHAI, Reader

NINE = int(datetime(2025, 3, 14, 8, 12, tzinfo=UTC).timestamp() * 1000)  # 09:12 in Amsterdam
ANDROID = "14/03/2025, 09:12 - Jan: Hello\n"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader("chat", tmp_path)


def test_a_message_is_one_interaction(reader: Reader) -> None:
    found = reader.one(ANDROID)
    assert found["channel"] == "chat" and found["direction"] == "unknown" and found["at_source"] == "stated"
    assert (found["at"], found["text"], found["language"]) == (NINE, "Hello", "en")
    assert found["participants"] == [{"role": "from", "name": "Jan", "address": None}]
    assert found["thread"].startswith("chat:") and found["id"].startswith("chat:") != found["thread"]


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("14/03/2025, 09:12 - Jan: Hello", 0),
        ("14.03.25, 09:12 - Jan: Hello", 0),
        ("14-3-2025 9:12 - Jan: Hello", 0),
        ("3/14/25, 9:12 AM - Jan: Hello", 0),
        ("3/14/25, 9:12\u202fam - Jan: Hello", 0),
        ("14/3/2025, 9:12 a. m. - Jan: Hello", 0),
        ("[2025/3/14 09:12:33] Jan: Hello", 33),
        ("\u200e[14/03/2025, 09:12:33] ~\u202fJan: Hello", 33),
        ("[2025/3/14 上午9:12:33] Jan: Hello", 33),
        ("[25/3/14 上午9:12:33] Jan: Hello", 33),
        ("2025年3月14日 上午9:12 - Jan: Hello", 0),
        ("2025-03-14, 09:12 - Jan: Hello", 0),
        ("[14.03.25, 09.12.33] Jan: Hello", 33),
        ("2025. 03. 14. 09:12 - Jan: Hello", 0),
    ],
)
def test_a_stamp_is_read_in_all_its_styles(reader: Reader, line: str, seconds: int) -> None:
    found = reader.one(line)
    assert (found["at"], found["text"]) == (NINE + seconds * 1000, "Hello")
    assert found["participants"][0]["name"] == "Jan"


@pytest.mark.parametrize(
    ("clock", "hour"), [("12:05 AM", 0), ("12:05 PM", 12), ("1:05 pm", 13), ("下午3:05", 15)]
)
def test_the_twelve_hour_clock_is_understood(reader: Reader, clock: str, hour: int) -> None:
    found = reader.one(f"[2025/3/14, {clock}] Jan: x", timezone=UTC)
    assert datetime.fromtimestamp(found["at"] / 1000, UTC) == datetime(2025, 3, 14, hour, 5, tzinfo=UTC)


def test_times_are_local_in_the_readers_zone(reader: Reader) -> None:
    assert reader.one(ANDROID)["at"] - reader.one(ANDROID, timezone=SHANGHAI)["at"] == 7 * 3_600_000


def dated(*days: str) -> str:
    return "".join(f"{day}, 09:12 - Jan: message {number}\n" for number, day in enumerate(days))


@pytest.mark.parametrize(
    ("days", "months"),
    [
        (("01/02/2025", "14/03/2025"), (2, 3)),
        (("01/02/2025", "03/14/2025"), (1, 3)),
        (("05/01/2025", "04/02/2025", "03/03/2025"), (1, 2, 3)),
        (("01/05/2025", "02/04/2025", "03/03/2025"), (1, 2, 3)),
        (("05/05/2025", "06/06/2025"), (5, 6)),
        (("2025/05/06", "2025/06/05"), (5, 6)),
    ],
)
def test_the_dates_of_the_file_decide_what_comes_first(
    reader: Reader, days: tuple[str, ...], months: tuple[int, ...]
) -> None:
    for told in (None, True, False):
        found = reader.payloads(dated(*days), day_first=told)
        assert tuple(datetime.fromtimestamp(one["at"] / 1000, UTC).month for one in found) == months


EITHER = [("01/02/2025",), ("01/02/2025", "03/04/2025"), ("14/03/2025", "03/14/2025")]


@pytest.mark.parametrize("days", EITHER)
def test_dates_that_could_be_either_are_asked_about(reader: Reader, days: tuple[str, ...]) -> None:
    with pytest.raises(InvalidFile) as asked:
        reader.entries(dated(*days))
    assert asked.value.data["field"] == "date" and asked.value.data["question"] == "day_first"
    told: Any
    for told in (True, False):
        entries = reader.entries(dated(*days), day_first=told)
        assert len(entries) == len(days)
        assert len(reader.rejected(dated(*days), day_first=told)) == (1 if "14" in "".join(days) else 0)


def test_lines_without_a_stamp_go_on_with_the_message(reader: Reader) -> None:
    chat = "14/03/2025, 09:12 - Jan: one\ntwo: not a sender\n\n- three\n14/03/2025, 09:13 - Li: four\n"
    assert [found["text"] for found in reader.payloads(chat)] == ["one\ntwo: not a sender\n\n- three", "four"]
    assert [entry.place for entry in reader.parsed(chat)] == [1, 5]


@pytest.mark.parametrize(
    "notice",
    [
        "Messages and calls are end-to-end encrypted. Only people in this chat can read them.",
        'Jan created group "Project: Alpha"',
        "Jan added Li",
        "Jan left\nand was gone: really",
        "Acme: \u200eMessages and calls are end-to-end encrypted. Tap to learn more.",
        "Jan: This message was deleted",
        "Jan: \u200e你删除了此消息",
    ],
)
def test_what_the_program_wrote_itself_is_no_record(reader: Reader, notice: str) -> None:
    found = reader.payloads(f"14/03/2025, 09:11 - {notice}\n{ANDROID}")
    assert [one["text"] for one in found] == ["Hello"]


@pytest.mark.parametrize(
    ("said", "text", "name", "media_type"),
    [
        ("<Media omitted>", "", "", "application/octet-stream"),
        ("\u200eimage omitted", "", "", "image/*"),
        ("<省略多媒体文件>\n看图", "看图", "", "application/octet-stream"),
        ("IMG-1.jpg (file attached)\nour new roof", "our new roof", "IMG-1.jpg", "image/jpeg"),
        ("\u200e<attached: 00000003-offer.pdf>", "", "00000003-offer.pdf", "application/pdf"),
        ("offer.pdf • \u200e2 pages \u200edocument omitted", "", "offer.pdf", "application/pdf"),
    ],
)
def test_what_was_left_out_is_an_attachment(
    reader: Reader, said: str, text: str, name: str, media_type: str
) -> None:
    found = reader.one(f"14/03/2025, 09:12 - Jan: {said}")
    assert found["text"] == text
    assert found["attachments"] == [{"name": name, "media_type": media_type, "size": None}]


def test_people_are_known_by_name_or_number_and_two_of_them_talk_to_each_other(reader: Reader) -> None:
    chat = ANDROID + "14/03/2025, 09:13 - +31 6 1234 5678: Hi <This message was edited>\n"
    first, second = reader.payloads(chat, staff=frozenset({"Jan"}))
    jan, number = {"name": "Jan", "address": None}, {"name": None, "address": "tel:+31612345678"}
    assert first["participants"] == [{"role": "from", **jan}, {"role": "to", **number}]
    assert second["participants"] == [{"role": "from", **number}, {"role": "to", **jan}]
    assert (first["direction"], second["direction"], second["text"]) == ("outbound", "inbound", "Hi")
    third = reader.payloads(chat, staff=frozenset({"Jan", "+31612345678"}))
    assert {found["direction"] for found in third} == {"internal"}


def test_a_message_to_a_group_reaches_those_who_wrote_before(reader: Reader) -> None:
    group = "".join(f"14/03/2025, 09:12 - {name}: Hello\n" for name in ("Jan", "Li", "Piet", "Jan"))
    reached = [[one["name"] for one in found["participants"][1:]] for found in reader.payloads(group)]
    assert reached == [[], ["Jan"], ["Jan", "Li"], ["Li", "Piet"]]
    crowd = "".join(f"14/03/2025, 09:12 - Member {number}: Hello\n" for number in range(40))
    assert [len(found["participants"]) for found in reader.payloads(crowd)][-1] == 1


def test_a_longer_export_of_the_same_chat_gives_the_same_keys(reader: Reader) -> None:
    short = ANDROID + "14/03/2025, 09:13 - Li: Hi\n" + ANDROID
    longer = short + "15/03/2025, 10:00 - Piet: I am new here\n"
    for name in ("_chat.txt", "WhatsApp Chat with Jan.txt"):
        keys = [entry.key for entry in reader.parsed(short, name=name)]
        assert [entry.key for entry in reader.parsed(longer, name=name)][:3] == keys
        assert keys[2] == f"{keys[0]}#2" and len({found["id"] for found in reader.payloads(longer)}) == 4


def test_the_name_that_whatsapp_gives_a_chat_tells_it_from_others(reader: Reader) -> None:
    same = ("WhatsApp Chat with Jan.txt", "WhatsApp-chat met Jan (1).txt", "与Jan的WhatsApp聊天记录.txt")
    other = ("WhatsApp Chat - Li.txt", "_chat.txt")
    threads = [reader.one(ANDROID, name=name)["thread"] for name in same + other]
    assert len(set(threads[:3])) == 1 and len(set(threads)) == 3
    assert reader.one(ANDROID, name="WhatsApp Chat with Jan.txt")["title"] == "Jan"


@pytest.mark.parametrize(
    ("line", "reason", "field"),
    [
        ("45/03/2025, 09:12 - Jan: x", "bad_date", "date"),
        ("14/03/2025, 29:12 - Jan: x", "bad_date", "date"),
        ("14/03/2025, 09:12 - Jan: ", "empty", "text"),
        ("14/03/2025, 09:12 - Jan: " + "x" * 1_100_000, "too_big", "text"),
    ],
)
def test_a_message_that_cannot_be_used_is_rejected_beside_the_others(
    reader: Reader, line: str, reason: str, field: str
) -> None:
    (refused,) = reader.rejected(f"{ANDROID}{line}\n{ANDROID}")
    assert (refused.reason, refused.field, refused.place) == (reason, field, 2)
    assert len(reader.parsed(f"{ANDROID}{line}\n{ANDROID}")) == 2


def test_text_before_the_first_message_is_rejected(reader: Reader) -> None:
    (refused,) = reader.rejected(f"\nmy export\n{ANDROID}")
    assert (refused.reason, refused.field, refused.value) == ("bad_syntax", "line", "my export")


@pytest.mark.parametrize("text", ["", "no chat\n", "14/03/2025 was a friday\n"])
def test_a_file_without_a_stamp_is_no_chat(reader: Reader, text: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        reader.entries(text)
    assert refused.value.data["field"] == "file"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_chat_is_read_in_any_encoding(reader: Reader, encoding: str) -> None:
    said = ["请问什么时候发货？", "明天发货，谢谢"]
    chat = f"[2025/3/14 09:12:33] 王伟: {said[0]}\n[2025/3/14 09:13:00] 李娜: {said[1]}\n"
    assert [found["text"] for found in reader.payloads(chat.encode(encoding))] == said


MESSAGES = st.lists(
    st.tuples(
        st.datetimes(datetime(2001, 1, 1), datetime(2068, 12, 31)),
        st.text("abcdefghijklmnopqrstuvwxyzABC李娜王伟 .'-", min_size=1, max_size=30).filter(str.strip),
        st.text(max_size=200),
    ),
    min_size=1,
    max_size=8,
)
STYLES = {"%d/%m/%Y, %H:%M - ": True, "%m/%d/%y, %I:%M %p - ": False, "[%Y/%m/%d %H:%M:%S] ": None}


def unmarked(text: str) -> str:
    """Without the marks of direction, which a chat loses on purpose."""
    return clean(re.sub("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", text))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(messages=MESSAGES, style=st.sampled_from(sorted(STYLES)))
def test_what_was_written_is_read_back(reader: Reader, messages: list[Any], style: str) -> None:
    written = [(at, " ".join(name.split()), f"said {unmarked(text)}".strip()) for at, name, text in messages]
    chat = "".join(f"{at.strftime(style)}{name}: {text}\n" for at, name, text in written)
    found = reader.payloads(chat, day_first=STYLES[style], timezone=UTC)
    times = sorted(at for at, _, _ in written)
    if STYLES[style] is None or len(times) == 1:
        precise = timedelta(minutes=1) if STYLES[style] is not None else timedelta(seconds=1)
        for one, (at, _, _) in zip(found, written, strict=True):
            assert abs(datetime.fromtimestamp(one["at"] / 1000, UTC) - at.replace(tzinfo=UTC)) < precise
    assert [one["text"] for one in found] == [text for _, _, text in written]


def test_the_zone_of_the_reader_does_not_change_the_keys(reader: Reader) -> None:
    (here,), (there,) = reader.parsed(ANDROID, timezone=AMSTERDAM), reader.parsed(ANDROID, timezone=SHANGHAI)
    assert here.key == there.key
