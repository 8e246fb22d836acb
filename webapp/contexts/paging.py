"""Paging through a cut list that says that it is cut."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kb.model.listing import Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """`first` to `last` (from 1) of `total`; addresses of the pages before and after, where there are any."""

    first: int
    last: int
    total: int
    previous: str | None
    next: str | None

    @property
    def cut(self) -> bool:
        return self.last - self.first + 1 < self.total


def paging(found: Listing[Any], limit: int, address: Callable[..., str]) -> Paging:
    """`address(offset=n)` makes the address of the page that begins at n."""
    end = found.offset + len(found.items)
    return Paging(
        first=found.offset + 1 if found.items else 0,
        last=end,
        total=found.total,
        previous=address(offset=max(0, found.offset - limit) or None) if found.offset else None,
        next=address(offset=end) if found.items and end < found.total else None,
    )
