"""Workbooks: typed cells, several sheets, and files made to fill the memory."""

import random
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from ingest import workbook
from ingest.tables import open_table
from kb.errors import InvalidFile
from tests.ingest.table_files import workbook as make_workbook
from tests.ingest.table_files import write


def known(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell in {"order", "product", "name", "Order", "Product", "Name"})


def test_a_workbook_gives_the_sheet_whose_headers_are_known(tmp_path: Path) -> None:
    path = make_workbook(
        tmp_path,
        notes=[["Read me"], ["Order below"]],
        hidden=[["order", "product", "name"], [0, 0, 0]],
        orders=[
            ["Export"],
            [],
            ["Order", "Product", "Name"],
            [536365, 1.234, datetime(2024, 1, 2, 3, 4, 5)],
            [],
            ["C-1", 0.1 + 0.2, date(2024, 1, 2)],
            [True, "a\nb", None],
        ],
    )
    table = open_table(path, known)
    assert (table.sheet, table.header) == ("orders", ("Order", "Product", "Name"))
    assert [(place, cells) for place, _, cells in table.rows()] == [
        (4, ["536365", "1.234", "2024-01-02 03:04:05"]),
        (6, ["C-1", "0.3", "2024-01-02"]),
        (7, ["true", "a\nb", ""]),
    ]
    assert next(iter(table.rows()))[1] == b'["536365", "1.234", "2024-01-02 03:04:05"]\n'


def zipped(folder: Path, parts: dict[str, bytes]) -> Path:
    path = folder / "file.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("declared", [2_000_000, 1000])
def test_a_workbook_is_refused_for_what_it_unpacks_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declared: int
) -> None:
    monkeypatch.setattr(workbook, "UNPACKED_LIMIT", 1_000_000)
    path = zipped(tmp_path, {"xl/workbook.xml": b" " * 2_000_000})
    size = (2_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, declared.to_bytes(4, "little")))
    with pytest.raises(InvalidFile, match="unpacks to more"):
        open_table(path, known)


def test_two_cells_far_apart_do_not_fill_the_memory(tmp_path: Path) -> None:
    path = make_workbook(tmp_path, far=[["order", "product"], [1, "A"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = (
        parts[sheet].replace(b'r="B2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')
    )
    with pytest.raises(InvalidFile):
        open_table(zipped(tmp_path, parts), known)


def test_damaged_workbooks_are_refused_or_read(tmp_path: Path) -> None:
    raw = make_workbook(tmp_path, orders=[["order", "product"], [1, "A"], [2, "B"]]).read_bytes()
    chance = random.Random(7)
    for _ in range(12):
        damaged = bytearray(raw)
        for _ in range(chance.choice([1, 5, 50])):
            damaged[chance.randrange(4, len(raw))] = chance.randrange(256)
        try:
            assert list(open_table(write(tmp_path, bytes(damaged)), known).rows()) is not None
        except InvalidFile as error:
            assert error.data["field"] in {"file", "columns"}
