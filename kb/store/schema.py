"""The ledger's tables.

Keys and units are looked up by 64-bit hashes: small indexes, the same on both
databases. Units are what a record contributes to (the node, the interaction,
the order, the subject of a fact): the projector folds a unit from its records.
"""

from functools import lru_cache
from hashlib import blake2b

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()
BIG = BigInteger().with_variant(Integer, "sqlite")

counters = Table(
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("label", Text),
)

runs = Table(
    "runs",
    metadata,
    Column("position", BIG, primary_key=True, autoincrement=False),  # the order of runs
    Column("id", String(40), nullable=False, unique=True),
    Column("source", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("status", String(10), nullable=False),
    Column("file", String(80)),
    Column("reading", Text, nullable=False),  # JSON: how the file was read
    Column("total", BigInteger),  # bytes or lines expected, for progress
    Column("done", BigInteger, nullable=False),  # entries of the file that have landed
    Column("landed", Boolean, nullable=False),  # all entries are in
    Column("first_seq", BigInteger),
    Column("last_seq", BigInteger),
    Column("records", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("problem", Text),
    Column("seconds", Float, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=False),
    Column("run", BigInteger, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("outcome", SmallInteger, nullable=False),  # see OUTCOMES
    Column("derived", Boolean, nullable=False),  # made by us from a record of the file
    Column("place", BigInteger, nullable=False),
    Column("key_hash", BigInteger, nullable=False),
    Column("content", BigInteger, nullable=False),
    Column("unit", BigInteger, nullable=False),
    Column("subject", BigInteger),  # the customer whose figures an order line changes
    Column("key", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
Index("records_key", records.c.key_hash)
Index("records_unit", records.c.unit)
Index("records_subject", records.c.subject, sqlite_where=text("subject IS NOT NULL"))
Index(
    "records_interaction",
    records.c.unit,
    records.c.seq,
    sqlite_where=text("kind = 'interaction'"),
    postgresql_where=text("kind = 'interaction'"),
)
Index(
    "records_pending",
    records.c.seq,
    sqlite_where=text("kind IN ('reading', 'verdict')"),
    postgresql_where=text("kind IN ('reading', 'verdict')"),
)
Index(
    "records_rejected",
    records.c.run,
    records.c.seq,
    sqlite_where=text("outcome = 2"),
    postgresql_where=text("outcome = 2"),
)

references = Table(
    "ref",
    metadata,
    Column("target", BigInteger, primary_key=True),  # a unit or a version of a fact
    Column("seq", BigInteger, primary_key=True),
    Column("unit", BigInteger, nullable=False),  # what is to be folded again when the target comes or goes
)
Index("ref_unit", references.c.unit)

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", BigInteger, nullable=False),  # epoch ms
)

ACCEPTED, DUPLICATE, REJECTED = 0, 1, 2
OUTCOMES = ("accepted", "duplicate", "rejected")


def digest(name: str) -> int:
    """A signed 64-bit hash of an id, a key or a payload, the same on every machine."""
    found = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(found, "big", signed=True)


@lru_cache(maxsize=1 << 16)
def hashed(name: str) -> int:
    """The digest of a name that comes again and again."""
    return digest(name)
