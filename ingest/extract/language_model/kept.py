"""A file in the data folder: the answers that were given, and what each day has cost. SQLite.

An answer is kept under a digest of model, prompt and what was sent, never the text itself; what the answer
quotes is masked. Several processes may use the file at once.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kb.errors import LanguageModelUnavailable

FILE = "language-model.sqlite"
KEPT_DAYS = 30  # for so long an answer is kept
WAIT = 30.0  # seconds for another process that writes
_TABLES = """
CREATE TABLE IF NOT EXISTS answer (digest TEXT PRIMARY KEY, content TEXT NOT NULL, day INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS answer_by_day ON answer (day);
CREATE TABLE IF NOT EXISTS spent (
  day INTEGER PRIMARY KEY, requests INTEGER NOT NULL DEFAULT 0, tokens INTEGER NOT NULL DEFAULT 0
);
"""


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on the file, which is made where it is missing. Raises LanguageModelUnavailable."""
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(path, timeout=WAIT, isolation_level="IMMEDIATE")) as connection:
            connection.executescript(_TABLES)
            with connection:
                yield connection
    except (sqlite3.Error, OSError) as error:
        raise LanguageModelUnavailable(
            f"{path} cannot be used ({type(error).__name__}). Check KBCRM_HOME and the space on its disk."
        ) from error


class Kept:
    """Answers by their digests; days are counted from the epoch, in UTC."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answer(self, digest: str) -> str | None:
        """The answer that was given; None where none is kept."""
        with opened(self._folder) as connection:
            found = connection.execute("SELECT content FROM answer WHERE digest = ?", (digest,)).fetchone()
        return None if found is None else str(json.loads(found[0]))

    def keep(self, digest: str, content: str, day: int) -> None:
        """Keep an answer, and none that is older than KEPT_DAYS."""
        with opened(self._folder) as connection:
            connection.execute("DELETE FROM answer WHERE day < ?", (day - KEPT_DAYS,))
            row = (digest, json.dumps(content), day)
            connection.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", row)

    def forget(self) -> None:
        """Keep none: for erasing what is known of somebody. What each day has cost stays."""
        with opened(self._folder) as connection:
            connection.execute("DELETE FROM answer")
