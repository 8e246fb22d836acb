"""The kinds of files that can be ingested, by the names that users know them by."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from ingest.profile import Profile
from ingest.records import Entry, Reading

Reader = Callable[[Path, Reading, Profile | None], Iterator[Entry]]

TABLES = ("orders", "contacts", "products", "knowledge", "conversations")  # read by a profile of columns
SOURCES = (*TABLES, "mail", "chat", "transcript", "calendar", "notes")

_VCARD = b"BEGIN:VCARD"


def is_table(source: str, path: Path) -> bool:
    """Whether the file is read by columns: contacts come as vCards, too."""
    if source not in TABLES:
        return False
    with path.open("rb") as file:
        return not (source == "contacts" and _VCARD in file.read(4096).upper())


def entries(source: str, path: Path, reading: Reading, profile: Profile | None) -> Iterator[Entry]:
    """The records of the file, in its order. `source` is one of SOURCES.

    Raises InvalidFile, at the latest with the first entry, for a file that is not of this kind.
    """
    if is_table(source, path):
        return _table_reader(source)(path, reading, profile)
    module = import_module(f"ingest.sources.{'vcard' if source == 'contacts' else source}")
    reader: Callable[[Path, Reading], Iterator[Entry]] = module.read
    return reader(path, reading)


def _table_reader(source: str) -> Reader:
    reader: Reader = import_module(f"ingest.sources.{source}").read
    return reader
