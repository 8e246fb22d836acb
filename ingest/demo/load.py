"""The demonstration company goes in as any company does: file by file, through the same ingest.

company/profiles.toml says which files, in which order, read how.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.overrides import Overrides
from ingest.runs import Runs
from kb.model.reading import RunRow
from kb.model.viewer import Viewer

COMPANY = Path(__file__).parent / "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Files that go in together, as one run, and how they are read."""

    source: str
    paths: tuple[Path, ...]
    reading: Overrides


def steps(company: Path = COMPANY) -> Iterator[Step]:
    """The loads of the company in the order of its profiles; the files of a pattern by name."""
    profiles = tomllib.loads((company / "profiles.toml").read_text(encoding="utf-8"))
    staff = frozenset(profiles.get("staff", ()))
    for load in profiles["load"]:
        reading = Overrides(
            timezone=load.get("timezone"),
            day_first=load.get("day_first"),
            currency=load.get("currency"),
            staff=staff,
        )
        paths = tuple(path for pattern in load["files"] for path in sorted(company.glob(pattern)))
        yield Step(source=load["source"], paths=paths, reading=reading)


def load_demo(
    runs: Runs, viewer: Viewer, progress: Callable[[int, int], None] = lambda _done, _steps: None
) -> list[RunRow]:
    """Take in the whole company, and what became of each run. Again changes nothing.

    `progress` hears how many runs of how many are done.
    """
    company = list(steps())
    rows = []
    for done, step in enumerate(company):
        progress(done, len(company))
        run = runs.start(viewer, source=step.source, path=step.paths, reading=step.reading)
        rows.append(runs.wait(viewer, run))
    progress(len(company), len(company))
    return rows
