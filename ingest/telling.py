"""What lists and pages tell of a run: its name, how its file was read, where it stands."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.model.ledger import Run, RunStatus


def stage(run: Run) -> str:
    """Its status; while it runs, whether it still lands records or only projects them."""
    if run.status is not RunStatus.RUNNING:
        return run.status.value
    return "projecting" if run.landed else "landing"


def shown(reading: Mapping[str, Any]) -> dict[str, str]:
    """How the file was read, for showing."""
    profile = reading.get("profile") or {}
    told = {name: reading.get(name) for name in ("timezone", "currency", "day_first")}
    told |= {name: value for name, value in profile.items() if name != "columns"}
    told |= {f"column {name}": column for name, column in profile.get("columns", {}).items()}
    return {name: str(value) for name, value in told.items() if value not in (None, {}, "")}


def title(paths: Sequence[Path]) -> str:
    """The name of one file; of several the first, the last and how many."""
    return paths[0].name if len(paths) == 1 else f"{paths[0].name} … {paths[-1].name} ({len(paths)})"


def lines(path: Path) -> int | None:
    """About how many records a plain table holds, for the progress bar; None where only reading tells."""
    if path.suffix.lower() not in {".csv", ".txt", ".tsv"}:
        return None
    with path.open("rb") as file:
        return max(1, sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) - 1)
