"""How far the graph has come in the ledger; the graph itself says so, in the transactions that write."""

from collections.abc import Callable
from dataclasses import dataclass

from kb.errors import Conflict, GraphAhead
from kb.ports import Reads, Transaction

READ = "MATCH (m:Mark {id: 'projection'}) RETURN m.ledger AS ledger, m.seq AS seq, m.part AS part"
# The first SET takes the node before its values are read: of two transactions the later waits or fails.
MOVE = """
MERGE (m:Mark {id: 'projection'}) SET m.ledger = $ledger
WITH m, coalesce(m.seq, 0) AS seq, coalesce(m.part, 0) AS part
SET m.seq = $seq, m.part = $part
RETURN seq, part
"""


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


def move(tx: Transaction, ledger: str, before: Mark, after: Mark) -> None:
    """Move the mark, in the transaction that applied what it says.

    Raises Conflict, so that nothing of the transaction remains, when the mark is not where this process
    left it: a process that was paused for so long that its lease ran out finds its work done by another.
    """
    row = tx.run(MOVE, ledger=ledger, seq=after.seq, part=after.part)[0]
    if Mark(row["seq"], row["part"]) != before:
        raise Conflict("Another process has gone on with the graph in the meantime. Resume the run.")
