"""Chats, reviews, tickets and surveys from other systems: what their columns are, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.profile import guess_profile
from ingest.records import Parsed, Rejected
from ingest.sources import conversations
from kb.errors import InvalidFile
from tests.ingest.mutations import mutants, run
from tests.ingest.table_files import parted, reading, rejections, workbook, write

TUESDAY = 1_741_046_400_000  # 2025-03-04T00:00Z
HOUR = 3_600_000
TICKET = {
    "id": 17,
    "subject": "Leak",
    "status": "open",
    "created_at": "2025-03-04T10:00:00Z",
    "requester": {"name": "Anna Visser", "email": "anna@acme.example"},
    "comments": [
        {"author": {"name": "Anna Visser"}, "body": "It <b>leaks</b>.<br>A lot.", "created_at": 1741082400},
        {"author": {"name": "Pieter"}, "body": "We come on Friday.", "created_at": 1741086000},
        {"author": {"name": "Pieter"}, "body": "", "created_at": 1741086001},
    ],
}  # fmt: skip


def read(
    folder: Path, content: object, name: str = "file.csv", **how: Any
) -> tuple[list[Parsed], list[Rejected]]:
    plain = content if isinstance(content, str | bytes) else json.dumps(content, ensure_ascii=False)
    staff = how.pop("staff", frozenset())
    path = write(folder, plain, name)
    return parted(conversations.read(path, replace(reading(**how), name=name, staff=staff)))


def one(folder: Path, content: object, name: str = "file.csv", **how: Any) -> Any:
    """The payload of the only record; nothing may be rejected beside it."""
    (found,), rejected = read(folder, content, name, **how)
    assert not rejected
    return found.payload


def people(found: Any) -> list[tuple[str, str | None, str | None]]:
    return [(person["role"], person["name"], person["address"]) for person in found["participants"]]


ENGLISH = {
    "review": "Review ID,Date,Stars,Title,Review,Product,Author\n"
    "1,2025-03-04,4,Good,I like the pump.,HP-200,Anna\n",
    "ticket": "Ticket No,Created at,Subject,Description,Status,Priority,Company,Requester,Email\n"
    "1,2025-03-04,Leak,It leaks.,open,high,Acme,Anna,anna@acme.example\n",
    "survey": "Response ID,Submitted at,NPS,Comment,Email\n1,2025-03-04,9,Great service.,anna@acme.example\n",
    "chat": "Timestamp,Sender,Message,Conversation ID\n2025-03-04,Anna,Hello?,c-1\n",
    "form": "Date,Name,Message\n2025-03-04,Anna,Please call me.\n",
}
CHINESE = {
    "review": "评价编号,评价时间,星级,评价内容,商品名称,用户昵称\n"
    "1,2025年3月4日,5星,水泵很好用,HP-200,王伟\n",
    "ticket": "工单编号,创建时间,标题,问题描述,处理状态,优先级,客户名称,联系人,联系电话\n"
    "1,2025/3/4,漏水,泵漏水了,未处理,高,东湖啤酒,王伟,+86 120 0000 0201\n",
    "survey": "答卷编号,提交时间,满意度,意见建议,姓名\n1,2025-03-04,9,希望更快发货,王伟\n",
    "chat": "发送时间,发送人,消息内容,会话ID\n2025-03-04,王伟,你好,c-1\n",
    "form": "日期,姓名,留言\n2025-03-04,王伟,请回电\n",
}


@pytest.mark.parametrize("channel", ENGLISH)
@pytest.mark.parametrize("rows", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_fields_tell_the_channel(tmp_path: Path, rows: dict[str, str], channel: str) -> None:
    for content in (rows[channel], rows[channel].encode("gb18030"), rows[channel].replace(",", ";")):
        found = one(tmp_path, content)
        assert (found["channel"], found["at"]) == (channel, TUESDAY)
        assert found["language"] == ("en" if rows is ENGLISH else "zh")


def test_a_review_keeps_its_product_and_its_rating(tmp_path: Path) -> None:
    found = one(tmp_path, ENGLISH["review"])
    assert (found["title"], found["text"], found["product"]) == ("Good", "I like the pump.", "HP-200")
    assert (found["rating"], found["rating_said"], found["direction"]) == (4.0, "4", "inbound")
    assert people(found) == [("from", "Anna", None)]


def test_a_ticket_keeps_its_state_and_who_asks_for_whom(tmp_path: Path) -> None:
    found = one(tmp_path, CHINESE["ticket"])
    assert (found["title"], found["status"], found["priority"]) == ("漏水", "未处理", "高")
    assert people(found) == [("from", "王伟", "tel:+8612000000201"), ("customer", "东湖啤酒", None)]


@pytest.mark.parametrize(
    ("said", "rating"),
    [
        ("4", 4),
        ("4,5", 4.5),
        ("4/5", 4),
        ("9 out of 10", 9),
        ("★★★☆☆", 3),
        ("5星", 5),
        ("-100", -100),
        ("good", None),
    ],
)
def test_ratings_are_read_as_people_write_them(tmp_path: Path, said: str, rating: float | None) -> None:
    found = one(tmp_path, f'Date,Rating,Review\n2025-03-04,"{said}",words\n')
    assert (found["rating"], found["rating_said"]) == (rating, said)


def test_the_score_of_a_review_makes_no_survey_of_it(tmp_path: Path) -> None:
    assert one(tmp_path, "Date,Score,Review Text\n2025-03-04,4,words\n")["channel"] == "review"


@pytest.mark.parametrize(
    ("value", "channel"),
    [("Live chat", "chat"), ("微信", "chat"), ("E-mail", "email"), ("phone", "call"), ("工单", "ticket"),
     ("Web", "form"), ("评价", "review"), ("Google Maps", "ticket"), ("", "ticket")],
)  # fmt: skip
def test_a_column_tells_the_channel_of_each_row(tmp_path: Path, value: str, channel: str) -> None:
    content = f"Date,Channel,Status,Message\n2025-03-04,{value},open,words\n"
    assert one(tmp_path, content)["channel"] == channel


@pytest.mark.parametrize(
    ("name", "channel"),
    [("tickets_2025.csv", "ticket"), ("微信聊天.csv", "chat"), ("nps.csv", "survey"),
     ("客户评价.csv", "review"), ("x.csv", "form")],
)  # fmt: skip
def test_the_name_of_the_file_tells_it_where_nothing_else_does(
    tmp_path: Path, name: str, channel: str
) -> None:
    assert one(tmp_path, "Date,Text\n2025-03-04,words\n", name)["channel"] == channel


@pytest.mark.parametrize(
    ("columns", "row", "staff", "direction"),
    [
        ("Direction", "inbound", "", "inbound"),
        ("方向", "发送", "", "outbound"),
        ("Direction", "internal", "", "internal"),
        ("Sender", "Anna", "", "unknown"),
        ("Sender", "Anna", "pieter", "inbound"),
        ("Sender", "Pieter", "pieter", "outbound"),
        ("Sender", "p@haiyuan.example", "haiyuan.example", "outbound"),
    ],
)
def test_who_wrote_to_whom(tmp_path: Path, columns: str, row: str, staff: str, direction: str) -> None:
    content = f"Date,Text,{columns}\n2025-03-04,words,{row}\n"
    assert one(tmp_path, content, staff=frozenset({staff} - {""}))["direction"] == direction


def test_a_ticket_with_its_messages_is_one_interaction_with_a_segment_for_each(tmp_path: Path) -> None:
    for content in (
        TICKET,
        [TICKET],
        {"count": 1, "next_page": None, "tickets": [TICKET]},
        json.dumps(TICKET) + "\n",
    ):
        found = one(tmp_path, content, "export.json")
        assert (found["channel"], found["title"], found["status"]) == ("ticket", "Leak", "open")
        assert found["text"] == "Anna Visser: It leaks.\nA lot.\nPieter: We come on Friday."
        said = [(part["speaker"], found["text"][part["start"] : part["end"]]) for part in found["segments"]]
        assert said == [("Anna Visser", "It leaks.\nA lot."), ("Pieter", "We come on Friday.")]
        assert [part["at"] for part in found["segments"]] == [TUESDAY + 10 * HOUR, TUESDAY + 11 * HOUR]
        assert (found["at"], found["ends_at"]) == (TUESDAY + 10 * HOUR, TUESDAY + 11 * HOUR)
        assert people(found) == [
            ("from", "Anna Visser", "mailto:anna@acme.example"),
            ("speaker", "Pieter", None),
        ]


@pytest.mark.parametrize("mark", [{"public": False}, {"private": True}, {"part_type": "note"}])
def test_a_conversation_with_a_note_that_the_customer_never_saw_is_internal(
    tmp_path: Path, mark: Any
) -> None:
    sent = {"from": "Anna", "text": "Yes?", "ts": 1741046400, "public": True}
    for messages, direction in (([sent], "unknown"), ([sent, {**sent, **mark}], "internal")):
        assert one(tmp_path, [{"id": "c", "messages": messages}])["direction"] == direction


def test_messages_date_a_conversation_without_a_date_and_an_opening_goes_before_them(tmp_path: Path) -> None:
    chat = {"id": "c", "text": "Hello", "messages": [{"from": "Anna", "text": "Yes?", "ts": 1741046400123}]}
    found = one(tmp_path, [chat])
    assert (found["channel"], found["at"], found["text"]) == ("chat", TUESDAY + 123, "Hello\nAnna: Yes?")
    assert found["text"][found["segments"][0]["start"] :] == "Yes?"


@pytest.mark.parametrize(
    ("at", "millis"),
    [("2025-03-04T00:00:00Z", 0), (1741046400, 0), (1741046400123, 123), ("1741046400.5", 500),
     ("04.03.2025 01:00", HOUR)],
)  # fmt: skip
def test_times_are_read_as_systems_write_them(tmp_path: Path, at: object, millis: int) -> None:
    assert one(tmp_path, [{"created_at": at, "text": "words"}], day_first=True)["at"] == TUESDAY + millis


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Date,Text\n,words\n", ("missing_field", "at", "", 2)),
        ("Date,Text\n2025-03-04,\n", ("missing_field", "text", "", 2)),
        ("Date,Text\n2025-02-30,words\n", ("bad_date", "at", "2025-02-30", 2)),
        ("Date,Text\n1901-01-01,words\n", ("bad_date", "at", "1901-01-01", 2)),
        ("Date,Text,Direction\n2025-03-04,words,up\n", ("bad_value", "direction", "up", 2)),
        ('{"at":"2025-03-04","text":"a"}\n{"at":"2025-\n{"at":"2025-03-04","text":"b"}',
         ("bad_syntax", "row", '{"at":"2025-', 2)),
        ('[{"at":"2025-03-04","text":"a"},{"at":"2025-', ("bad_syntax", "row", '{"at":"2025-', 2)),
        ('[{"at":"2025-03-04","text":"a","messages":[{"text":"b"}]},{"at":"2025-03-04","messages":"[{"}]',
         ("bad_syntax", "messages", "[{", 2)),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_rejected_beside_the_good_ones(
    tmp_path: Path, content: str, expected: tuple[str, str, str, int]
) -> None:
    columns = {"at": "at", "text": "text", "messages": "messages"} if "messages" in content else {}
    good, rejected = read(
        tmp_path, content + ("\n2025-03-05,fine\n" if content.startswith("Date") else ""), columns=columns
    )
    assert rejections(rejected) == [expected]
    assert good


def test_an_id_keeps_its_conversation_and_without_one_its_words_do(tmp_path: Path) -> None:
    def keys(content: str) -> list[tuple[str, Any]]:
        return [(found.key, found.payload["id"]) for found in read(tmp_path, content)[0]]

    first = keys("Ticket ID,Date,Text\n7,2025-03-04,wrong\n8,2025-03-04,b\n")
    assert first == keys("Ticket ID,Date,Text\n7,2025-03-04,right\n8,2025-03-04,c\n")
    assert first[0][0] == "conversations/form/7"
    assert keys("Date,Text\n2025-03-04,a\n") == keys("Text,Date\na,2025-03-04\n")
    assert keys("Date,Text\n2025-03-04,a\n") != keys("Date,Text\n2025-03-04,b\n")
    twice = keys("Date,Text\n2025-03-04,a\n2025-03-04,a\n")
    assert len(set(twice)) == 2 and len({id for _, id in twice}) == 2


def test_an_id_that_repeats_is_of_the_thread_and_a_user_s_id_is_no_id(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "ID,Date,Text\nc1,2025-03-04,a\nc1,2025-03-04,b\nc2,2025-03-04,c\n")
    threads = [entry.payload["thread"] for entry in found]
    assert threads[0] == threads[1] != threads[2]
    assert len({entry.payload["id"] for entry in found}) == 3
    path = write(tmp_path, '[{"user":{"id":1,"name":"Anna"},"text":"a","at":"2025-03-04"}]')
    profile = guess_profile(path, reading(), "conversations")
    assert dict(profile.columns) == {"at": "at", "contact": "user.name", "text": "text"}


@pytest.mark.parametrize("header", ["Wanneer,Wat vond u ervan?", "甲,乙"])
def test_columns_without_known_headers_are_told_by_their_values(tmp_path: Path, header: str) -> None:
    assert one(tmp_path, f"{header}\n2025-03-04,Dat was een heel fijne ervaring\n")["at"] == TUESDAY


def test_the_user_says_which_column_it_is(tmp_path: Path) -> None:
    content = [{"who": {"said": "words"}, "day": "2025-03-04", "text": "other"}]
    assert one(tmp_path, content, columns={"text": "who.said"})["text"] == "words"


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    path = workbook(tmp_path, Reviews=[["Date", "Rating", "Review"], ["2025-03-04", 4, "words"]])
    (found,), _ = parted(conversations.read(path, reading()))
    assert (found.payload["channel"], found.payload["rating"]) == ("review", 4.0)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("id,foo\n1,2\n", "at"),
        ("[]", "file"),
        ('{"a":[{"b":1}],"c":[{"d":1}]}', "file"),
        ("Date,Status\n2025-03-04,open\n", "text"),
        ("Date,Text\n04/03/2025,words\n", "date"),
        (b"%PDF-1.7", "file"),
    ],
)
def test_a_file_that_is_none_of_these_is_refused(tmp_path: Path, content: str | bytes, field: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        read(tmp_path, content)
    assert refused.value.data["field"] == field


def test_damaged_exports_are_read_or_refused(tmp_path: Path) -> None:
    lines = "".join(json.dumps({**TICKET, "id": n}) + "\n" for n in range(20))
    files = {"a.csv": ENGLISH["ticket"] * 5, "b.csv": CHINESE["review"] * 5, "c.jsonl": lines}
    files |= {"d.json": json.dumps({"count": 2, "tickets": [TICKET, TICKET]}, indent=1)}
    for name, content in files.items():
        write(tmp_path, content, name)
    report = run(mutants([("ingest.sources.conversations:read", tmp_path / name) for name in files], 200))
    assert report.sound and {"parsed", "rejected", "invalid"} <= set(report.endings), report
