"""The demonstration company and its accounts: into an empty data folder, or when asked for."""

from dataclasses import dataclass
from pathlib import Path

from ingest.demo.load import load_demo
from kb.errors import Conflict
from kb.model.ledger import RunStatus
from kb.model.viewer import Viewer, administrator
from kb.store import accounts
from webapp import progress
from webapp.wiring import Parts

UNFINISHED = "demo.unfinished"  # lies in the data folder while the company is being loaded


@dataclass(frozen=True, slots=True)
class WaysIn:
    """How one may sign in: the demonstration accounts (name, password, role), and whether others exist."""

    public: tuple[tuple[str, str, str], ...]
    others: bool

    def lines(self) -> list[str]:
        """What is printed at the start of the server."""
        if self.public:
            title = "Sign in with a demonstration account (name, password, role; the passwords are public):"
            return [title, *(f"  {name:10} {password:20} {role}" for name, password, role in self.public)]
        if self.others:
            return ["Sign in with your account; `kbcrm users` lists them."]
        return ["Nobody can sign in yet: kbcrm users add NAME --role administrator"]


def wanted(parts: Parts, home: Path) -> bool:
    """The data folder is empty, or an earlier load was cut off."""
    if (home / UNFINISHED).exists():
        return True
    anything = parts.runs.list(administrator(), by_hand=True, limit=1).total
    return not anything and not accounts.everyone(parts.engine)


def load(parts: Parts, viewer: Viewer, home: Path) -> int:
    """The company and its accounts; how many records it has. Again changes nothing.

    Raises Conflict naming the files that did not come in.
    """
    (home / UNFINISHED).touch()
    accounts.ensure_demo(parts.engine)
    with progress.counting("Demonstration company") as report:
        rows = load_demo(parts.runs, viewer, report)
    failed = [f"{row.title} ({row.reason})" for row in rows if row.status != RunStatus.DONE]
    if failed:
        raise Conflict(f"These files of the demonstration company did not come in: {'; '.join(failed)}")
    (home / UNFINISHED).unlink()
    return sum(row.records for row in rows)


def ways_in(parts: Parts) -> WaysIn:
    """How one may sign in now."""
    public = tuple(accounts.demo_accounts(parts.engine))
    return WaysIn(public=public, others=len(accounts.everyone(parts.engine)) > len(public))
