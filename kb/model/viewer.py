"""Who is looking, and what exists for them.

A Viewer goes into every read and write of the knowledge base, and the stores
add its scope to the query: what is outside does not exist, in lists, counts,
sorts, progress and exports alike.
"""

from dataclasses import dataclass
from enum import StrEnum

from kb.errors import Forbidden


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    ACCOUNT_MANAGER = "account_manager"
    EXPERT = "expert"
    ENGINEER = "engineer"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """One signed-in person (or program acting for one).

    `name` is the sign-in name, unique. An account manager sees customers whose
    owner is `name` or whose team is in `teams`; a customer sees the one
    organisation `customer`, and of it only what the ontology calls shareable.
    """

    name: str
    roles: frozenset[Role]
    teams: frozenset[str] = frozenset()
    customer: str | None = None

    @property
    def sees_everything(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_customer(self) -> bool:
        """Acts as a customer only; any role of ours beside it widens the view."""
        return self.roles == {Role.CUSTOMER}

    @property
    def sees_customers(self) -> bool:
        return self.sees_everything or bool(self.roles & {Role.ACCOUNT_MANAGER, Role.CUSTOMER})

    def may_write(self) -> None:
        """Raises Forbidden for customers, who read only."""
        if self.is_customer:
            raise Forbidden("change what is known")

    def may_ingest(self) -> None:
        """Raises Forbidden unless an administrator or an account manager."""
        if not self.roles & {Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER}:
            raise Forbidden("import files")

    @property
    def reviews(self) -> bool:
        """Whether candidate facts wait for this person, too: account managers, experts, administrators."""
        return bool(self.roles & {Role.ADMINISTRATOR, Role.ACCOUNT_MANAGER, Role.EXPERT})

    def may_administer(self, act: str) -> None:
        """Raises Forbidden unless an administrator."""
        if not self.sees_everything:
            raise Forbidden(act)


def administrator(name: str = "admin") -> Viewer:
    """The viewer of the command line, which acts for whoever holds the data folder."""
    return Viewer(name=name, roles=frozenset({Role.ADMINISTRATOR}))
