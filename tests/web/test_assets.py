"""What the browser loads: built here, served from here, and nothing inline."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.web.browser import Browser
from tests.web.company import DAIRY
from webapp import assets
from webapp.build import FRONTEND, build_frontend, sources_hash

SignedIn = Callable[..., Browser]
PAGES = (
    "/sign-in",
    "/customers",
    f"/customers/{DAIRY}",
    f"/customers/{DAIRY}?as_of=2025-11-01T00:00:00Z",
    f"/customers/{DAIRY}/facts/new?predicate=annualPumpBudget",
    "/interactions/order:1001",
    "/products/product:HP-200",
    "/log?search=m",
    f"/log?customer={DAIRY}",
    "/imports",
    "/imports/new",
    "/mailboxes/new",
    "/nowhere",
)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_carries_scripts_styles_or_handlers_of_its_own(admin: Browser, address: str) -> None:
    page = admin.get(address).text
    for tag, body in re.findall(r"<(script|style)\b[^>]*>(.*?)</\1>", page, re.S):
        assert not body.strip(), tag
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page), "everything is served from here"


def test_every_file_that_a_page_names_is_there_with_headers_that_let_it_be_kept(admin: Browser) -> None:
    page = admin.get(f"/customers/{DAIRY}").text
    named = set(re.findall(r'"(/static/[^"#]+)', page))
    assert len(named) >= 5
    for address in named:
        answer = admin.get(address)
        assert answer.status_code == 200, address
        if "/built/" in address:
            assert "immutable" in answer.headers["Cache-Control"]


def test_every_icon_that_a_template_names_is_in_the_sprite(built: Path) -> None:
    sprite = next((built / "assets").glob("icons-*.svg")).read_text(encoding="utf-8")
    held = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    templates = "".join(
        path.read_text(encoding="utf-8") for path in (FRONTEND.parent / "templates").rglob("*.html")
    )
    contexts = "".join(
        path.read_text(encoding="utf-8") for path in (FRONTEND.parent / "contexts").rglob("*.py")
    )
    named = set(re.findall(r"icon\('([\w-]+)'", templates))
    named |= {name for name in re.findall(r'"([a-z]+(?:-[a-z]+)*)"', contexts) if name in held}
    assert named <= held


def test_whoever_takes_gzip_gets_it(admin: Browser, built: Path) -> None:
    style = next(path.name for path in (built / "assets").glob("style-*.css"))
    plain = admin.get(f"/static/built/assets/{style}")
    small = admin.get(f"/static/built/assets/{style}", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(plain.data) / 4
    assert small.mimetype == plain.mimetype == "text/css"


def test_static_addresses_lead_nowhere_else(admin: Browser) -> None:
    assert admin.get("/static/../app.py").status_code == 404
    assert admin.get("/static/%2e%2e/app.py").status_code == 404


def test_without_the_built_files_the_application_says_what_to_do(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    answer = app.test_client().get("/sign-in", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.text.startswith("The browser files have not been built.")
    assert "python -m webapp.build" in answer.text


def test_the_lock_names_no_registry_and_pins_every_package_by_its_hash() -> None:
    lock = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    packages = re.findall(r'"node_modules/[^"]+": \{(.*?)\n    \}', lock, re.S)
    assert packages
    assert all('"integrity": "sha512-' in package for package in packages)
    pinned = re.search(r'"htmx.org": "(\d+\.\d+\.\d+)"', (FRONTEND / "package.json").read_text())
    assert pinned, "htmx is pinned exactly"


def test_what_is_up_to_date_is_not_built_again(built: Path) -> None:
    assert (built / ".sources").read_text() == sources_hash(), "run `python -m webapp.build`"
    assert build_frontend() is False
