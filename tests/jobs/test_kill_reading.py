"""A reading that is killed and taken up again finds exactly what an undisturbed one finds."""

import csv
from functools import partial
from pathlib import Path

import pytest

from tests.jobs.killing import Site, killed, told

MESSAGES = 130  # three batches and a part
TEXTS = (
    "We need {n} filters that fit a gap of {n} cm.",
    "Your driver was late again, nobody told us.",
    "Could you send us invoice {n} once more?",
    "我们周五前把第{n}号图纸发给你们。",
    "第{n}台又漏水了，太失望了。",
)


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("talk") / "reviews.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "date", "author", "text"])
        for n in range(MESSAGES):
            day = f"2026-03-{1 + n // 6:02} {8 + n % 6:02}:00"
            rows.writerow([f"m{n}", day, f"Guest {n % 4}", TEXTS[n % len(TEXTS)].format(n=n)])
    return path


@pytest.mark.timeout(900)
def test_a_killed_reading_goes_on_to_the_same_graph(conversations: Path, tmp_path: Path) -> None:
    exports = []
    for name in ("undisturbed", "killed"):
        site = Site(tmp_path / name)
        try:
            site.run("ingest", "conversations", str(conversations))
            if name == "killed":
                killed(site, ("read",), partial(_half_way, site))
                assert _half_way(site), "the kill must hit the reading at work"
                site.run("runs", "resume")
            else:
                site.run("read")
            counts = told(site)
            assert (counts["records"], counts["accepted"]) == (MESSAGES, MESSAGES)
            exports.append(site.export())
        finally:
            site.stop()
    assert exports[0] == exports[1]


def _half_way(site: Site) -> bool:
    return 0 < site.landed("r2") < MESSAGES
