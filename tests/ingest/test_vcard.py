"""Address books: contacts with their names and addresses, from every version and every program's habits."""

from pathlib import Path

import pytest

from kb.errors import InvalidFile
from tests.ingest.conversations import Reader


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader("vcard", tmp_path)


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_a_card_is_one_contact(reader: Reader) -> None:
    (entry,) = reader.parsed(
        card(
            "UID:abc",
            "FN:Jan de Vries",
            "N:de Vries;Jan;;;",
            "NICKNAME:Jantje,JdV",
            "ORG:Acme\\, Rotterdam;Purchase",
            "TITLE:Buyer",
            "EMAIL;TYPE=HOME:jan@home.nl",
            "item1.EMAIL;TYPE=WORK,PREF:Jan@Acme.nl",
            "TEL;TYPE=FAX:+31 10 1",
            "TEL;TYPE=CELL:+31 (0)6 1234 5678",
            "NOTE:Likes tea\\nand fol",
            "  ded lines",
        )
    )
    assert (entry.kind, entry.key, entry.place) == ("node", "contacts/abc", 1)
    assert entry.payload == {
        "id": "contact:jan@acme.nl",
        "type": "Contact",
        "names": ["Jan de Vries", "Jantje", "JdV"],
        "props": {
            "name": "Jan de Vries",
            "email": "jan@acme.nl",
            "other_emails": "jan@home.nl",
            "phone": "+31612345678",
            "role": "Buyer",
            "organisation": "Acme, Rotterdam",
            "department": "Purchase",
            "note": "Likes tea\nand fol ded lines",
        },
        "links": [],
    }


@pytest.mark.parametrize(
    ("lines", "identity"),
    [
        (["FN:Jan", "EMAIL:JAN@acme.nl", "TEL:+31 6 1234"], "contact:jan@acme.nl"),
        (["FN:Jan", "EMAIL:not one", "TEL:0031 6 1234 5678"], "contact:+31612345678"),
        (["FN:Jan", "TEL:06 1234"], "contact:061234"),
        (["FN:Jan  de Vries", "ORG:ACME  BV"], "contact:name:acme bv/jan de vries"),
        (["FN:Jan"], "contact:/jan"),
        (["EMAIL:jan@acme.nl"], "contact:jan@acme.nl"),
    ],
)
def test_a_contact_is_known_by_address_then_number_then_name(
    reader: Reader, lines: list[str], identity: str
) -> None:
    assert reader.one(card(*lines))["id"] == identity


@pytest.mark.parametrize(
    ("lines", "name", "chinese"),
    [
        (["FN:王伟", "N:王;伟;;;"], "王伟", "王伟"),
        (["N:王;伟"], "王伟", "王伟"),
        (["FN:Wang Wei", "FN;LANGUAGE=zh:王伟"], "Wang Wei", "王伟"),
        (["FN: Wang  Wei "], "Wang Wei", None),
    ],
)
def test_a_chinese_name_is_put_together_and_known_as_one(
    reader: Reader, lines: list[str], name: str, chinese: str | None
) -> None:
    props = reader.one(card(*lines, version="4.0"))["props"]
    assert (props["name"], props.get("name_zh")) == (name, chinese)


def test_version_2_1_has_bare_types_soft_breaks_and_charsets(reader: Reader) -> None:
    name = "王伟".encode("gb18030")
    note = b"".join(b"=%02X" % byte for byte in "第一行".encode())
    lines = [
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=GB2312:" + name,
        b"TEL;WORK;FAX:+86 10 1\r\nTEL;CELL:+86 138 0013 8000",
        b"NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:" + note + b"=0D=0A=",
        b"Second=\r\n line",
        b"PHOTO;BASE64;JPEG:\r\n/9j/4AAQSkZJRgABAQAAAQABAAD=\r\nAAQSkZJRgABAQ==\r\n",
        b"EMAIL;INTERNET;PREF:w@acme.cn\r\nEND:VCARD",
    ]
    props = reader.one(b"\r\n".join(lines))["props"]
    assert props["name"] == props["name_zh"] == "王伟"
    assert (props["phone"], props["email"]) == ("+8613800138000", "w@acme.cn")
    assert props["note"] == "第一行\nSecond line"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_an_address_book_is_read_in_any_encoding(reader: Reader, encoding: str) -> None:
    assert reader.one(card("FN:王小伟", "ORG:上海产品有限公司").encode(encoding))["props"]["name"] == "王小伟"


@pytest.mark.parametrize(
    ("book", "reason", "field"),
    [
        (card("ORG:Acme"), "missing_field", "name"),
        (card(), "missing_field", "name"),
        (card("FN:Team", "KIND:group", version="4.0"), "unsupported", "kind"),
        (card("FN:Team", "X-ADDRESSBOOKSERVER-KIND:group"), "unsupported", "kind"),
        (card("FN:Jan").partition("END")[0], "bad_syntax", "end"),
        (card("FN:Jan", "NOTE:" + "x" * 1_100_000), "too_big", "card"),
    ],
)
def test_a_card_that_is_no_contact_is_rejected(reader: Reader, book: str, reason: str, field: str) -> None:
    (refused,) = reader.rejected(book)
    assert (refused.reason, refused.field, refused.place) == (reason, field, 1)


def test_a_card_that_never_ends_does_not_take_the_next_one_with_it(reader: Reader) -> None:
    book = "BEGIN:VCARD\r\nFN:Jan\r\n" + card("FN:Li", "EMAIL:li@acme.nl")
    assert [found["props"]["name"] for found in reader.payloads(book)] == ["Li"]
    assert [(one.reason, one.place) for one in reader.rejected(book)] == [("bad_syntax", 1)]


def test_the_agent_in_a_card_is_not_its_owner(reader: Reader) -> None:
    agent = "AGENT:\r\n" + card("FN:Secretary", "EMAIL:s@acme.nl").strip()
    assert reader.one(card("FN:Boss", agent, "EMAIL:b@acme.nl", version="2.1"))["id"] == "contact:b@acme.nl"


def test_photos_of_any_size_are_passed_over(reader: Reader) -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["QUJD" * 18] * 60_000)
    assert reader.one(card("FN:Jan", photo, "EMAIL:jan@acme.nl"))["id"] == "contact:jan@acme.nl"


def test_a_damaged_line_is_rejected_beside_its_card(reader: Reader) -> None:
    (refused,) = reader.rejected(card("FN:Jan", "TEL +31 6 1234"))
    assert (refused.reason, refused.value, refused.place) == ("bad_syntax", "TEL +31 6 1234", 4)


def test_a_person_twice_in_a_book_has_two_keys(reader: Reader) -> None:
    book = card("FN:Jan", "EMAIL:jan@acme.nl") * 2
    assert [entry.key for entry in reader.parsed(book)] == ["contacts/jan@acme.nl", "contacts/jan@acme.nl#2"]


@pytest.mark.parametrize("text", ["", "words\n", "BEGIN:VCALENDAR\nEND:VCALENDAR\n"])
def test_a_file_without_a_card_is_refused(reader: Reader, text: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        reader.entries(text)
    assert refused.value.data["field"] == "file"
