"""What became of the files of watched folders, in the ledger's database. Times are epoch milliseconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from kb.store.database import reading, writing
from kb.store.ledger_rows import batches

AT_ONCE = 400  # rows of one statement

METADATA = MetaData()
FOLDER = Table(
    "watched_folder",
    METADATA,
    Column("folder", Text, primary_key=True),
    Column("source", String(20), primary_key=True),
    Column("looked_at", BigInteger, nullable=False),
    Column("problem", Text),  # why it could not be looked at
)
FILE = Table(
    "watched_file",
    METADATA,
    Column("folder", Text, primary_key=True),
    Column("source", String(20), primary_key=True),
    Column("name", Text, primary_key=True),  # path within the folder, with "/"
    Column("size", BigInteger, nullable=False),  # bytes
    Column("modified", BigInteger, nullable=False),  # nanoseconds, as the file system says
    Column("state", String(10), nullable=False),
    Column("at", BigInteger, nullable=False),  # since when it is in this state with this size
    Column("kept", String(80)),  # name in the file store of what was taken last
    Column("after", BigInteger),  # position of the newest run before its taking began
    Column("run", String(40)),
    Column("problem", Text),
)


class FileState(StrEnum):
    SEEN = "seen"  # waits until it is complete
    TAKING = "taking"  # its run is being begun, or is at work
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFile:
    """A file as it was when it was last looked at."""

    name: str
    size: int
    modified: int
    state: FileState
    at: int
    kept: str | None = None
    after: int | None = None
    run: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, absolute, and what its files are."""

    folder: str
    source: str


class WatchedFiles:
    """The rows of all folders. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with writing(engine) as connection:
            METADATA.create_all(connection)

    def places(self) -> list[tuple[Place, int, str | None]]:
        """Every folder that is not forgotten, when it was looked at last, and why it could not be."""
        query = select(FOLDER).order_by(FOLDER.c.folder, FOLDER.c.source)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [(Place(row.folder, row.source), row.looked_at, row.problem) for row in rows]

    def looked(self, place: Place, at: int, problem: str | None = None) -> None:
        which = (FOLDER.c.folder == place.folder, FOLDER.c.source == place.source)
        with writing(self._engine) as connection:
            changed = connection.execute(update(FOLDER).where(*which).values(looked_at=at, problem=problem))
            if not changed.rowcount:
                values = {"folder": place.folder, "source": place.source, "looked_at": at, "problem": problem}
                connection.execute(insert(FOLDER).values(values))

    def forget(self, place: Place) -> bool:
        """Remove the folder and what became of its files; whether it was there."""
        with writing(self._engine) as connection:
            connection.execute(delete(FILE).where(*_in(place)))
            which = (FOLDER.c.folder == place.folder, FOLDER.c.source == place.source)
            return bool(connection.execute(delete(FOLDER).where(*which)).rowcount)

    def files(self, place: Place) -> dict[str, WatchedFile]:
        """The known files of a folder by name, in the order of their names."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(FILE).where(*_in(place)).order_by(FILE.c.name)).all()
        return {
            row.name: WatchedFile(
                name=row.name,
                size=row.size,
                modified=row.modified,
                state=FileState(row.state),
                at=row.at,
                kept=row.kept,
                after=row.after,
                run=row.run,
                problem=row.problem,
            )
            for row in rows
        }

    def put(self, place: Place, files: Iterable[WatchedFile]) -> None:
        """Write the files as they are now, in one transaction."""
        rows = [_row(place, file) for file in files]
        if not rows:
            return
        with writing(self._engine) as connection:
            for part in batches(rows, AT_ONCE):
                names = [(row["folder"], row["source"], row["name"]) for row in part]
                connection.execute(
                    delete(FILE).where(tuple_(FILE.c.folder, FILE.c.source, FILE.c.name).in_(names))
                )
                connection.execute(insert(FILE), list(part))


def _in(place: Place) -> tuple[ColumnElement[bool], ...]:
    return FILE.c.folder == place.folder, FILE.c.source == place.source


def _row(place: Place, file: WatchedFile) -> dict[str, object]:
    return {
        "folder": place.folder,
        "source": place.source,
        "name": file.name,
        "size": file.size,
        "modified": file.modified,
        "state": file.state,
        "at": file.at,
        "kept": file.kept,
        "after": file.after,
        "run": file.run,
        "problem": file.problem,
    }
