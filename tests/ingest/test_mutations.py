"""Damaged files end in rejections: no source crashes on one, hangs, or uses up the machine's memory."""

import os
from pathlib import Path

import pytest

from tests.ingest import mutations
from tests.ingest.mutations import Case, mutants, run

SOURCES = {
    "eml_mail_parser": "mail",
    "eml_ruby_mail": "mail",
    "ical": "calendar",
    "vcard": "vcard",
    "webvtt": "transcript",
    "whatsapp": "chat",
}
FEW, ALL = 400, 10_000


@pytest.fixture(scope="session")
def samples(shared_data: Path) -> list[tuple[str, Path]]:
    folder = shared_data / "interchange"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(f"ingest.sources.{SOURCES[path.relative_to(folder).parts[0]]}:read", path) for path in files]


def test_a_few_hundred_mutants_of_all_files_are_read_or_rejected(samples: list[tuple[str, Path]]) -> None:
    report = run(mutants(samples, FEW))
    assert report.sound, report
    assert report.ran == FEW and {"parsed", "rejected", "invalid"} <= set(report.endings)


@pytest.mark.timeout(3600)
@pytest.mark.skipif(not os.environ.get("KBCRM_TEST_ALL"), reason="takes minutes: KBCRM_TEST_ALL=1")
def test_all_mutants_of_all_files_are_read_or_rejected(samples: list[tuple[str, Path]]) -> None:
    report = run(mutants(samples, ALL, seed=2))
    assert report.sound, report
    assert report.ran == ALL


def test_the_same_seed_makes_the_same_mutants(samples: list[tuple[str, Path]]) -> None:
    first, second, other = (list(mutants(samples, 20, seed=seed)) for seed in (1, 1, 2))
    assert [(case.name, case.content()) for case in first] == [(case.name, case.content()) for case in second]
    assert [case.name for case in first] != [case.name for case in other]


def crashing(path: Path, reading: object) -> None:
    raise RuntimeError("no rejection")


def hanging(path: Path, reading: object) -> None:
    while True:
        pass


def greedy(path: Path, reading: object) -> list[object]:
    held = b"x" * (mutations.MEMORY + 1)
    return [] * len(held)


def dying(path: Path, reading: object) -> None:
    os._exit(1)


def test_the_harness_sees_what_it_is_there_for() -> None:
    names = ("crashing", "hanging", "dying", "crashing")
    report = run([Case(f"{__name__}:{name}", name, bytes) for name in names], seconds=0.5)
    assert ["the process died" in crash for crash in report.crashes] == [False, True, False]
    assert "no rejection" in report.crashes[0] and len(report.hangs) == 1
    assert not report.sound
    report = run([Case(f"{__name__}:greedy", "greedy", bytes)])
    assert report.peak > mutations.MEMORY and not report.sound
