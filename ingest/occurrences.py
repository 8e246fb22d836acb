"""Keys of the rows of one file, each made the only one of its kind."""

from hashlib import blake2b


class Occurrences:
    """Makes the keys of a file unique: the second "orders/1/A" is "orders/1/A#2".

    Remembers 64 bits of each key. A "#" inside a key is doubled, so that no
    key can look like another's second occurrence.
    """

    __slots__ = ("_again", "_seen")

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._again: dict[int, int] = {}

    def key(self, key: str) -> str:
        """The key of this occurrence."""
        if "#" in key:
            key = key.replace("#", "##")
        mark = int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
        if mark not in self._seen:
            self._seen.add(mark)
            return key
        count = self._again[mark] = self._again.get(mark, 1) + 1
        return f"{key}#{count}"
