"""What notes come in: Markdown and Word documents as the words that they show; damaged ones as refusals."""

import time
from functools import partial
from pathlib import Path

import pytest

from ingest import docx
from ingest.markdown import markdown_passages
from kb.errors import InvalidFile
from tests.ingest.conversations import Reader
from tests.ingest.mutations import Case, mutants, run
from tests.ingest.word_files import RELATIONS, W, document, package, paragraph, table

SOURCE = "ingest.sources.notes:read"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader("notes", tmp_path)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## Next *steps* ##", "Next steps"),
        ("Next steps\n====", "Next steps"),
        ("***both*** __bold__ _it_ ~~gone~~", "both bold it gone"),
        ("这是**重点**内容", "这是重点内容"),
        ("2*3*4 and a_b_c and 5 * 6", "2*3*4 and a_b_c and 5 * 6"),
        (r"\*kept\* `*too*`", "*kept* *too*"),
        ("+ one\n  * two\n1. three\n- [ ] four", "- one\n  - two\n1. three\n- [ ] four"),
        ("[words](x.example (t)) ![alt](a.png) <https://y.example> [r][1]", "words alt https://y.example r"),
        ("a\n[1]: http://x.example", "a"),
        ("> quoted", "quoted"),
        ("```py\n# code *x*\n```", "# code *x*"),
        ("| a | **b** |\n|---|:-:|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("a<br>b <b>c</b> &amp; <!-- d -->", "a b c & "),
        ("one\n\n---\n\ntwo", "one\n\n\ntwo"),
    ],
)  # fmt: skip
def test_markdown_becomes_the_words_that_it_shows(markdown: str, text: str) -> None:
    assert "\n".join(found.text for found in markdown_passages(markdown.splitlines())) == text


@pytest.mark.parametrize(
    "filler", ["*a", "_", "[", "`", "<a ", "![", "~~x", "\\", "**", "> ", "| ", "- - ", "&#1"]
)
@pytest.mark.timeout(120)  # what grows with the square of the length takes hours
def test_a_line_without_end_is_read(reader: Reader, filler: str) -> None:
    (entry,) = reader.entries("# Heading\n" + filler * (600_000 // len(filler)))
    assert entry


def test_a_word_document_is_read_line_by_line(reader: Reader) -> None:
    file = document(
        paragraph("拜访记录", "a3"),
        table(("日期", "2025-03-04"), ("参会人员", "王伟、李娜"), ("内容", "第一点。/第二点。")),
        paragraph("Next steps", "1"),
        paragraph("send the drawings", listed=True),
        "<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p>",
    )
    found = reader.one(file, name="a.docx")
    assert found["text"].splitlines() == [
        *("拜访记录", "日期 | 2025-03-04", "参会人员 | 王伟、李娜", "内容", "第一点。", "第二点。"),
        *("Next steps", "- send the drawings", "one\ttwo", "three"),
    ]
    assert (found["channel"], found["title"], found["at_source"]) == ("visit", "拜访记录", "stated")
    assert [one["name"] for one in found["participants"]] == ["王伟", "李娜"]


def test_what_a_reader_sees_is_read_and_what_was_deleted_is_not(reader: Reader) -> None:
    hidden = (
        "<w:p><w:sdt><w:sdtContent><w:r><w:t>field</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:ins><w:r><w:t> added</w:t></w:r></w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
        "<w:hyperlink><w:r><w:t> link</w:t></w:r></w:hyperlink>"
        "<w:r><w:instrText>DATE</w:instrText></w:r></w:p><w:sdt><w:sdtContent><w:p><w:r><w:t>last</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert reader.one(document(hidden))["text"] == "field added link\nlast"


ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
WORKBOOK = RELATIONS.format(target="xl/workbook.xml")
SPACES = b" " * (docx.PART_LIMIT + 1)
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (b"PK\x03\x04 cut", "damaged"),
        (document(paragraph("x"))[:300], "damaged"),
        (document("<w:p>"), "damaged"),
        (document("&b;", before=ENTITIES), "damaged"),
        (document("&x;", before=OUTSIDE), "damaged"),
        (document("<w:sdt>" * 1000 + "</w:sdt>" * 1000), "damaged"),
        (package({"xl/workbook.xml": "<workbook/>"}), "damaged"),
        (package({"_rels/.rels": WORKBOOK, "xl/workbook.xml": "<workbook/>"}), "damaged"),
        (package({"_rels/.rels": RELATIONS.format(target="http://x.example/d.xml")}), "damaged"),
        (document("<w:p/>" * 3_000_000), "unpacks to more"),
        (document(paragraph("x"), parts={"word/styles.xml": SPACES}), "unpacks to more"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Word", "no note"),
        (b"%PDF-1.7", "no note"),
        (b"\x00\x01\x02", "no note"),
        (b"", "empty"),
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused_with_the_reason(reader: Reader, file: bytes, problem: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        reader.entries(file)
    assert refused.value.data["field"] == "file"
    assert problem in str(refused.value.data["problem"])


def test_parts_that_nobody_reads_are_never_unpacked(reader: Reader) -> None:
    file = document(
        paragraph("words"), parts={"word/media/a.png": b"\0" * 50_000_000, "word/vbaProject.bin": b"x"}
    )
    begun = time.process_time()
    assert reader.one(file)["text"] == "words"
    assert time.process_time() - begun < 0.5


MARKDOWN = (
    "# Notes\n\n## 2025-03-04 Call\n\n**Present:** Anna, [Jan](x)\n\n* a\n\n"
    "## 2025-03-05\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
)
CHINESE = "会议纪要\n会议时间：2025年3月4日 下午2:00-3:30\n参会人员：王伟、李娜\n\n客户希望降价。\n"
BODY = f"<w:document {W}><w:body>{paragraph('会议纪要', '1') * 5}{table(('a', 'b/c'))}</w:body></w:document>"


def test_damaged_notes_are_read_or_refused(tmp_path: Path) -> None:
    minutes = document(paragraph("会议纪要", "1"), table(("日期", "2025-03-04"), ("内容", "a/b")))
    files = {"a.md": MARKDOWN.encode(), "b.txt": CHINESE.encode("gb18030"), "c.docx": minutes}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    report = run(mutants([(SOURCE, tmp_path / name) for name in files], 200))
    assert report.sound and {"parsed", "invalid"} <= set(report.endings), report


def test_damaged_words_inside_a_sound_document_are_read_or_refused(tmp_path: Path) -> None:
    (tmp_path / "body.xml").write_text(BODY)
    damaged = mutants([(SOURCE, tmp_path / "body.xml")], 100)
    report = run(Case(SOURCE, one.name, partial(_packed, one)) for one in damaged)
    assert report.sound and {"parsed", "invalid"} <= set(report.endings), report


def _packed(body: Case) -> bytes:
    relations = RELATIONS.format(target="word/document.xml")
    return package({"_rels/.rels": relations, "word/document.xml": body.content()})
