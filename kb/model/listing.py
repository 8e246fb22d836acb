"""A cut list that says that it is cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """`items` from `offset` on, of `total` that exist for the viewer ("100 of 240")."""

    items: Sequence[Item]
    total: int
    offset: int = 0

    @property
    def cut(self) -> bool:
        return len(self.items) < self.total
