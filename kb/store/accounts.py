"""Who may sign in: accounts with argon2 hashes, in SQL.

Times are epoch milliseconds in UTC. A password is never stored, logged or returned; the demonstration
accounts are the exception: their passwords are public (see DEMO) and shown on the sign-in page.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Boolean, Column, Engine, MetaData, Row, Table, Text, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.errors import Conflict, Invalid, NotFound
from kb.model.account import Account
from kb.model.viewer import Role
from kb.store import attempts
from kb.store.database import reading, writing

SHORTEST_PASSWORD = 10  # characters

METADATA = MetaData()
ACCOUNT = Table(
    "account",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("roles", Text, nullable=False),  # space-separated, sorted
    Column("teams", Text, nullable=False),  # likewise
    Column("customer", Text),
    Column("locale", Text),
    Column("timezone", Text),
    Column("disabled", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),  # its password is the public one of DEMO
)

_hasher = PasswordHasher()


class Refusal(StrEnum):
    """Why somebody was not signed in. A wrong name and a wrong password are never told apart."""

    WRONG = "wrong"
    TOO_MANY = "too_many"  # wait until the window of kb.store.attempts has passed


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration account. Its password is public: for demonstrations on one machine only."""

    account: Account
    password: str


def _demo(name: str, role: Role, zone: str = "", team: str = "", customer: str = "") -> Account:
    return Account(
        name=name,
        display_name=name.replace(".", " ").title(),
        roles=frozenset({role}),
        teams=frozenset({team} - {""}),
        customer=customer or None,
        locale="zh" if name == "li.na" else None,
        timezone=zone or None,
        demo=True,
    )


DEMO = (
    Demo(_demo("admin", Role.ADMINISTRATOR), "pump-admin-2026"),
    Demo(_demo("li.na", Role.ACCOUNT_MANAGER, "Asia/Shanghai", "shanghai"), "pump-lina-2026"),
    Demo(_demo("pieter", Role.ACCOUNT_MANAGER, "Europe/Amsterdam", "rotterdam"), "pump-pieter-2026"),
    Demo(_demo("chen.wei", Role.EXPERT, "Asia/Shanghai"), "pump-chenwei-2026"),
    Demo(_demo("sofie", Role.ENGINEER, "Europe/Amsterdam"), "pump-sofie-2026"),
    Demo(_demo("customer", Role.CUSTOMER, customer="customer:C-1001"), "pump-customer-2026"),
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one database, bound to it; each method is the function of the same name."""

    engine: Engine

    def find(self, name: str) -> Account:
        return find(self.engine, name)

    def sign_in(self, name: str, password: str, *, address: str, now: int) -> "Account | Refusal":
        return sign_in(self.engine, name, password, address=address, now=now)

    def set_locale(self, name: str, locale: str) -> None:
        set_locale(self.engine, name, locale)

    def demo_accounts(self) -> list[tuple[str, str, str]]:
        return demo_accounts(self.engine)


def prepare(engine: Engine) -> None:
    """Create the tables that are missing."""
    with writing(engine) as connection:
        METADATA.create_all(connection)
        attempts.METADATA.create_all(connection)


def add(engine: Engine, account: Account, password: str) -> Account:
    """A new account. Raises Invalid (a short password) or Conflict."""
    _check_password(password)
    values = _values(account) | {"password_hash": _hasher.hash(password)}
    try:
        with writing(engine) as connection:
            connection.execute(insert(ACCOUNT).values(values))
    except IntegrityError:
        raise Conflict("There is already an account of this name.", name=account.name) from None
    return find(engine, account.name)


def find(engine: Engine, name: str) -> Account:
    """Raises NotFound."""
    with reading(engine) as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.name == name)).one_or_none()
    if row is None:
        raise NotFound("account", name)
    return _account(row)


def everyone(engine: Engine) -> list[Account]:
    """All accounts by name, the disabled ones too."""
    with reading(engine) as connection:
        return [_account(row) for row in connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.name))]


def set_password(engine: Engine, name: str, password: str) -> None:
    """Ends the sessions of the account; a demonstration account becomes an ordinary one."""
    _check_password(password)
    _change(engine, name, password_hash=_hasher.hash(password), demo=False)


def set_locale(engine: Engine, name: str, locale: str) -> None:
    """The language in which the account reads from now on."""
    _change(engine, name, locale=locale)


def set_disabled(engine: Engine, name: str, disabled: bool) -> None:
    """A disabled account cannot sign in, and its sessions end."""
    _change(engine, name, disabled=disabled)


def sign_in(engine: Engine, name: str, password: str, *, address: str, now: int) -> Account | Refusal:
    """The account, or why not. `address` is where the attempt comes from; failures are counted there."""
    if attempts.too_many(engine, name, address, now):
        return Refusal.TOO_MANY
    with reading(engine) as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.name == name)).one_or_none()
    # An unknown name costs as much time as a known one, so that names cannot be found out.
    if _verified(row.password_hash if row else _nobody(), password) and row and not row.disabled:
        attempts.forget(engine, name, address)
        return _account(row)
    attempts.remember(engine, name, address, now)
    return Refusal.WRONG


def ensure_demo(engine: Engine) -> list[tuple[str, str, str]]:
    """Add the demonstration accounts that are missing; (name, password, role) of all that are in use.

    For demonstrations only: the passwords are written in this file and shown on the sign-in page.
    """
    known = {account.name for account in everyone(engine)}
    for demo in DEMO:
        if demo.account.name not in known:
            add(engine, demo.account, demo.password)
    return demo_accounts(engine)


def demo_accounts(engine: Engine) -> list[tuple[str, str, str]]:
    """(name, password, role) of the demonstration accounts whose public password still serves."""
    serving = {account.name for account in everyone(engine) if account.demo and not account.disabled}
    return [
        (demo.account.name, demo.password, role.value)
        for demo in DEMO
        if demo.account.name in serving
        for role in demo.account.roles
    ]


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("password", "Give a password of at least 10 characters.")


def _change(engine: Engine, name: str, **values: object) -> None:
    with writing(engine) as connection:
        changed = connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == name).values(values)).rowcount
    if not changed:
        raise NotFound("account", name)


def _values(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "display_name": account.display_name or account.name,
        "roles": " ".join(sorted(account.roles)),
        "teams": " ".join(sorted(account.teams)),
        "customer": account.customer,
        "locale": account.locale,
        "timezone": account.timezone,
        "disabled": account.disabled,
        "demo": account.demo,
    }


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        name=row.name,
        display_name=row.display_name,
        roles=frozenset(Role(role) for role in row.roles.split()),
        teams=frozenset(row.teams.split()),
        customer=row.customer,
        locale=row.locale,
        timezone=row.timezone,
        disabled=row.disabled,
        demo=row.demo,
        stamp=sha256(row.password_hash.encode()).hexdigest()[:16],
    )


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
