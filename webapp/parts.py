"""The parts that the web application is joined from, and how a view gets at them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flask import current_app

from kb.model.account import Account
from kb.store.accounts import Refusal

if TYPE_CHECKING:  # a view needs none of what these load
    from ingest.conversational.reviews import Reviews
    from ingest.logbook import Logbook
    from ingest.mailboxes.mailboxes import Mailboxes
    from ingest.runs import Runs
    from ingest.watching import Watching
    from kb.knowledge import Knowledge
    from webapp.settings import Settings


class Accounts(Protocol):
    """Who may sign in (kb.store.accounts)."""

    def find(self, name: str) -> Account: ...

    def sign_in(self, name: str, password: str, *, address: str, now: int) -> Account | Refusal: ...

    def set_locale(self, name: str, locale: str) -> None: ...

    def demo_accounts(self) -> Sequence[tuple[str, str, str]]: ...


def system_clock() -> int:
    """Epoch milliseconds now."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a view may use besides its request."""

    knowledge: "Knowledge"
    runs: "Runs"
    logbook: "Logbook"
    watching: "Watching"
    mailboxes: "Mailboxes"
    reviews: "Reviews"
    accounts: Accounts
    settings: "Settings"
    clock: Callable[[], int] = system_clock


EXTENSION = "kbcrm"


def parts() -> Parts:
    """The parts of the application that answers this request."""
    found: Parts = current_app.extensions[EXTENSION]
    return found


def knowledge() -> "Knowledge":
    return parts().knowledge


def runs() -> "Runs":
    return parts().runs


def logbook() -> "Logbook":
    return parts().logbook


def watching() -> "Watching":
    return parts().watching


def mailboxes() -> "Mailboxes":
    return parts().mailboxes


def reviews() -> "Reviews":
    return parts().reviews


def accounts() -> Accounts:
    return parts().accounts


def settings() -> "Settings":
    return parts().settings


def now() -> int:
    """Epoch milliseconds, by the clock that the application was given."""
    return parts().clock()
