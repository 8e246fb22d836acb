"""Run as a program by ingest.workbook: prints the cells of a workbook, one JSON array of texts a row.

Before the rows of each visible sheet stands {"sheet": name}. Line n after it
is row n of the sheet; empty cells at the end of a row are left out. Its own
memory, processor time and output are limited first: whatever a file makes the
reading library do, it happens to this process only.
"""

import contextlib
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 1024**3  # bytes
SECONDS = 300  # of processor time
OUTPUT = 2 * 1024**3  # bytes

Cell = int | float | bool | date | datetime | time | timedelta


@lru_cache(maxsize=50_000, typed=True)
def text_of(cell: Cell) -> str:
    """A cell as text: dates in ISO 8601, numbers as exactly as a spreadsheet keeps them (15 digits)."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    return str(cell)


def _limit() -> None:
    wanted = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, OUTPUT))
    for kind, most in (*wanted, (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(kind, (most, most))


def _print_sheets(path: str) -> None:
    workbook = CalamineWorkbook.from_path(path)
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            sys.stdout.write(json.dumps({"sheet": sheet.name}) + "\n")
            _print_rows(workbook, sheet.name)


def _print_rows(workbook: CalamineWorkbook, name: str) -> None:
    for row in workbook.get_sheet_by_name(name).iter_rows():
        cells = [cell if isinstance(cell, str) else text_of(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        sys.stdout.write(json.dumps(cells, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _limit()
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    _print_sheets(sys.argv[1])
