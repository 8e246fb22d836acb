"""Failed sign-ins, counted so that guessing becomes slow. Times are epoch milliseconds in UTC."""

from hashlib import sha256

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from kb.store.database import reading, writing

WINDOW_MS = 15 * 60_000  # older failures are forgotten
OF_ONE_NAME = 5  # by one address within the window
OF_ALL_NAMES = 30  # by one address within the window

METADATA = MetaData()
FAILURE = Table(
    "failed_sign_in",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("who", Text, nullable=False),  # hash of the name: people type passwords into the wrong field
    Column("address", Text, nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
)


def too_many(engine: Engine, name: str, address: str, now: int) -> bool:
    """Whether this address has failed too often of late, with this name or over all names."""
    recent = (FAILURE.c.address == address) & (FAILURE.c.at > now - WINDOW_MS)
    query = select(FAILURE.c.who, func.count()).where(recent).group_by(FAILURE.c.who)
    with reading(engine) as connection:
        failures: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    return failures.get(_who(name), 0) >= OF_ONE_NAME or sum(failures.values()) >= OF_ALL_NAMES


def remember(engine: Engine, name: str, address: str, now: int) -> None:
    """One more failure; those outside the window are dropped on the way."""
    with writing(engine) as connection:
        connection.execute(delete(FAILURE).where(FAILURE.c.at <= now - WINDOW_MS))
        connection.execute(insert(FAILURE).values(who=_who(name), address=address, at=now))


def forget(engine: Engine, name: str, address: str) -> None:
    """A success clears what this address had failed with this name. Writes only where there is something."""
    mine = (FAILURE.c.who == _who(name)) & (FAILURE.c.address == address)
    with reading(engine) as connection:
        failed = connection.execute(select(FAILURE.c.id).where(mine).limit(1)).first()
    if failed:
        with writing(engine) as connection:
            connection.execute(delete(FAILURE).where(mine))


def _who(name: str) -> str:
    return sha256(name.encode()).hexdigest()
