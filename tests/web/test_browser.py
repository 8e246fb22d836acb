"""The pages in a real Chromium: from the sign-in to the very words behind a fact."""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from kb.model.moment import FOREVER, AsOf
from kb.model.viewer import administrator
from tests.web.browser import PASSWORDS
from tests.web.company import DAIRY
from tests.web.told import CHAT, told_for_a_while
from tests.web.waiting import waiting
from webapp.wiring import Parts

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """The system's Chromium. Skips where there is none; where CI is set, that fails instead."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing = "no Chromium on this machine: install the package chromium to run the tests in a browser"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where the application is served for the time of these tests."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def is_complaint(said: ConsoleMessage) -> bool:
    """Chromium notes the answer to a form with mistakes (422), which is nothing to complain about."""
    return said.type == "error" and "422" not in said.text


@pytest.fixture
def visit(chromium: Chromium, address: str) -> Iterator[Callable[..., Page]]:
    """visit("pieter") is a page on which Pieter has signed in. No page may complain on its console."""
    complaints: list[str] = []
    contexts = []

    def one(name: str, **options: object) -> Page:
        context = chromium.new_context(base_url=address, locale="en-GB", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.get_by_label("Sign-in name").fill(name)
        page.get_by_label("Password").fill(PASSWORDS[name])
        page.get_by_role("button", name="Sign in").click()
        return page

    yield one
    for context in contexts:
        context.close()
    assert complaints == []


def test_pieter_follows_a_fact_to_its_evidence(visit: Callable[..., Page]) -> None:
    page = visit("pieter")
    page.get_by_label("Search customers").fill("kloost")
    expect(page).to_have_url(re.compile("search=kloost"))  # what was searched can be shared
    page.get_by_role("link", name="Kloosterveen Dairy B.V.").click()
    page.get_by_role("link", name="yearly pump budget").click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("heading", name="€48,000.00")).to_be_focused()
    expect(panel.locator("mark")).to_have_text("Marijke let slip 48 thousand for this year.")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page).to_have_url(re.compile(f"/customers/{DAIRY}$"))


def test_a_fact_is_stated_in_the_panel_and_appears_on_the_page_behind(visit: Callable[..., Page]) -> None:
    page = visit("admin")
    page.goto(f"/customers/{DAIRY}")
    page.get_by_role("link", name="State a fact").click()
    panel = page.get_by_role("dialog")
    panel.get_by_label("What it is about").select_option("usesCompetitor")
    panel.get_by_label("Value").fill("Northern Pumps")
    panel.get_by_label("How do you know?").fill("Their van stood at the gate.")
    panel.get_by_role("button", name="State it").click()
    expect(panel.get_by_role("status")).to_have_text("Stated. Your note is its evidence.")
    expect(page.locator("#facts")).to_contain_text("Northern Pumps")
    panel.get_by_text("Retract", exact=True).click()
    panel.locator("#retract-note").fill("It was another company's van.")
    panel.get_by_role("button", name="Retract it").click()
    expect(page.locator("#facts")).not_to_contain_text("Northern Pumps")


def test_mistakes_in_the_panel_are_shown_there(visit: Callable[..., Page]) -> None:
    page = visit("admin")
    page.goto(f"/customers/{DAIRY}/facts/new?predicate=annualPumpBudget")
    page.get_by_label("Value").fill("much")
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_text("Give a number.", exact=True)).to_be_visible()
    expect(page.get_by_label("Value")).to_have_attribute("aria-invalid", "true")
    assert page.url.endswith("predicate=annualPumpBudget")


def test_more_of_the_timeline_is_filtered_without_leaving_the_page(visit: Callable[..., Page]) -> None:
    page = visit("admin")
    page.goto(f"/customers/{DAIRY}")
    page.get_by_label("Channel").select_option("order")
    expect(page.locator("#timeline .touch")).to_have_count(2)
    page.get_by_label("Channel").select_option("email")
    expect(page.locator("#timeline")).to_contain_text("How to reach me")


def test_the_theme_follows_the_system_until_somebody_chooses(visit: Callable[..., Page]) -> None:
    page = visit("admin", color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Light or dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_reaches_over_the_edge_of_a_phone(visit: Callable[..., Page], scheme: str) -> None:
    page = visit("admin", viewport=PHONE, color_scheme=scheme)
    for address in (
        "/customers",
        f"/customers/{DAIRY}",
        "/log?search=m",
        f"/log?customer={DAIRY}",
        "/imports",
        "/imports/new",
        "/mailboxes/new",
        "/interactions/order:1001",
    ):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], address
    page.goto(f"/customers/{DAIRY}")
    page.locator(".as-of > summary").click()
    box = page.locator(".as-of .menu-body").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_conversation_is_logged_on_a_phone_by_keys_alone(
    visit: Callable[..., Page], parts: Parts, language: str
) -> None:
    page = visit("pieter", viewport=PHONE, extra_http_headers={"Accept-Language": language})
    page.goto("/log")
    expect(page.locator("#who")).to_be_focused()
    page.keyboard.type("marij")
    expect(page.locator(".who-list a")).to_contain_text(["Marijke"])
    page.keyboard.press("ArrowDown")
    expect(page.locator(".who-list a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#log-said")).to_be_focused()
    expect(page.get_by_role("checkbox")).to_be_checked()
    words = f"Called about the seal ({language})."
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert-success")).to_be_visible()
    expect(page.locator("#timeline")).to_be_visible()
    ever = AsOf(valid=FOREVER - 1, known=FOREVER - 1)
    calls = parts.knowledge.timeline(administrator(), DAIRY, ever, channel="call", limit=200).items
    assert words in [touch.excerpt for touch in calls]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_review_queue_is_worked_by_single_keys(
    visit: Callable[..., Page], parts: Parts, scheme: str
) -> None:
    with waiting(parts):
        page = visit("pieter", color_scheme=scheme)
        page.goto("/review")
        expect(page.locator(".topnav .count")).to_have_text("2")
        expect(page.locator("mark")).to_have_text("we may need two more pumps")
        page.keyboard.press("j")
        expect(page.locator("mark")).to_have_text("it may be the seal")
        page.keyboard.press("k")
        expect(page.locator(".review-place")).to_have_text("1 of 2")
        page.keyboard.press("a")
        expect(page.locator(".alert-success")).to_contain_text("Accepted.")
        expect(page.locator("mark")).to_have_text("it may be the seal")
        page.keyboard.press("c")
        expect(page.locator("#review-kind")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#review-kind")).to_be_hidden()
        page.keyboard.press("r")
        expect(page.locator(".empty")).to_contain_text("Nothing waits for a decision.")
        page.keyboard.press("u")
        expect(page.locator("mark")).to_have_text("it may be the seal")
        page.keyboard.press("u")
        expect(page.locator(".review-place")).to_have_text("1 of 2")


def test_the_review_queue_fits_a_phone(visit: Callable[..., Page], parts: Parts) -> None:
    with waiting(parts):
        page = visit("pieter", viewport=PHONE)
        page.goto("/review")
        page.locator(".review-correct > summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Reject").click()
        expect(page.locator("mark")).to_have_text("it may be the seal")


def test_everything_can_be_reached_by_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("admin")
    page.goto(f"/customers/{DAIRY}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    fact = page.get_by_role("link", name="yearly pump budget")
    fact.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(fact).to_be_focused()


def test_without_scripts_the_pages_still_work(visit: Callable[..., Page]) -> None:
    page = visit("admin", java_script_enabled=False)
    page.goto(f"/customers/{DAIRY}")
    page.get_by_role("link", name="yearly pump budget").click()
    expect(page.locator("mark")).to_have_text("Marijke let slip 48 thousand for this year.")


@pytest.fixture
def told(parts: Parts) -> Iterator[None]:
    """Conversations that were read, for as long as a test looks at them."""
    with told_for_a_while(parts):
        yield


def test_a_note_and_its_words_light_each_other_up(told: None, visit: Callable[..., Page]) -> None:
    page = visit("pieter")
    page.goto(f"/interactions/{CHAT}")
    first, second = page.locator("#note-1"), page.locator("#note-2")
    both, of_second = page.locator('.told[data-notes="1 2"]'), page.locator('.told[data-notes^="2"]')
    lit = re.compile(r"\blit\b")
    both.hover(position={"x": 4, "y": 8})
    expect(first).to_have_class(lit)
    expect(second).to_have_class(lit)
    second.hover()
    expect(first).not_to_have_class(lit)
    expect(both).to_have_class(lit)
    expect(of_second.first).to_have_class(lit)
    page.locator("#told-4").focus()
    expect(page.locator("#note-4")).to_have_class(lit)


def test_notes_stand_beside_the_text_or_below_it(told: None, visit: Callable[..., Page]) -> None:
    for size, beside in (({"width": 1280, "height": 800}, True), (PHONE, False)):
        page = visit("pieter", viewport=size)
        page.goto(f"/interactions/{CHAT}")
        text, note = page.locator(".full-text").bounding_box(), page.locator("#note-1").bounding_box()
        assert text
        assert note
        assert (note["x"] >= text["x"] + text["width"]) == beside
        assert (note["y"] >= text["y"] + text["height"]) == (not beside)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_pieter_closes_what_was_promised_without_leaving_the_page(
    told: None, visit: Callable[..., Page]
) -> None:
    page = visit("pieter")
    page.get_by_role("link", name="Commitments").click()
    page.get_by_role("link", name="Close: We will pay by 10 February").click()
    panel = page.get_by_role("dialog")
    panel.get_by_label("How was it closed?").select_option("kept")
    panel.get_by_role("textbox", name="How do you know?").fill("The money is here.")
    panel.get_by_role("button", name="Close it").click()
    expect(panel.get_by_text("Closed.", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#matters-commitment").locator("..")).to_contain_text("0 open")
