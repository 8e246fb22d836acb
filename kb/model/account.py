"""Accounts: who may sign in, in which roles. Pure values; passwords and hashes stay in kb.store.accounts."""

from dataclasses import dataclass

from kb.errors import Invalid
from kb.model.viewer import Role, Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person or program that may sign in. Raises Invalid for one that could not work."""

    name: str  # what is typed at sign-in; unique
    display_name: str
    roles: frozenset[Role]
    teams: frozenset[str] = frozenset()
    customer: str | None = None  # id of the one organisation that a customer sees
    locale: str | None = None  # "en" | "zh"; None: as the browser asks
    timezone: str | None = None  # e.g. "Asia/Shanghai"; None: that of the installation
    disabled: bool = False
    demo: bool = False  # its password is public
    stamp: str = ""  # changes with the password, so that older sessions end

    def __post_init__(self) -> None:
        if not self.name or self.name != self.name.strip() or ":" in self.name:
            raise Invalid("name", "Give a sign-in name without a colon or surrounding spaces.")
        if not self.roles:
            raise Invalid("roles", "Give at least one role.")
        if Role.CUSTOMER in self.roles and not self.customer:
            raise Invalid("customer", "Name the organisation that the customer may see.")

    @property
    def viewer(self) -> Viewer:
        return Viewer(name=self.name, roles=self.roles, teams=self.teams, customer=self.customer)
