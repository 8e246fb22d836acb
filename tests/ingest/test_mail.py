"""Mail: what a message says, who wrote it to whom, what it answers, in any encoding, from any mailbox."""

import base64
import tracemalloc
from pathlib import Path

import pytest

from ingest.names import digest
from ingest.records import RAW_LIMIT, Parsed, Reading
from ingest.sources import mail
from kb.errors import InvalidFile
from tests.ingest.conversations import AMSTERDAM, MODIFIED, SHANGHAI, Reader


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader("mail", tmp_path)


def message(*headers: str, body: str = "Hello", sender: str = "Jan <jan@acme.nl>") -> str:
    """A message from Jan, with more headers."""
    head = [f"From: {sender}", "Date: Fri, 14 Mar 2025 10:00:00 +0100", *headers]
    return "\r\n".join(head) + "\r\n\r\n" + body.replace("\n", "\r\n")


def multipart(kind: str, *parts: str) -> str:
    """A message with parts, each given with its own headers."""
    body = "".join(f"--cut\n{part}\n" for part in parts) + "--cut--\n"
    return message(f"Content-Type: multipart/{kind}; boundary=cut", body=body)


def test_a_message_is_one_interaction(reader: Reader) -> None:
    found = reader.one(message("To: li.na@kbcrm.example", "Subject: Order  7", "Message-ID: <a@b>"))
    assert found == {
        "id": f"mail:{digest('a@b')}",
        "channel": "email",
        "direction": "unknown",
        "at": 1_741_942_800_000,
        "ends_at": None,
        "at_source": "stated",
        "title": "Order 7",
        "text": "Hello",
        "language": "en",
        "participants": [
            {"role": "from", "name": "Jan", "address": "mailto:jan@acme.nl"},
            {"role": "to", "name": None, "address": "mailto:li.na@kbcrm.example"},
        ],
        "thread": f"mail:{digest('a@b')}",
        "reply_to": None,
        "attachments": [],
        "segments": [],
    }


@pytest.mark.parametrize(
    ("sender", "to", "direction"),
    [
        ("jan@acme.nl", "li.na@kbcrm.example", "inbound"),
        ("li.na@kbcrm.example", "jan@acme.nl", "outbound"),
        ("li.na@kbcrm.example", "jan@acme.nl, pieter@kbcrm.example", "outbound"),
        ("li.na@kbcrm.example", "pieter@kbcrm.example", "internal"),
        ("Pieter <p@home.example>", "jan@acme.nl", "outbound"),
        ("jan@acme.nl", "piet@acme.nl", "unknown"),
    ],
)
def test_the_direction_is_told_by_our_own_people(
    reader: Reader, sender: str, to: str, direction: str
) -> None:
    found = reader.one(message(f"To: {to}", sender=sender), staff=frozenset({"kbcrm.example", "Pieter"}))
    assert found["direction"] == direction


def test_a_blind_copy_is_inbound_by_the_mailbox_it_came_to(reader: Reader) -> None:
    found = reader.one(message("Delivered-To: li.na@kbcrm.example"), staff=frozenset({"kbcrm.example"}))
    assert found["direction"] == "inbound"


def test_answers_belong_to_the_thread_of_the_first_message(reader: Reader) -> None:
    first = reader.one(message("Message-ID: <1@a>"))
    second = reader.one(message("Message-ID: <2@a>", "In-Reply-To: <1@a>"))
    third = reader.one(message("Message-ID: <3@a>", "References: <1@a>\r\n <2@a>", "In-Reply-To: <2@a>"))
    assert first["thread"] == second["thread"] == third["thread"] == first["id"]
    assert (second["reply_to"], third["reply_to"]) == (first["id"], second["id"])


def test_a_message_without_an_id_is_known_by_itself(reader: Reader) -> None:
    alone, stored = (
        message("Subject: x"),
        f"From jan@acme.nl Fri Mar 14 10:00:00 2025\n{message('Subject: x')}\n\n",
    )
    assert reader.one(alone)["id"] == reader.one(stored)["id"] != reader.one(message("Subject: y"))["id"]


def test_alternatives_give_the_plain_text_unless_it_is_blank(reader: Reader) -> None:
    plain, rich = "Content-Type: text/plain\n\n{}", "Content-Type: text/html\n\n<p>rich</p>"
    assert reader.one(multipart("alternative", plain.format("plain"), rich))["text"] == "plain"
    assert reader.one(multipart("alternative", rich, plain.format("plain")))["text"] == "plain"
    assert reader.one(multipart("alternative", plain.format(" \n"), rich))["text"] == "rich"


def test_attachments_are_named_in_every_way_that_names_are_written(reader: Reader) -> None:
    gb = base64.b64encode("报价单.xlsx".encode("gb18030")).decode()
    parts = [
        'Content-Type: application/pdf\nContent-Disposition: attachment; filename="a b.pdf"\n\nxyz',
        f'Content-Type: application/x; name="=?gb2312?B?{gb}?="\n\nxy',
        "Content-Type: image/png; name*0*=utf-8''%E6%8A%A5;\n name*1=b.png\n\nx",
        "Content-Type: text/plain; name=..\\dir/c.txt\nContent-Transfer-Encoding: base64\n\naGVsbG8=",
        "Content-Type: message/rfc822\n\nSubject: Old news\nFrom: a@b.c\n\nwords",
    ]
    found = reader.one(multipart("mixed", "Content-Type: text/plain\n\nSee below.", *parts))
    assert found["text"] == "See below."
    assert [(one["name"], one["media_type"], one["size"]) for one in found["attachments"]] == [
        ("a b.pdf", "application/pdf", 3),
        ("报价单.xlsx", "application/x", 2),
        ("报b.png", "image/png", 1),
        ("c.txt", "text/plain", 5),
        ("Old news.eml", "message/rfc822", 39),
    ]


def test_a_name_in_bare_gb_bytes_is_read(reader: Reader) -> None:
    head = message(
        "Subject: SUBJECT", 'Content-Type: application/pdf; name="NAME.pdf"', sender="WHO <a@b.cn>"
    )
    raw = head.encode()
    for word, chinese in (("SUBJECT", "关于报价"), ("NAME", "合同文本"), ("WHO", "王小伟")):
        raw = raw.replace(word.encode(), chinese.encode("gb18030"))
    found = reader.one(raw)
    assert found["title"] == "关于报价" and found["attachments"][0]["name"] == "合同文本.pdf"
    assert found["participants"][0]["name"] == "王小伟"


@pytest.mark.parametrize("label", ["gb2312", "GBK", '"gb_2312-80"', "x-unknown"])
def test_gb_text_is_read_under_any_of_its_names(reader: Reader, label: str) -> None:
    text = "朱镕先生：请问订单什么时候可以发货？谢谢"
    raw = message(f"Content-Type: text/plain; charset={label}", body="BODY").encode()
    found = reader.one(raw.replace(b"BODY", text.encode("gb18030")))
    assert found["text"] == text and found["language"] == "zh"


def test_an_encoded_subject_may_be_cut_within_a_character(reader: Reader) -> None:
    raw = "产品报价".encode("gb18030")
    words = "\r\n ".join(f"=?gb2312?B?{base64.b64encode(part).decode()}?=" for part in (raw[:3], raw[3:]))
    assert reader.one(message(f"Subject: Re: {words} (2)"))["title"] == "Re: 产品报价 (2)"


@pytest.mark.parametrize(
    ("header", "people"),
    [
        ('"Vries, Jan de" <J@a.nl>', [("Vries, Jan de", "mailto:j@a.nl")]),
        (
            "=?utf-8?Q?Vries=2C_Jan?= <j@a.nl>, k@a.nl",
            [("Vries, Jan", "mailto:j@a.nl"), (None, "mailto:k@a.nl")],
        ),
        ("j@a.nl (Jan)", [("Jan", "mailto:j@a.nl")]),
        ("Team: j@a.nl, k@a.nl;", [(None, "mailto:j@a.nl"), (None, "mailto:k@a.nl")]),
        ("undisclosed-recipients:;", []),
        ("Postmaster", [("Postmaster", None)]),
        ("'j@a.nl' <j@a.nl>", [(None, "mailto:j@a.nl")]),
        ("<>, ,", []),
    ],
)
def test_people_are_read_as_they_are_written(
    reader: Reader, header: str, people: list[tuple[str | None, str | None]]
) -> None:
    found = reader.one(message(f"Cc: {header}"))["participants"][1:]
    assert [(one["name"], one["address"]) for one in found] == people


@pytest.mark.parametrize(
    ("headers", "at", "source"),
    [
        ("Date: Fri, 14 Mar 2025 10:00:00 +0100 (CET)", 1_741_942_800_000, "stated"),
        ("Date: 14 Mar 25 09:00 GMT", 1_741_942_800_000, "stated"),
        ("Date: Fri, 14 Mar 2025 09:00:00 -0000", 1_741_942_800_000, "stated"),
        ("Date: Fri, 14 Mar 2025 17:00:00", 1_741_942_800_000, "stated"),
        ("Received: by x; Fri, 14 Mar 2025 09:00:00 +0000", 1_741_942_800_000, "stated"),
        ("Date: someday\r\nReceived: by x; Fri, 14 Mar 2025 09:00:00 +0000", 1_741_942_800_000, "stated"),
        ("X-Nothing: here", MODIFIED, "file"),
    ],
)
def test_a_message_is_dated_by_what_is_nearest_to_it(
    reader: Reader, headers: str, at: int, source: str
) -> None:
    found = reader.one(f"From: a@b.c\r\n{headers}\r\n\r\nx", timezone=SHANGHAI)
    assert (found["at"], found["at_source"]) == (at, source)


@pytest.mark.parametrize(
    ("raw", "reason", "field"),
    [
        ("Subject: x\n\ny", "missing_field", "from"),
        ("From: <>\n\ny", "missing_field", "from"),
        ("From: a@b.c\nDate: someday\n\ny", "bad_date", "date"),
        ("From: a@b.c\nDate: Fri, 14 Mar 3025 10:00:00 +0100\n\ny", "bad_date", "date"),
        ("From: a@b.c\nMessage-ID: <1>\n\n \n", "empty", "text"),
        ("From jan Fri Mar 14 10:00:00 2025\nno header\n", "bad_syntax", "headers"),
    ],
)
def test_a_message_that_cannot_be_used_is_rejected_with_its_reason(
    reader: Reader, raw: str, reason: str, field: str
) -> None:
    (refused,) = reader.rejected(raw)
    assert (refused.reason, refused.field, refused.place) == (reason, field, 1)


@pytest.mark.parametrize("raw", ["", " \n\n", "just some words\n", "\0\0\0"])
def test_a_file_without_any_header_is_no_mail(reader: Reader, raw: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        reader.entries(raw)
    assert refused.value.data["field"] == "file"


def test_a_mailbox_gives_its_messages_one_by_one(reader: Reader) -> None:
    texts = ["From here on\n\nFrom now on, less.", ">From above\n", "Nobody", ""]
    box = "".join(
        f"From a@b.c Fri Mar 14 10:00:00 2025\n{message(f'Message-ID: <{number % 2}@x>', body=text)}\n\n"
        for number, text in enumerate(texts)
    )
    entries = reader.entries(box)
    assert [entry.place for entry in entries] == [1, 2, 3, 4]
    parsed = [entry for entry in entries if isinstance(entry, Parsed)]
    assert [entry.key for entry in parsed] == ["mail/0@x", "mail/1@x", "mail/0@x#2"]
    assert [entry.payload["text"] for entry in parsed] == [texts[0], "From above", "Nobody"]
    assert [entry.reason for entry in reader.rejected(box)] == ["empty"]


def test_a_message_beyond_all_measure_is_rejected_and_the_next_one_read(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "MESSAGE_LIMIT", 200_000)
    line = "From a@b.c Fri Mar 14 10:00:00 2025\n"
    box = f"{line}{message(body='x' * 300_000)}\n\n{line}{message()}"
    (big,) = reader.rejected(box)
    assert (big.reason, big.field, len(big.raw)) == ("too_big", "message", RAW_LIMIT)
    assert [found["text"] for found in reader.payloads(box)] == ["Hello"]


def test_a_mailbox_is_never_held_as_a_whole(tmp_path: Path) -> None:
    one = f"From a@b.c Fri Mar 14 10:00:00 2025\n{message(body='words ' * 20_000)}\n\n".encode()
    box = tmp_path / "box"
    box.write_bytes(one * 50)
    tracemalloc.start()
    entries = mail.read(box, Reading(name="box", modified=MODIFIED, timezone=AMSTERDAM))
    assert sum(1 for _ in entries) == 50
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(one) * 12


def test_parts_nested_beyond_reason_are_an_attachment(reader: Reader) -> None:
    body = "words"
    for number in range(300):
        body = f"--{number}x\nContent-Type: multipart/mixed; boundary={number - 1}x\n\n{body}\n--{number}x--"
    found = reader.one(message("Content-Type: multipart/mixed; boundary=299x", body=body))
    assert found["attachments"][0]["media_type"] == "multipart/mixed"
