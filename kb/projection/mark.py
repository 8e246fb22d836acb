"""How far the graph has come in the ledger; the graph itself says so, in the transactions that write."""

from collections.abc import Callable
from dataclasses import dataclass

from kb.errors import GraphAhead
from kb.ports import Reads, Transaction

READ = "MATCH (m:Mark {id: 'projection'}) RETURN m.ledger AS ledger, m.seq AS seq, m.part AS part"
WRITE = "MERGE (m:Mark {id: 'projection'}) SET m.ledger = $ledger, m.seq = $seq, m.part = $part"


@dataclass(frozen=True, slots=True)
class Mark:
    """All records up to `seq` are applied, and of the closing record after it the first `part` customers."""

    seq: int = 0
    part: int = 0


def read(graph: Reads, ledger: str, last_seq: Callable[[], int]) -> Mark:
    """The graph's mark; the beginning for an empty graph.

    Raises GraphAhead when the graph was folded from another ledger, or from more of this one than there is.
    """
    rows = graph.read(READ)
    if not rows:
        return Mark()
    row = rows[0]
    held = last_seq()  # asked after the mark: between the two a record may land and be applied
    if row["ledger"] != ledger or row["seq"] > held:
        raise GraphAhead(
            "The graph holds records that the ledger does not: one of the two was restored from an older "
            "copy, or belongs to another data folder. Bring the matching ledger back, or run "
            "`kbcrm rebuild` to fold the graph anew from this ledger.",
            graph_at=row["seq"],
            ledger_at=held,
        )
    return Mark(row["seq"], row["part"])


def write(tx: Transaction, ledger: str, mark: Mark) -> None:
    """Move the mark, in the transaction that applied what it says."""
    tx.run(WRITE, ledger=ledger, seq=mark.seq, part=mark.part)
