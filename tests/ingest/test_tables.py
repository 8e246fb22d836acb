"""Tables: encodings, delimiters, headers, and everything that a broken file can do."""

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import delimited
from ingest.lines import LINE_LIMIT
from ingest.occurrences import Occurrences
from ingest.records import RAW_LIMIT
from ingest.tables import MAX_COLUMNS, Table, open_table
from kb.errors import InvalidFile
from kb.model.ledger import Reason
from tests.ingest.table_files import write

KNOWN = {"order", "product", "bestelling", "产品", "größe", "name"}


def known(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.casefold() in KNOWN)


def table_of(folder: Path, content: str | bytes) -> Table:
    return open_table(write(folder, content), known)


def cells_of(table: Table) -> list[list[str] | Reason]:
    return [cells for _, _, cells in table.rows()]


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("utf-8", "产品,Größe\n泵,50\n", "utf-8"),
        ("utf-8-sig", "产品,Größe\n泵,50\n", "utf-8"),
        ("utf-16", "产品,Größe\n泵,50\n", "utf-8"),
        ("utf-32", "产品,Größe\n泵,50\n", "utf-8"),
        ("gb18030", "产品,尺寸\n李喆的泵,50\n", "gb18030"),
        ("gb18030", "产品,Name\nHP-100 多级离心泵,皖南精细化工\n", "gb18030"),
        ("cp1252", "Name,Größe\nMüller & Söhne,50 €\n", "cp1252"),
        ("cp1252", "Name,Größe\nCafé,Spaß\n", "cp1252"),
        ("latin-1", "Name,Größe\nMüller,\x81\n", "latin-1"),
    ],
)
def test_the_bytes_tell_the_encoding(tmp_path: Path, encoding: str, text: str, found: str) -> None:
    table = table_of(tmp_path, text.encode(encoding))
    assert table.text.encoding == found
    assert [list(table.header), *cells_of(table)] == [line.split(",") for line in text.splitlines()]


def test_a_damaged_row_does_not_change_the_encoding_of_the_others(tmp_path: Path) -> None:
    rows = ["产品,name", *(f"泵{n},多级离心泵" for n in range(20))]
    raw = "\n".join(rows).encode() + b"\n"
    damaged = raw.replace("泵7".encode(), "泵7".encode()[1:])
    table = table_of(tmp_path, damaged)
    assert table.text.encoding == "utf-8"
    found = cells_of(table)
    assert found.count(Reason.BAD_ENCODING) == 1
    assert len(found) == 20


@pytest.mark.parametrize("delimiter", delimited.DELIMITERS)
def test_the_content_tells_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    other = ";" if delimiter == "," else ","
    text = f"Order|Product|Size\n1|A|1{other}5\n2|B|2{other}5\n".replace("|", delimiter)
    table = table_of(tmp_path, text)
    assert table.delimiter == delimiter
    assert cells_of(table) == [["1", "A", f"1{other}5"], ["2", "B", f"2{other}5"]]


def test_an_unknown_header_row_is_the_first_as_wide_as_the_others(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Uitdraai\n\nfoo;bar;baz\n1;2,5;3\n4;5,5;6\n")
    assert table.header == ("foo", "bar", "baz")
    assert not table.headless


def test_a_table_without_headers_has_numbers(tmp_path: Path) -> None:
    table = table_of(tmp_path, "1,A,5\n2,B,6\n")
    assert table.header == ("1", "2", "3")
    assert table.headless
    assert cells_of(table) == [["1", "A", "5"], ["2", "B", "6"]]


def test_titles_above_the_headers_and_a_spreadsheets_mark_are_passed_over(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'sep=;\n"Export; 2025";;\n\nOrder;Product;x\n1;A;5\n')
    assert table.header == ("Order", "Product", "x")
    assert [(place, raw) for place, raw, _ in table.rows()] == [(5, b"1;A;5\n")]


def test_a_quoted_cell_may_hold_lines_and_its_bytes_are_kept(tmp_path: Path) -> None:
    raw = b'Order,Product\r\n1,"a\r\nb ""c"""\r\n2,d\r\n'
    rows = list(table_of(tmp_path, raw).rows())
    assert rows == [(2, b'1,"a\r\nb ""c"""\r\n', ["1", 'a\r\nb "c"']), (4, b"2,d\r\n", ["2", "d"])]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=3, max_size=3
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(delimited.DELIMITERS),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_program_writes_is_read_back(
    tmp_path: Path, rows: list[list[str]], delimiter: str, line_end: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([["Order", "Product", "Name"], *rows])
    raw = out.getvalue().encode()
    table = table_of(tmp_path, raw)
    written = [row for row in rows if any(cell.strip() for cell in row)]
    found = list(table.rows())
    assert [cells for _, _, cells in found] == written
    assert (
        len(written) < len(rows) or b"".join(row for _, row, _ in found) == raw.split(line_end.encode(), 1)[1]
    )


def test_a_stray_quotation_mark_costs_its_own_line_only(tmp_path: Path) -> None:
    lines = [f"{n},A{n},5" for n in range(2000)]
    lines[10] = '10,"A10,5'
    lines[700] = '700,"A700,5'
    found = list(table_of(tmp_path, "order,product,x\n" + "\n".join(lines) + "\n").rows())
    assert [(place, cells) for place, _, cells in found if isinstance(cells, Reason)] == [
        (12, Reason.BAD_SYNTAX),
        (702, Reason.BAD_SYNTAX),
    ]
    assert len(found) == 2000


def test_an_unclosed_quotation_at_the_end_is_bad_syntax(tmp_path: Path) -> None:
    assert cells_of(table_of(tmp_path, 'order,product\n1,A\n2,"B')) == [["1", "A"], Reason.BAD_SYNTAX]


def test_too_many_runaway_quotations_are_given_up_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "SECOND_LOOKS", 1000)
    found = cells_of(table_of(tmp_path, "order,product\n1,A\n" + '1,"A\n' * 5001))
    assert found[0] == ["1", "A"]
    assert set(found[1:]) == {Reason.BAD_SYNTAX}
    assert len(found) < 5001


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("1,A", ["1", "A", ""]),  # spreadsheets leave out the empty cells at the end
        ("1,A,x,,", ["1", "A", "x"]),
        ("1,A,x,y", Reason.BAD_SYNTAX),
        ("1", Reason.BAD_SYNTAX),  # cut off before a cell that is needed
        ("1,A\rB,x", Reason.BAD_SYNTAX),
        ("1,A\0,x", Reason.BAD_ENCODING),
    ],
)
def test_rows_that_do_not_fit(tmp_path: Path, row: str, cells: list[str] | Reason) -> None:
    table = table_of(tmp_path, f"order,product,name\n{row}\n2,B,y\n")
    assert [found for _, _, found in table.rows(needed=2)] == [cells, ["2", "B", "y"]]


def test_a_row_cut_off_at_the_end_of_the_file_is_bad_syntax(tmp_path: Path) -> None:
    assert cells_of(table_of(tmp_path, "order,product,name\n1,A,x\n2,B")) == [
        ["1", "A", "x"],
        Reason.BAD_SYNTAX,
    ]


def test_wholly_empty_rows_are_no_rows(tmp_path: Path) -> None:
    table = table_of(tmp_path, "order,product\n\n,\n  , \n1,A\n\n")
    assert [(place, cells) for place, _, cells in table.rows()] == [(5, ["1", "A"])]


def test_line_ends_of_old_machines_are_read(tmp_path: Path) -> None:
    assert cells_of(table_of(tmp_path, "order,product\r1,A\r2,B\r")) == [["1", "A"], ["2", "B"]]


def test_an_endless_line_is_one_bad_row(tmp_path: Path) -> None:
    raw = b"order,product\n1,A\n" + b"x" * (3 * LINE_LIMIT) + b"\n2,B\n"
    found = list(table_of(tmp_path, raw).rows())
    assert [cells for _, _, cells in found] == [["1", "A"], Reason.TOO_BIG, ["2", "B"]]
    assert [len(kept) for _, kept, _ in found][1] == RAW_LIMIT


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"", "file"),
        (b"\n\n \n", "columns"),
        (b"x" * (2 * LINE_LIMIT), "columns"),
        (b"\0" * (2 * LINE_LIMIT), "columns"),
        (b"order,product" + b",x" * MAX_COLUMNS + b"\n1,A\n", "columns"),
        (b"order" + b",order" * 1_000_000 + b"\n", "columns"),
        (gzip.compress(b"order,product\n1,A\n" * 1000)[:-30], "file"),
        (b"\x1f\x8b\x08nothing", "file"),
        (b"PK\x03\x04nothing", "file"),
        (b"%PDF-1.7", "file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_no_table_is_refused(tmp_path: Path, raw: bytes, field: str) -> None:
    with pytest.raises(InvalidFile) as error:
        table_of(tmp_path, raw)
    assert error.value.data["field"] == field


def test_a_gzipped_table_is_read_whatever_its_name(tmp_path: Path) -> None:
    table = table_of(tmp_path, gzip.compress("产品,name\n泵,A\n".encode("gb18030")))
    assert cells_of(table) == [["泵", "A"]]


def test_a_compressed_file_that_explodes_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(b"order,product\n" + b"1,A\n" * 20_000_000, compresslevel=1)
    with pytest.raises(InvalidFile, match="far larger"):
        table_of(tmp_path, bomb)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=400), st.booleans())
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, raw: bytes, headed: bool) -> None:
    try:
        table = table_of(tmp_path, (b"order,product\n" if headed else b"") + raw)
    except InvalidFile:
        return
    assert all(isinstance(cells, Reason) or len(cells) == len(table.header) for cells in cells_of(table))


def test_occurrences_number_repeated_keys() -> None:
    occurrences = Occurrences()
    keys = [occurrences.key(key) for key in ("a", "b", "a", "a#2", "a", "b")]
    assert keys == ["a", "b", "a#2", "a##2", "a#3", "b#2"]


@given(st.lists(st.text("a#2", max_size=5), max_size=60))
def test_no_two_occurrences_share_a_key(keys: list[str]) -> None:
    occurrences = Occurrences()
    found = [occurrences.key(key) for key in keys]
    assert len(set(found)) == len(keys)
