"""What was computed once and may be asked for again; when it grows too long, all of it is forgotten."""

from typing import TypeVar

LONGEST = 20_000

Value = TypeVar("Value")


class Remembered(dict[str, Value]):
    """A dictionary by text that empties itself before it holds more than LONGEST."""

    def __setitem__(self, key: str, value: Value) -> None:
        if len(self) >= LONGEST and key not in self:
            self.clear()
        super().__setitem__(key, value)
