"""Signing in and out, and what guards every request."""

from collections.abc import Callable

import pytest

from kb.model.account import Account
from kb.model.viewer import Role
from kb.store import accounts
from tests.web.browser import PASSWORDS, Browser, basic
from tests.web.company import Clock
from webapp.security import POLICY
from webapp.wiring import Parts

SignedIn = Callable[..., Browser]
MINUTE = 60_000


@pytest.fixture
def newcomer(parts: Parts) -> str:
    """The name of an account of nobody else's tests; its password is "first password"."""
    name = f"new-{len(accounts.everyone(parts.engine))}"
    account = Account(name=name, display_name="", roles=frozenset({Role.ADMINISTRATOR}))
    accounts.add(parts.engine, account, "first password")
    return name


def test_a_visitor_is_sent_to_the_sign_in_page_and_afterwards_to_where_they_wanted_to_go(
    visitor: Browser,
) -> None:
    wanted = visitor.get("/customers?search=dairy")
    assert wanted.status_code == 302
    assert wanted.location == "/sign-in?next=/customers?search%3Ddairy"
    assert visitor.sign_in("admin", next="/customers?search=dairy").location == "/customers?search=dairy"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(visitor: Browser, target: str) -> None:
    assert visitor.sign_in("admin", next=target).location == "/"


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(visitor: Browser) -> None:
    answers = [visitor.sign_in("admin", "wrong one"), visitor.sign_in("nobody", "wrong one")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("The name or the password is wrong." in answer.text for answer in answers)


def test_after_five_failures_even_the_right_password_has_to_wait(
    visitor: Browser, newcomer: str, clock: Clock
) -> None:
    before = clock.now
    try:
        for _ in range(5):
            visitor.sign_in(newcomer, "wrong")
        refused = visitor.sign_in(newcomer, "first password")
        assert refused.status_code == 429
        assert "Wait a quarter of an hour" in refused.text
        clock.now += 16 * MINUTE
        assert visitor.sign_in(newcomer, "first password").status_code == 303
    finally:
        clock.now = before


def test_the_demonstration_accounts_are_listed_with_their_passwords(visitor: Browser) -> None:
    page = visitor.get("/sign-in").text
    for name, password in PASSWORDS.items():
        assert f"<code>{name}</code>" in page
        assert f"<code>{password}</code>" in page


def test_signing_out_ends_the_session(signed_in: SignedIn) -> None:
    browser = signed_in("admin")
    assert browser.get("/customers").status_code == 200
    assert browser.post("/sign-out", {}).status_code == 303
    assert browser.get("/customers").status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old_one(
    visitor: Browser, newcomer: str, parts: Parts
) -> None:
    visitor.sign_in(newcomer, "first password")
    assert visitor.get("/customers").status_code == 200
    accounts.set_password(parts.engine, newcomer, "second password")
    assert visitor.get("/customers").status_code == 302


def test_a_disabled_account_is_out_at_once_and_cannot_come_back(
    visitor: Browser, newcomer: str, parts: Parts
) -> None:
    visitor.sign_in(newcomer, "first password")
    accounts.set_disabled(parts.engine, newcomer, True)
    assert visitor.get("/customers").status_code == 302
    assert visitor.sign_in(newcomer, "first password").status_code == 401


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/language", "/imports", "/api/v1/facts"])
def test_a_form_without_its_token_is_refused(admin: Browser, address: str) -> None:
    assert admin.client.post(address, data={"locale": "zh"}).status_code == 400


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: Browser) -> None:
    cookie = visitor.sign_in("admin").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_every_answer_carries_the_secure_headers_and_pages_are_not_stored(admin: Browser) -> None:
    for address in ("/customers", "/nowhere", "/api/v1/customers"):
        headers = admin.get(address).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in POLICY
    assert "frame-ancestors 'none'" in POLICY


def test_an_expired_session_in_a_panel_leads_the_whole_page_to_the_sign_in(visitor: Browser) -> None:
    answer = visitor.fragment("/customers")
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_a_program_signs_in_by_http_basic_with_every_request(visitor: Browser) -> None:
    headers = basic("pieter", PASSWORDS["pieter"])
    assert (visitor.get("/api/v1/customers", headers=headers).json or {})["total"] == 1
    assert visitor.get("/api/v1/customers", headers=headers).status_code == 200  # the remembered proof
    assert visitor.get("/customers", headers=headers).status_code == 302  # pages are for browsers


def test_a_program_that_is_not_let_in_is_told_how(visitor: Browser) -> None:
    for headers in ({}, basic("pieter", "wrong")):
        answer = visitor.get("/api/v1/customers", headers=headers)
        assert answer.status_code == 401
        assert (answer.json or {})["error"] == "sign_in_needed"
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_remembered_proof_ends_with_the_password(visitor: Browser, newcomer: str, parts: Parts) -> None:
    headers = basic(newcomer, "first password")
    assert visitor.get("/api/v1/customers", headers=headers).status_code == 200
    accounts.set_password(parts.engine, newcomer, "second password")
    assert visitor.get("/api/v1/customers", headers=headers).status_code == 401


def test_another_site_cannot_use_a_password_that_the_browser_remembers(visitor: Browser) -> None:
    headers = basic("admin", PASSWORDS["admin"]) | {"Sec-Fetch-Site": "cross-site"}
    assert visitor.client.post("/api/v1/facts", json={}, headers=headers).status_code == 400
    assert (
        visitor.client.post("/api/v1/facts", json={}, headers=basic("admin", PASSWORDS["admin"])).status_code
        == 422
    )
