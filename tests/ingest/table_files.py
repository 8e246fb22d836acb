"""Table files for the tests, and how they are read there."""

from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from ingest.records import Entry, Parsed, Reading, Rejected

MODIFIED = 1_767_225_600_000  # 2026-01-01


def reading(
    *,
    timezone: tzinfo = UTC,
    day_first: bool | None = None,
    currency: str | None = None,
    columns: dict[str, str] | None = None,
) -> Reading:
    return Reading(
        name="file.csv",
        modified=MODIFIED,
        timezone=timezone,
        day_first=day_first,
        currency=currency,
        columns=columns or {},
    )


def write(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(folder: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook with the given rows by sheet; a sheet named "hidden…" is hidden."""
    import openpyxl

    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name.startswith("hidden"):
            sheet.sheet_state = "hidden"
    path = folder / "file.xlsx"
    book.save(path)
    return path


def parted(entries: Iterator[Entry]) -> tuple[list[Parsed], list[Rejected]]:
    """The good entries and the rejected ones."""
    found = list(entries)
    good = [entry for entry in found if isinstance(entry, Parsed)]
    return good, [entry for entry in found if isinstance(entry, Rejected)]


Read = Callable[..., Iterator[Entry]]


def rejections(rejected: list[Rejected]) -> list[tuple[str, str, str, int]]:
    return [(entry.reason.value, entry.field, entry.value, entry.place) for entry in rejected]
