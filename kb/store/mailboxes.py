"""Mailboxes that mail is fetched from, and how far each folder has come, in the ledger's database.

A password is never here: only where it is to be found. Times are epoch milliseconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from kb.errors import Conflict, NotFound
from kb.model.ledger import RunStatus
from kb.store.database import reading, writing
from kb.store.payloads import payload_of, text_of
from kb.store.schema import OUTCOMES, records, runs

SETTING = "setting"  # the password is that of the settings
STANDING = "KBCRM_MAILBOX_PASSWORD"

METADATA = MetaData()
MAILBOX = Table(
    "mailbox",
    METADATA,
    Column("name", String(60), primary_key=True),
    Column("host", Text, nullable=False),
    Column("port", Integer, nullable=False),
    Column("tls", String(10), nullable=False),
    Column("user", Text, nullable=False),
    Column("secret", Text, nullable=False),  # where the password is: "setting", "env:NAME", "file:/path"
    Column("ca_file", Text),
    Column("folders", Text, nullable=False),  # JSON
    Column("synced_at", BigInteger),
    Column("problem", Text),  # why the last synchronisation did not come to its end
)
FOLDER = Table(
    "mailbox_folder",
    METADATA,
    Column("mailbox", String(60), primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("validity", BigInteger, nullable=False),  # UIDVALIDITY: other ones number the messages anew
    Column("uid", BigInteger, nullable=False),  # all messages up to this one are in the ledger, or gone
    Column("after", BigInteger),  # position of the newest run before the present batch was begun
    Column("upto", BigInteger),  # last message of the present batch
)
MESSAGE = Table(
    "mailbox_message",
    METADATA,
    Column("mailbox", String(60), primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("validity", BigInteger, primary_key=True),
    Column("uid", BigInteger, primary_key=True),
    Column("run", String(40), nullable=False),
    Column("place", BigInteger, nullable=False),  # of its record in the run
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """How a mailbox is reached. `secret` says where the password is, never what it is."""

    name: str
    host: str
    port: int
    tls: str  # "tls" | "starttls" | "none"
    user: str
    secret: str
    folders: tuple[str, ...]
    ca_file: str | None = None
    synced_at: int | None = None
    problem: str | None = None

    @property
    def password_place(self) -> str:
        """The variable or the file that holds the password."""
        kind, _, place = self.secret.partition(":")
        return STANDING if kind == SETTING else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a folder has come; `after` and `upto` while a batch is on its way."""

    validity: int
    uid: int = 0
    after: int | None = None
    upto: int | None = None


class MailboxStore:
    """The rows of all mailboxes. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with writing(engine) as connection:
            METADATA.create_all(connection)

    def add(self, mailbox: Mailbox) -> None:
        """Raises Conflict for a name that is taken."""
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(MAILBOX).values(_values(mailbox)))
        except IntegrityError:
            raise Conflict("There is already a mailbox of this name.", name=mailbox.name) from None

    def all(self) -> list[Mailbox]:
        """By name."""
        with reading(self._engine) as connection:
            return [_mailbox(row) for row in connection.execute(select(MAILBOX).order_by(MAILBOX.c.name))]

    def one(self, name: str) -> Mailbox:
        """Raises NotFound."""
        with reading(self._engine) as connection:
            row = connection.execute(select(MAILBOX).where(MAILBOX.c.name == name)).first()
        if row is None:
            raise NotFound("mailbox", name)
        return _mailbox(row)

    def remove(self, name: str) -> None:
        """Forget the mailbox and how far it came; what it brought stays. Raises NotFound."""
        self.one(name)
        with writing(self._engine) as connection:
            connection.execute(delete(MAILBOX).where(MAILBOX.c.name == name))
            connection.execute(delete(FOLDER).where(FOLDER.c.mailbox == name))
            connection.execute(delete(MESSAGE).where(MESSAGE.c.mailbox == name))

    def synced(self, name: str, at: int, problem: str | None) -> None:
        """How the last synchronisation ended; the time only moves where it came to its end."""
        values: dict[str, Any] = {"problem": problem} if problem else {"problem": None, "synced_at": at}
        with writing(self._engine) as connection:
            connection.execute(update(MAILBOX).where(MAILBOX.c.name == name).values(values))

    def progress(self, mailbox: str, folder: str) -> Progress | None:
        """None for a folder that was never fetched."""
        query = select(FOLDER).where(FOLDER.c.mailbox == mailbox, FOLDER.c.folder == folder)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return Progress(validity=row.validity, uid=row.uid, after=row.after, upto=row.upto)

    def put(self, mailbox: str, folder: str, progress: Progress) -> None:
        """Where the folder stands now."""
        with writing(self._engine) as connection:
            _put(connection, mailbox, folder, progress)

    def landed(
        self, mailbox: str, folder: str, progress: Progress, run: str | None, uids: Mapping[int, int]
    ) -> None:
        """A batch is in the ledger: its messages (uid -> place in the run), and where the folder then is."""
        rows = [
            {"mailbox": mailbox, "folder": folder, "validity": progress.validity}
            | {"uid": uid, "run": run, "place": place}
            for uid, place in uids.items()
        ]
        with writing(self._engine) as connection:
            if rows:
                mine = (MESSAGE.c.mailbox == mailbox, MESSAGE.c.folder == folder)
                these = (MESSAGE.c.validity == progress.validity, MESSAGE.c.uid.between(min(uids), max(uids)))
                connection.execute(delete(MESSAGE).where(*mine, *these))
                connection.execute(insert(MESSAGE), rows)
            _put(connection, mailbox, folder, progress)

    def outcomes(self, mailbox: str, folder: str, validity: int) -> dict[int, str]:
        """How each fetched message ended, by uid: "accepted", "duplicate", "rejected" or "reverted".

        It is the ledger that is asked, record by record: a message whose record is not there is missing here.
        """
        mine = (MESSAGE.c.mailbox == mailbox, MESSAGE.c.folder == folder, MESSAGE.c.validity == validity)
        places: dict[str, dict[int, int]] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(select(MESSAGE).where(*mine)):
                places.setdefault(row.run, {})[row.place] = row.uid
            found: dict[int, str] = {}
            for run, uids in places.items():
                for place, outcome in _ended(connection, run):
                    if place in uids:
                        found[uids[place]] = outcome
        return found


def _ended(connection: Connection, run: str) -> Iterable[tuple[int, str]]:
    """(place, outcome) of the counted records of a run."""
    about = connection.execute(select(runs).where(runs.c.id == run)).first()
    if about is None or about.first_seq is None:
        return ()
    which = (
        records.c.seq.between(about.first_seq, about.last_seq),
        records.c.run == about.position,
        records.c.derived.is_(False),
    )
    rows = connection.execute(select(records.c.place, records.c.outcome).where(*which))
    if about.status == RunStatus.REVERTED:
        return [(row.place, "reverted") for row in rows]
    return [(row.place, OUTCOMES[row.outcome]) for row in rows]


def _put(connection: Connection, mailbox: str, folder: str, progress: Progress) -> None:
    values = {"validity": progress.validity, "uid": progress.uid}
    values |= {"after": progress.after, "upto": progress.upto}  # type: ignore[dict-item]
    which = (FOLDER.c.mailbox == mailbox, FOLDER.c.folder == folder)
    changed = connection.execute(update(FOLDER).where(*which).values(values))
    if not changed.rowcount:
        connection.execute(insert(FOLDER).values(mailbox=mailbox, folder=folder, **values))


def _values(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "name": mailbox.name,
        "host": mailbox.host,
        "port": mailbox.port,
        "tls": mailbox.tls,
        "user": mailbox.user,
        "secret": mailbox.secret,
        "ca_file": mailbox.ca_file,
        "folders": text_of(list(mailbox.folders)),
        "synced_at": mailbox.synced_at,
        "problem": mailbox.problem,
    }


def _mailbox(row: Any) -> Mailbox:
    return Mailbox(
        name=row.name,
        host=row.host,
        port=row.port,
        tls=row.tls,
        user=row.user,
        secret=row.secret,
        folders=tuple(payload_of(row.folders)),
        ca_file=row.ca_file,
        synced_at=row.synced_at,
        problem=row.problem,
    )
