"""The parts that the web application is joined from, and how a view gets at them.

The protocols say what the views need of each part; kb.knowledge.Knowledge and ingest.runs.Runs serve.
All instants are epoch milliseconds in UTC. Every method may raise the errors of kb.errors.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask import current_app

from ingest.overrides import Overrides
from kb.model.account import Account
from kb.model.fact import Fact, Kind, Value
from kb.model.listing import Listing
from kb.model.moment import AsOf
from kb.model.reading import (
    Customer,
    CustomerRow,
    CustomerSort,
    Interaction,
    OpenedFact,
    RejectedRow,
    RunDetail,
    RunRow,
    TouchRow,
)
from kb.model.viewer import Viewer
from kb.store.accounts import Refusal


class Knowledge(Protocol):
    """What is known, read and changed within a viewer's rights."""

    def customers(
        self,
        viewer: Viewer,
        *,
        search: str = "",
        sort: CustomerSort = CustomerSort.NAME,
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> Listing[CustomerRow]: ...

    def customer(self, viewer: Viewer, id: str, moment: AsOf) -> Customer: ...

    def facts(self, viewer: Viewer, subject: str, moment: AsOf, *, limit: int = 500) -> list[Fact]: ...

    def names(self, viewer: Viewer, ids: Iterable[str]) -> dict[str, str]: ...

    def opened(self, viewer: Viewer, fact_id: str) -> OpenedFact: ...

    def timeline(
        self,
        viewer: Viewer,
        customer: str,
        moment: AsOf,
        *,
        channel: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> Listing[TouchRow]: ...

    def interaction(self, viewer: Viewer, id: str) -> Interaction: ...

    def product(self, viewer: Viewer, id: str) -> Mapping[str, Any]: ...

    def state(
        self,
        viewer: Viewer,
        *,
        subject: str,
        predicate: str,
        value: Value | None,
        object: str | None,
        unit: str | None,
        kind: Kind,
        confidence: float,
        valid_from: int,
        valid_to: int | None,
        note: str,
        said_at: int | None,
    ) -> Fact: ...

    def correct(
        self,
        viewer: Viewer,
        statement: str,
        *,
        value: Value | None = None,
        object: str | None = None,
        unit: str | None = None,
        confidence: float | None = None,
        valid_from: int | None = None,
        valid_to: int | None = None,
        note: str,
    ) -> Fact: ...

    def end(self, viewer: Viewer, statement: str, *, at: int, note: str) -> Fact: ...

    def dispute(self, viewer: Viewer, statement: str, *, note: str) -> Fact: ...

    def retract(self, viewer: Viewer, statement: str, *, note: str) -> None: ...


class Runs(Protocol):
    """Imports: started, watched, reverted."""

    def preview(
        self, viewer: Viewer, source: str, path: Path, name: str, overrides: Overrides = ...
    ) -> Mapping[str, Any]:
        """`columns`: [{field, column, samples, why}] as guessed; `headers`: all columns of the file;
        `question`: "day_first" or "decimal" where the values do not decide, otherwise None.

        Raises InvalidFile, with `headers` in its data where only a column is missing.
        """

    def start(
        self,
        viewer: Viewer,
        *,
        source: str,
        path: Path | Sequence[Path],
        name: str | None = None,
        reading: Overrides = ...,
    ) -> str: ...

    def list(
        self, viewer: Viewer, *, by_hand: bool = False, offset: int = 0, limit: int = 50
    ) -> Listing[RunRow]: ...

    def show(self, viewer: Viewer, run: str) -> RunDetail: ...

    def rejected(
        self, viewer: Viewer, run: str, *, offset: int = 0, limit: int = 100
    ) -> Listing[RejectedRow]: ...

    def revert(self, viewer: Viewer, run: str) -> RunRow: ...


class Accounts(Protocol):
    """Who may sign in (kb.store.accounts)."""

    def find(self, name: str) -> Account: ...

    def sign_in(self, name: str, password: str, *, address: str, now: int) -> Account | Refusal: ...

    def set_locale(self, name: str, locale: str) -> None: ...

    def demo_accounts(self) -> Sequence[tuple[str, str, str]]: ...


class Settings(Protocol):
    """What the pages need of webapp.settings.Settings."""

    @property
    def home(self) -> Path: ...

    @property
    def locale(self) -> str: ...

    @property
    def timezone(self) -> ZoneInfo: ...


def system_clock() -> int:
    """Epoch milliseconds now."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a view may use besides its request."""

    knowledge: Knowledge
    runs: Runs
    accounts: Accounts
    settings: Settings
    clock: Callable[[], int] = system_clock


EXTENSION = "kbcrm"


def parts() -> Parts:
    """The parts of the application that answers this request."""
    found: Parts = current_app.extensions[EXTENSION]
    return found


def knowledge() -> Knowledge:
    return parts().knowledge


def runs() -> Runs:
    return parts().runs


def accounts() -> Accounts:
    return parts().accounts


def settings() -> Settings:
    return parts().settings


def now() -> int:
    """Epoch milliseconds, by the clock that the application was given."""
    return parts().clock()
