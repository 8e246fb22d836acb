"""Decoding, normal text, HTML, languages, and the limits that keep hostile text from taking forever."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.html import html_to_text
from ingest.text import decode, excerpt, language, normal, one_line
from kb.model.spelling import stream_safe

CHINESE = "请问这个订单什么时候可以发货？谢谢"


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        (CHINESE.encode("gb18030"), "gb2312", CHINESE),
        (CHINESE.encode("gb18030"), None, CHINESE),
        (CHINESE.encode(), "gb2312", CHINESE),
        (CHINESE.encode("big5", "ignore"), "big5", CHINESE.encode("big5", "ignore").decode("big5")),
        ("谢谢".encode("gb18030"), "GB2312", "谢谢"),
        ("朱镕".encode("gb18030"), "gb2312", "朱镕"),
        ("谢谢".encode(), None, "谢谢"),
        (b"\xef\xbb\xbfhello", "latin-1", "hello"),
        ("你好".encode("utf-16"), None, "你好"),
        ("你好".encode("utf-32"), "gbk", "你好"),
        ("Größe für Müller".encode("latin-1"), None, "Größe für Müller"),
        ("Größe".encode("latin-1"), "iso-8859-1", "Größe"),
        ("“quoted” – €5".encode("cp1252"), "iso-8859-1", "“quoted” – €5"),
        ("créé à Liège".encode("latin-1"), "us-ascii", "créé à Liège"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("まみむ".encode("iso-2022-jp"), "iso-2022-jp", "まみむ"),
        ("한국말".encode("cp949"), "ks_c_5601-1987", "한국말"),
        (b"plain", "x-unknown", "plain"),
        (b"plain", "zip", "plain"),
        (b"plain\xff", "base64", "plainÿ"),
        (b"a\\u0041", "unicode_escape", "a\\u0041"),
        (b"", "utf-8", ""),
    ],
)
def test_bytes_are_decoded_as_their_mark_then_utf8_then_their_label_say(
    raw: bytes, charset: str | None, text: str
) -> None:
    assert decode(raw, charset) == text


def test_utf8_that_was_cut_in_the_middle_of_a_character_stays_utf8() -> None:
    assert decode(CHINESE.encode()[:-1]) == CHINESE[:-1] + "\ufffd"


@given(
    st.binary(max_size=200),
    st.none() | st.text(max_size=20) | st.sampled_from(["gbk", "utf-7", "hz", "utf-16"]),
)
def test_decoding_never_fails(raw: bytes, charset: str | None) -> None:
    assert isinstance(decode(raw, charset), str)


@given(st.text())
def test_normal_text_is_nfc_and_stays_as_it_is(text: str) -> None:
    once = normal(text)
    assert unicodedata.is_normalized("NFC", once) and "\r" not in once and "\0" not in once
    assert normal(once) == once
    once.encode()


def test_line_ends_are_one_and_accents_are_composed() -> None:
    assert normal("a\r\nb\rc\nCafe\u0301\0") == "a\nb\nc\nCafé"
    assert one_line(" a\n\t b ") == "a b"
    assert excerpt("x" * 500) == "x" * 200


@pytest.mark.timeout(60)  # in quadratic time it would take minutes
def test_a_long_run_of_combining_marks_is_cut_into_short_ones() -> None:
    text = normal("a" + "\u0301\u0323" * 200_000)
    assert max(map(len, text.split("\u034f"))) <= 32
    assert unicodedata.is_normalized("NFC", text)
    assert stream_safe("a\u0301\u0323") == "a\u0301\u0323"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHINESE, "zh"),
        ("请把 OrderLine API 的文档发给我", "zh"),
        ("Please send the documents to 李娜", "en"),
        ("まみむめも、これはテストです", "und"),
        ("대부분의 마찬가지로", "und"),
        ("12:30 👍", "und"),
        ("", "und"),
    ],
)
def test_the_language_is_told_by_the_share_of_chinese_characters(text: str, expected: str) -> None:
    assert language(text) == expected


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hello <b>world</b></p><p>Bye</p>", "Hello world\n\nBye"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<head><title>T</title><style>p{}</style></head><body>x<script>y()</script></body>", "x"),
        ("a<!-- b <p> -->c", "ac"),
        ("a<!--[if mso]><p>b</p><![endif]-->c", "ac"),
        ("1 &lt; 2 &amp;&nbsp;3 &#8364; &#x20AC;", "1 < 2 & 3 € €"),
        ("a < b and c > d", "a < b and c > d"),
        ("<pre>one\n  two</pre>three\nfour", "one\ntwo\nthree four"),
        ("<a href='x>y'>link</a>", "y'>link"),
        ("&#99999999999999999999;", "\ufffd"),
        ("<p", "<p"),
        ("", ""),
    ],
)
def test_html_becomes_what_a_reader_sees(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


@pytest.mark.timeout(60)  # in quadratic time it would take minutes
@pytest.mark.parametrize("piece", ["<a a=", "<!--", "<a", "<![", '<a href="', "&#", "<script>", "</"])
def test_markup_that_never_ends_is_given_up(piece: str) -> None:
    assert len(html_to_text(piece * 100_000)) <= len(piece) * 100_000


@given(st.text(alphabet="<>/!-&#;abpx \n\"'=", max_size=200))
def test_any_markup_becomes_text(markup: str) -> None:
    assert "<p>" not in html_to_text(markup) or "&lt;" in markup or "&#" in markup
