"""Ways to damage a file: each takes its bytes, a source of chance, and which source reads it."""

import random
from collections.abc import Callable

Damage = Callable[[bytes, random.Random, str], bytes]


def _slice(content: bytes, rng: random.Random, longest: int = 5000) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.randrange(1, longest))


def _truncated(content: bytes, rng: random.Random, source: str) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _beheaded(content: bytes, rng: random.Random, source: str) -> bytes:
    return content[rng.randrange(len(content) + 1) :]


def _flipped(content: bytes, rng: random.Random, source: str) -> bytes:
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 3, 10, 100)) if damaged else 0):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def _noisy(content: bytes, rng: random.Random, source: str) -> bytes:
    start, end = _slice(content, rng, 200)
    return content[:start] + rng.randbytes(end - start + 1) + content[end:]


def _duplicated(content: bytes, rng: random.Random, source: str) -> bytes:
    start, end = _slice(content, rng)
    return content[:end] + content[start:end] * rng.choice((1, 2, 20)) + content[end:]


def _cut_out(content: bytes, rng: random.Random, source: str) -> bytes:
    start, end = _slice(content, rng)
    return content[:start] + content[end:]


def _moved(content: bytes, rng: random.Random, source: str) -> bytes:
    start, end = _slice(content, rng)
    rest = content[:start] + content[end:]
    place = rng.randrange(len(rest) + 1)
    return rest[:place] + content[start:end] + rest[place:]


def _shuffled(content: bytes, rng: random.Random, source: str) -> bytes:
    lines = content.splitlines(keepends=True)
    rng.shuffle(lines)
    return b"".join(lines)


def _recoded(content: bytes, rng: random.Random, source: str) -> bytes:
    text = content.decode(rng.choice(("utf-8", "latin-1", "gb18030", "big5")), "replace")
    return text.encode(rng.choice(("utf-16", "utf-32", "utf-16-be", "gb18030", "cp1252", "utf-7")), "replace")


def _mixed(content: bytes, rng: random.Random, source: str) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + "谢谢，产品很好。\n".encode("gb18030") + "é€ñ".encode("cp1252") + content[place:]


_FILLERS = (b"A", b" ", b"\xff", b"<a a=", b'"', b"=?utf-8?B?", b"&#1", b"((", b"@", "\u0301\u0323".encode())


def _endless(content: bytes, rng: random.Random, source: str) -> bytes:
    place = rng.randrange(len(content) + 1)
    filler = rng.choice(_FILLERS)
    times = rng.choice((1_000, 300_000, 3_000_000)) // len(filler)
    return content[:place] + filler * times + content[place:]


def _nulled(content: bytes, rng: random.Random, source: str) -> bytes:
    start, end = _slice(content, rng, 500)
    return content[:start] + b"\0" * (end - start + 1) + content[rng.choice((start, end)) :]


def _renewlined(content: bytes, rng: random.Random, source: str) -> bytes:
    ends = rng.choice((b"\r", b"\r\r\n", b"\n\n", b"", b"\x0b", "\u2028".encode()))
    return content.replace(b"\r\n", b"\n").replace(b"\n", ends)


def _renumbered(content: bytes, rng: random.Random, source: str) -> bytes:
    digits = [place for place, byte in enumerate(content) if 0x30 <= byte <= 0x39]
    damaged = bytearray(content)
    for place in rng.sample(digits, min(len(digits), rng.choice((1, 5, 50)))):
        damaged[place] = rng.choice(b"0123456789999--+:.eE")
    return bytes(damaged)


def _repeated(content: bytes, rng: random.Random, source: str) -> bytes:
    return content * min(rng.choice((2, 10, 50)), max(1, 400_000 // (len(content) + 1)))


def _nested(content: bytes, rng: random.Random, source: str) -> bytes:
    depth = rng.choice((3, 30, 3000))
    opening, closing = _NESTS.get(source.partition(":")[0].rpartition(".")[2], _BRACKETS)
    before = b"".join(opening % number if b"%d" in opening else opening for number in range(depth))
    place = 0 if rng.random() < 0.7 else rng.randrange(len(content) + 1)
    return content[:place] + before + content[place:] + closing * depth


_BRACKETS = (b"<v A><b>(", b")</b>\n")
_NESTS = {
    "mail": (
        b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n--b0\r\n--b1\r\n--b2\r\n",
        b"--b0--\r\n",
    ),
    "calendar": (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20250101T101010Z\r\n", b"END:VEVENT\r\n"),
    "vcard": (b"BEGIN:VCARD\r\nFN:x\r\nAGENT:\r\n", b"END:VCARD\r\n"),
}
DAMAGES: tuple[Damage, ...] = (
    _truncated, _beheaded, _flipped, _noisy, _duplicated, _cut_out, _moved, _shuffled, _recoded, _mixed,
    _endless, _nulled, _renewlined, _renumbered, _repeated, _nested,
)  # fmt: skip
