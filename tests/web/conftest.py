"""The application over the real parts: one data folder and one embedded graph for all tests of the pages."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask

from kb.model.reading import RunRow
from kb.model.viewer import administrator
from kb.store import accounts, server
from tests.web import company
from tests.web.browser import Browser
from webapp.app import create_app
from webapp.settings import read
from webapp.wiring import Parts, open_parts


@pytest.fixture(scope="session")
def clock() -> company.Clock:
    return company.Clock(company.LOADED)


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory, clock: company.Clock) -> Iterator[Parts]:
    home = tmp_path_factory.mktemp("web") / "var"
    settings = read({"KBCRM_HOME": str(home), "KBCRM_GRAPH_MEMORY": "512m", "KBCRM_READER": "off"})
    server.start(home, heap=settings.graph_memory)
    opened = open_parts(settings, clock)
    accounts.ensure_demo(opened.engine)
    yield opened
    opened.close()
    server.stop(home)


@pytest.fixture(scope="session")
def loaded(
    parts: Parts, clock: company.Clock, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, RunRow]:
    """The company's files are in; the runs by source. Afterwards the clock stands at NOW."""
    runs = company.load(parts, tmp_path_factory.mktemp("files"))
    clock.set(company.NOW)
    return runs


@pytest.fixture(scope="module", autouse=True)
def as_it_was(parts: Parts, loaded: Mapping[str, RunRow], clock: company.Clock) -> Iterator[None]:
    """What the tests of a file bring is taken back before the next file looks at the company."""
    before = {run.id for run in parts.runs.list(administrator(), by_hand=True, limit=500).items}
    now = clock.now
    yield
    clock.now = now
    for run in parts.runs.list(administrator(), by_hand=True, limit=500).items:
        if run.id not in before and run.status == "done":
            parts.runs.revert(administrator(), run.id)


@pytest.fixture(scope="session")
def app(parts: Parts, loaded: Mapping[str, RunRow]) -> Flask:
    made = create_app(parts)
    made.testing = True
    made.config["PROPAGATE_EXCEPTIONS"] = False  # errors are pages here, too
    return made


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """Nobody yet, reading English."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return Browser(client)


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., Browser]:
    """signed_in("pieter") is a browser in which Pieter has signed in."""

    def one(name: str = "admin", language: str = "en") -> Browser:
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        browser = Browser(client)
        assert browser.sign_in(name).status_code == 303
        return browser

    return one


@pytest.fixture
def admin(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in("admin")


@pytest.fixture
def built() -> Path:
    from webapp.assets import BUILT, is_built

    assert is_built(), "run `python -m webapp.build` first (an install does)"
    return BUILT
