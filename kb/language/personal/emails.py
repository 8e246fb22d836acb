"""Addresses of e-mail."""

from collections.abc import Iterator

from kb.language.personal.found import Span
from kb.language.personal.scanning import ANY_CASE, pattern
from kb.language.personal.words import words_before

_LETTER = r"A-Za-z0-9_\u00c0-\u024f"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\."
# The last label is short where it begins a sentence's first word, too: "x@example.com.Please".
_EMAIL = pattern(
    rf"(?<![{_LETTER}@])[{_LETTER}][{_LETTER}.%+'-]{{0,63}}@"
    rf"(?:(?:{_LABEL}){{1,8}}(?:xn--[a-z0-9-]{{2,40}}|[a-z]{{2,24}}|[A-Z]{{2,24}}|[A-Z][a-z]{{1,2}})(?![A-Za-z0-9])"
    rf"|{_LABEL}[A-Za-z]{{2,24}}(?![A-Za-z0-9])|[A-Za-z0-9\u4e00-\u9fff-]{{1,30}}\.(?:中国|公司|网络|香港|台湾))"
)
_FILE = pattern(r"\.(?:png|jpe?g|gif|svg|webp|js|ts|css|json|ya?ml|md|py)\Z", flags=ANY_CASE)
_USER_OF_A_SERVER = pattern(r"://[^\s/]*\Z")


def emails(plain: str) -> Iterator[Span]:
    """Not the names of files, and not who signs in to a server: "x@2x.png", "git@host:path", "ftp://x:y@host"."""
    for found in _EMAIL.finditer(plain) if "@" in plain else ():
        before, after = words_before(plain, found.start()), plain[found.end() : found.end() + 1]
        remote = found[0].startswith("git@") and after == ":"
        if not (remote or _FILE.search(found[0]) or _USER_OF_A_SERVER.search(before)):
            yield found.span()
