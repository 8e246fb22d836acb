"""A run that is killed and taken up again gives exactly the graph of an undisturbed one."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.killing import LINES, Site, killed, told, write_orders

WHO = {"worker": (True, False), "graph": (False, True), "both": (True, True)}
QUICK = [("worker", 0.4), ("graph", 0.7), ("both", 1.0)]


def _moments() -> list[tuple[str, float]]:
    """Who is killed, and when: at which part of the landing (1.0 and more: while figures are settled)."""
    if not os.environ.get("KBCRM_TEST_ALL"):
        return QUICK
    chance = random.Random(20261001)
    return [(chance.choice(sorted(WHO)), round(chance.uniform(0.0, 1.3), 2)) for _ in range(20)]


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    write_orders(path)
    return path


@pytest.fixture(scope="module")
def undisturbed(orders: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    site = Site(tmp_path_factory.mktemp("undisturbed"))
    try:
        site.run("ingest", "orders", str(orders))
        return site.export()
    finally:
        site.stop()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("who", "part"), _moments())
def test_a_killed_run_resumes_to_the_graph_of_an_undisturbed_one(
    who: str, part: float, orders: Path, undisturbed: str, tmp_path: Path
) -> None:
    site = Site(tmp_path / "home")
    worker, graph = WHO[who]
    try:
        status = killed(
            site, ("ingest", "orders", str(orders)), _when(site, part), worker=worker, graph=graph
        )
        assert status == "running", "the kill must hit the run at work"
        assert site.status() in {"running", "stopped"}, "a run that lost its graph says so, and is not done"
        site.run("runs", "resume")
        assert site.status() == "done"
        counts = told(site)
        assert (counts["records"], counts["accepted"], counts["rejected"]) == (LINES, LINES, 0)
        assert site.export() == undisturbed
        site.run("ingest", "orders", str(orders))
        assert told(site)["duplicate"] == LINES
        assert site.export() == undisturbed, "the same file twice changes nothing"
    finally:
        site.stop()


def _when(site: Site, part: float) -> Callable[[], bool]:
    """True from the moment when that part of the file has landed; past 1.0 a little later still."""
    since: list[float] = []

    def come() -> bool:
        if part < 1.0:
            return site.landed() >= part * LINES
        if not site.whole():
            return False
        since.append(time.monotonic())
        return time.monotonic() - since[0] >= part - 1.0

    return come
