"""Objects of a JSON file as rows of a table: an array, an object with one array in it, or JSON Lines.

A column is a path into the objects ("user.name"). A list of plain values is
one cell, apart by semicolons; a list of objects is a cell of JSON. An object
that cannot be read is a broken row beside the others: in JSON Lines its line,
in an array what lies between its brackets.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from ingest.lines import LINE_LIMIT, Row, TextFile
from ingest.records import RAW_LIMIT
from ingest.text import one_line
from ingest.workbook import Spool
from kb.errors import InvalidFile
from kb.model.ledger import Reason

WHOLE_LIMIT = 64 * 1024 * 1024  # bytes of a file that must be held as a whole; JSON Lines has no limit
COLUMNS_LIMIT = 1000
_DEPTH = 6  # objects within each other that become columns
_LOOKED_AT = 50  # lines that tell JSON Lines
_NAME_LENGTH = 200

_JSON = re.compile(r'\ufeff?\s*(?:\[\s*(?:\{\s*(?:["}]|\Z)|\]|\Z)|\{\s*(?:["}]|\Z))')
# A string without its end reaches to the end of the text, so that no part of it is looked at twice.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_MESSAGES = frozenset(
    {"messages", "comments", "conversation", "replies", "entries", "posts", "parts", "消息", "对话", "回复"}
)

Known = Callable[[Sequence[str]], int]
Record = tuple[str, dict[str, Any] | Reason]  # as it stood, and what it is


def is_json(start: str) -> bool:
    """Whether a file that starts so holds objects of JSON."""
    return _JSON.match(start) is not None


def json_rows(text: TextFile, known: Known) -> tuple[tuple[str, ...], TextFile]:
    """The paths that the objects have, in the order of being met, and the objects for object_rows.

    Raises InvalidFile where there are no objects, or several lists of them.
    """
    spool, names = Spool(), dict[str, None]()
    with os.fdopen(os.dup(spool.descriptor), "wb") as file:
        for raw, record in _records(text, known):
            file.write(_line(raw, record, names))
    if not names:
        raise InvalidFile(
            "file", "The file holds no objects of JSON: it must be an array of them, or one a line."
        )
    return tuple(names), TextFile(spool.blocks, "utf-8")


def object_rows(text: TextFile, header: Sequence[str]) -> Iterator[Row]:
    """The rows; places count the objects from 1."""
    for place, line in enumerate(text.lines(), 1):
        known = json.loads(line)
        cells = known["cells"]
        raw = known["raw"].encode("utf-8", "replace")
        yield (
            place,
            raw,
            Reason(cells) if isinstance(cells, str) else [cells.get(name, "") for name in header],
        )


def _line(raw: str, record: dict[str, Any] | Reason, names: dict[str, None]) -> bytes:
    """An object for object_rows; `names` grows with its paths."""
    cells = cells_of(record) if isinstance(record, dict) else record
    for name in cells if isinstance(cells, dict) else ():
        if len(names) < COLUMNS_LIMIT:
            names.setdefault(name)
    line = json.dumps({"raw": raw[:RAW_LIMIT], "cells": cells}).encode() + b"\n"
    if len(line) > LINE_LIMIT:
        line = json.dumps({"raw": raw[: RAW_LIMIT // 8], "cells": Reason.TOO_BIG}).encode() + b"\n"
    return line


def cells_of(record: dict[str, Any]) -> dict[str, str]:
    """The values of an object by their paths; null is left out."""
    cells: dict[str, str] = {}
    for name, cell in _cells(record, "", 1):
        cells.setdefault(name, cell)
    return cells


def _cells(record: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        name = prefix + one_line(key[:_NAME_LENGTH])
        if isinstance(value, dict) and depth < _DEPTH:
            yield from _cells(value, f"{name}.", depth + 1)
        elif isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
            yield name, "; ".join(map(_plain, filter(None, value)))
        elif isinstance(value, dict | list):
            yield name, json.dumps(value, ensure_ascii=False)
        elif value is not None:
            yield name, _plain(value)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _records(text: TextFile, known: Known) -> Iterator[Record]:
    if _is_lines(text):
        yield from _of_lines(text)
        return
    whole = _whole(text)
    start = len(whole) - len(whole.lstrip())
    if whole[start : start + 1] == "{":
        found = _list_in(whole, known)
        if found is None:
            yield whole, _parsed(whole)
            return
        start = found
    yield from _of_array(whole, start)


def _is_lines(text: TextFile) -> bool:
    """Whether most lines are an object each."""
    lines = [line.strip() for line in islice(text.lines(), _LOOKED_AT) if line.strip()]
    whole = sum(
        1 for line in lines if line.startswith(b"{") and (line.endswith(b"}") or len(line) > LINE_LIMIT)
    )
    return len(lines) > 1 and lines[0].startswith(b"{") and 2 * whole >= len(lines)


def _of_lines(text: TextFile) -> Iterator[Record]:
    for line in text.lines():
        raw = line.decode(text.encoding, "replace").strip()
        if raw:
            yield raw, Reason.TOO_BIG if len(line) > LINE_LIMIT else _parsed(raw)


def _whole(text: TextFile) -> str:
    blocks, size = [], 0
    for block in text.blocks():
        size += len(block)
        if size > WHOLE_LIMIT:
            raise InvalidFile(
                "file", "The file is too big to be read as a whole. Save it as JSON Lines, an object a line."
            )
        blocks.append(block)
    return b"".join(blocks).decode(text.encoding, "replace").lstrip("\ufeff")


def _parsed(raw: str) -> dict[str, Any] | Reason:
    """Numbers stay as they are written."""
    try:
        found = json.loads(raw, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return Reason.BAD_SYNTAX
    return found if isinstance(found, dict) else Reason.BAD_SYNTAX


def _of_array(whole: str, start: int) -> Iterator[Record]:
    """The objects of the array that begins at `start`; what follows a bracket that never closes is one."""
    depth, begin = 0, start
    for token in _TOKEN.finditer(whole, start):
        sign = token[0]
        if sign in "{[":
            depth += 1
            begin = token.start() if depth == 2 else begin
        elif sign in "}]":
            depth -= 1
            if depth == 1:
                raw = whole[begin : token.end()]
                yield raw, _parsed(raw)
            elif depth <= 0:
                return
    if depth > 1:
        yield whole[begin:], Reason.BAD_SYNTAX


def _list_in(whole: str, known: Known) -> int | None:
    """Where the one list of objects within an object begins; None where the object is a record itself.

    A ticket with its messages is a record; a list beside counts and addresses of pages is the file's.
    """
    found = _lists(whole)
    if not found:
        return None
    top = _parsed(whole)
    own = [key for key, value in top.items() if not isinstance(value, list)] if isinstance(top, dict) else []
    if known(own) >= 2 and (len(found) > 1 or found[0][0].casefold() in _MESSAGES):
        return None
    if len(found) > 1:
        names = ", ".join(name for name, _ in found)
        raise InvalidFile(
            "file", f"The file holds several lists of objects: {names}. Save one of them alone."
        )
    return found[0][1]


def _lists(whole: str) -> list[tuple[str, int]]:
    """Names and places of the lists of objects that are no part of another list."""
    found: list[tuple[str, int]] = []
    arrays, name = 0, ""
    for token in _TOKEN.finditer(whole):
        sign = token[0]
        if sign == "[":
            if not arrays and re.compile(r"\s*\{").match(whole, token.end()):
                found.append((name[:_NAME_LENGTH], token.start()))
            arrays += 1
        elif sign == "]":
            arrays -= 1
        elif not arrays and sign not in ("{", "}"):
            name = sign.strip('"')
    return found
