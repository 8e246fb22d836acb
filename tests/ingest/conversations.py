"""Reading a conversation source from bytes, for the tests."""

from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingest.records import Entry, Parsed, Reading, Rejected

MODIFIED = 1_700_000_000_000
AMSTERDAM, SHANGHAI = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Asia/Shanghai")


class Reader:
    """Reads what a file of one source would hold."""

    def __init__(self, source: str, folder: Path) -> None:
        self._source, self._folder = import_module(f"ingest.sources.{source}"), folder

    def entries(self, content: str | bytes, **reading: Any) -> list[Entry]:
        file = self._folder / "file"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        given = {"name": "file", "modified": MODIFIED, "timezone": AMSTERDAM, **reading}
        return list(self._source.read(file, Reading(**given)))

    def parsed(self, content: str | bytes, **reading: Any) -> list[Parsed]:
        return [entry for entry in self.entries(content, **reading) if isinstance(entry, Parsed)]

    def payloads(self, content: str | bytes, **reading: Any) -> list[Any]:
        return [entry.payload for entry in self.parsed(content, **reading)]

    def one(self, content: str | bytes, **reading: Any) -> Any:
        """The payload of the only record; nothing may be rejected beside it."""
        entries = self.entries(content, **reading)
        assert len(entries) == 1 and isinstance(entries[0], Parsed), entries
        return entries[0].payload

    def rejected(self, content: str | bytes, **reading: Any) -> list[Rejected]:
        return [entry for entry in self.entries(content, **reading) if isinstance(entry, Rejected)]
