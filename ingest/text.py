"""Bytes to text: which encoding, one normal form, and which language it seems to be in.

All text that is kept is NFC with "\\n" line ends, because evidence points into
it by code points.
"""

import codecs
import re
import unicodedata
from functools import cache

from ingest.records import VALUE_LIMIT
from kb.model.spelling import stream_safe

UND, ENGLISH, CHINESE = "und", "en", "zh"

# The little-endian mark of UTF-16 begins that of UTF-32, so the longer one is tried first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Names that senders use for less than they send: the superset decodes both.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "ascii": "",  # 8-bit text that calls itself ASCII has not said what it is
}
_WIDE = frozenset({"gb18030", "big5hkscs", "big5", "cp950", "euc_jp", "cp949", "cp932", "johab", "hz"})
_SEVEN_BIT = re.compile(r"iso2022|^hz$|^utf-7$")
_NO_TEXT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")
_GB_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_GB_EVERYDAY = re.compile(rb"[\xa1-\xa9\xb0-\xd7][\xa1-\xfe]")

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_OTHER = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_LATIN_A_HAN = 4  # letters of English that say as much as one Chinese character


def decode(raw: bytes, charset: str | None = None) -> str:
    """The text of `raw`; never fails. What no encoding explains becomes U+FFFD.

    A byte order mark decides; then UTF-8 where the bytes are UTF-8, whatever
    the label says (mail labelled gb2312 often is); then the declared
    `charset`, GB names read as gb18030; without one gb18030 where most of its
    pairs are everyday characters; then Western European.
    """
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return raw.decode(codec, "replace").removeprefix("\ufeff")
    codec = _codec(charset) if charset else ""
    if codec and _SEVEN_BIT.search(codec):
        return raw.decode(codec, "replace")
    if raw.isascii():
        return raw.decode("ascii")
    return _as_utf8(raw, codec) or _as_declared(raw, codec) or _undeclared(raw, codec)


@cache
def _codec(charset: str) -> str:
    """Python's name of the superset of a declared charset; "" for one that says nothing."""
    name = charset.strip().strip("\"'")
    try:
        known = codecs.lookup(name).name if _CHARSET.fullmatch(name) else ""
    except LookupError:
        return ""
    if known in _NO_TEXT or not _decodes_text(known):
        return ""
    return _SUPERSETS.get(known, known)


def _decodes_text(codec: str) -> bool:
    """False for codecs from bytes to bytes, such as zip or base64, that Python also knows by name."""
    try:
        b"a".decode(codec)
    except UnicodeError:
        return True  # one byte is not enough for it
    except LookupError:
        return False
    return True


def _as_utf8(raw: bytes, codec: str) -> str | None:
    """UTF-8 where the bytes are. Two bytes of GB may pass for one letter of UTF-8: "谢谢" for "лл".

    So where an East Asian charset is declared, only text with a character of
    three bytes, as all Chinese ones are, is taken for UTF-8.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if codec in _WIDE and max(text) < "\u0800" else text


def _as_declared(raw: bytes, codec: str) -> str | None:
    if not codec or codec == "utf-8":
        return None
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        # A few damaged bytes in a wide charset are marked as such; the rest is still what it says.
        return raw.decode(codec, "replace") if codec in _WIDE else None


def _undeclared(raw: bytes, codec: str) -> str:
    if codec in ("", "utf-8") and (text := _damaged_utf8(raw)):
        return text
    pairs = len(_GB_PAIR.findall(raw))
    if pairs and 2 * len(_GB_EVERYDAY.findall(raw)) > pairs:
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            pass  # not GB after all
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _damaged_utf8(raw: bytes) -> str | None:
    """UTF-8 that was cut or damaged in a few places: most of what is not ASCII decodes."""
    text = raw.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return text if sum(character > "\x7f" for character in text) > 5 * bad else None


def normal(text: str) -> str:
    """NFC with "\\n" line ends, without control characters, NULs and lone surrogates."""
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if text.isascii() else unicodedata.normalize("NFC", stream_safe(text))


def one_line(text: str) -> str:
    """Normal text on one line, runs of white space as one space: a title, a name."""
    return " ".join(normal(text).split())


def excerpt(value: str) -> str:
    """At most VALUE_LIMIT characters of an offending value, on one line."""
    return one_line(value[: 2 * VALUE_LIMIT])[:VALUE_LIMIT]


def language(text: str) -> str:
    """ "zh", "en" or "und", by the share of Chinese characters: a hint for the extractor, no more.

    Text in Latin letters counts as English; Japanese, Korean, Cyrillic and
    text without letters are "und".
    """
    if text.isascii():
        return ENGLISH if _LATIN.search(text) else UND
    han, latin, other = (letters.subn("", text)[1] for letters in (_HAN, _LATIN, _OTHER))
    if other > han + latin / _LATIN_A_HAN or (other and han and 5 * other > han):
        return UND
    if not han and not latin:
        return UND
    return CHINESE if _LATIN_A_HAN * han >= latin else ENGLISH
