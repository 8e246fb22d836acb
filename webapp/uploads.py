"""Files that were sent but are not yet read: they wait in the data folder until somebody confirms how."""

import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import session
from werkzeug.datastructures import FileStorage

from kb.errors import NotFound
from webapp.parts import settings

A_DAY = 24 * 3600  # seconds after which a file that nobody confirmed is thrown away
AT_A_TIME = 5  # tokens one visitor may have waiting


def keep(files: Sequence[FileStorage]) -> str:
    """Store the files; the token by which this visitor, and nobody else, finds them again."""
    _sweep()
    token = secrets.token_urlsafe(16)
    for number, file in enumerate(files):
        folder = _folder() / token / str(number)  # one each, as two files may have one name
        folder.mkdir(parents=True)
        file.save(folder / _safe(file.filename or "file"))
    session["uploads"] = [*_mine(), token][-AT_A_TIME:]
    return token


def kept(token: str) -> list[Path]:
    """The stored files. Raises NotFound for a token that is not this visitor's, or files that have gone."""
    found = sorted((_folder() / token).glob("*/*")) if token in _mine() else []
    if not found:
        raise NotFound("file", token)
    return sorted(found, key=lambda path: int(path.parent.name))


@contextmanager
def passing(file: FileStorage) -> Iterator[Path]:
    """The file on disk for as long as the block lasts."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / _safe(file.filename or "file")
        file.save(path)
        yield path


def drop(token: str) -> None:
    """The file has been read or is not wanted."""
    if token in _mine():
        shutil.rmtree(_folder() / token, ignore_errors=True)


def _mine() -> Sequence[str]:
    tokens: Sequence[str] = session.get("uploads", [])
    return tokens


def _folder() -> Path:
    return settings().home / "uploads"


def _safe(name: str) -> str:
    """The file's own name without folders and control characters; Chinese names stay as they are."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign for sign in last if sign.isprintable()).strip(". ")
    return clean[-120:] or "file"


def _sweep() -> None:
    folder = _folder()
    if not folder.is_dir():
        return
    for waiting in folder.iterdir():
        if time.time() - waiting.stat().st_mtime > A_DAY:
            shutil.rmtree(waiting, ignore_errors=True)
