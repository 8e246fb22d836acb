"""Accounts in SQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from kb.errors import Conflict, Invalid, NotFound
from kb.model.account import Account
from kb.model.viewer import Role
from kb.store import accounts, attempts
from kb.store.accounts import Refusal
from kb.store.database import connect

HERE = "192.0.2.1"
NOW = 1_772_366_400_000


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = connect(database_url)
    accounts.prepare(made)
    yield made
    made.dispose()


def ann(**more: object) -> Account:
    given = {"name": "ann", "display_name": "Ann", "roles": frozenset({Role.EXPERT})} | more
    return Account(**given)  # type: ignore[arg-type]


def test_an_account_comes_back_as_it_was_added_and_its_password_is_kept_as_a_hash_only(
    engine: Engine,
) -> None:
    stored = accounts.add(
        engine, ann(teams=frozenset({"b", "a"}), locale="zh", timezone="Asia/Shanghai"), "a long password"
    )
    assert accounts.find(engine, "ann") == stored
    assert stored.teams == {"a", "b"}
    with engine.connect() as connection:
        held = connection.execute(text("SELECT * FROM account")).one()
    assert "a long password" not in str(held)
    assert held.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "an:n"}, "name"),
        ({"name": " ann"}, "name"),
        ({"roles": frozenset()}, "roles"),
        ({"roles": frozenset({Role.CUSTOMER})}, "customer"),
    ],
)
def test_an_account_that_could_not_work_may_not_exist(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        ann(**wrong)
    assert caught.value.data["field"] == field


def test_short_passwords_and_second_accounts_of_a_name_are_refused(engine: Engine) -> None:
    with pytest.raises(Invalid):
        accounts.add(engine, ann(), "short")
    accounts.add(engine, ann(), "a long password")
    with pytest.raises(Conflict):
        accounts.add(engine, ann(), "a long password")


def test_what_is_not_there_cannot_be_changed(engine: Engine) -> None:
    with pytest.raises(NotFound):
        accounts.set_disabled(engine, "nobody", True)
    with pytest.raises(NotFound):
        accounts.find(engine, "nobody")


def test_the_demonstration_accounts_are_one_for_each_role_and_adding_them_again_changes_nothing(
    engine: Engine,
) -> None:
    first = accounts.ensure_demo(engine)
    assert {role for _, _, role in first} == set(Role)
    assert accounts.ensure_demo(engine) == first
    for name, password, _ in first:
        assert isinstance(accounts.sign_in(engine, name, password, address=HERE, now=NOW), Account)


def test_a_demonstration_account_with_a_password_of_its_own_is_listed_no_more(engine: Engine) -> None:
    accounts.ensure_demo(engine)
    accounts.set_password(engine, "pieter", "a password of his own")
    assert "pieter" not in {name for name, _, _ in accounts.demo_accounts(engine)}


def test_failures_are_counted_by_address_and_forgotten_after_a_success(engine: Engine) -> None:
    accounts.add(engine, ann(), "a long password")
    for _ in range(attempts.OF_ONE_NAME):
        assert accounts.sign_in(engine, "ann", "wrong", address=HERE, now=NOW) is Refusal.WRONG
    assert accounts.sign_in(engine, "ann", "a long password", address=HERE, now=NOW) is Refusal.TOO_MANY
    elsewhere = accounts.sign_in(engine, "ann", "a long password", address="192.0.2.2", now=NOW)
    assert isinstance(elsewhere, Account)
    later = NOW + attempts.WINDOW_MS + 1
    assert isinstance(accounts.sign_in(engine, "ann", "a long password", address=HERE, now=later), Account)
    assert not attempts.too_many(engine, "ann", HERE, later)


def test_an_address_that_tries_many_names_is_stopped(engine: Engine) -> None:
    for number in range(attempts.OF_ALL_NAMES):
        attempts.remember(engine, f"name-{number}", HERE, NOW)
    assert attempts.too_many(engine, "yet another", HERE, NOW)
    assert not attempts.too_many(engine, "yet another", "192.0.2.2", NOW)
