"""Which rules and models were at work: a digest of the files that hold them."""

from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent
RULES = ("*.py", "*.toml", "when/*.py", "models/*.npz", "models/*.json")
LENGTH = 12  # hexadecimal digits: 48 bits tell versions apart


def digest(*parts: str | bytes) -> str:
    """A short digest of texts in their order."""
    hashed = sha256()
    for part in parts:
        written = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hashed.update(b"%d:" % len(written) + written)
    return hashed.hexdigest()[:LENGTH]


@cache
def rules(*patterns: str) -> str:
    """Digest of the files that cut, date and name; another one after any change of them.

    `patterns` name other files of this folder instead.
    """
    files = sorted({path for pattern in patterns or RULES for path in FOLDER.glob(pattern)})
    return digest(*(part for path in files for part in (path.name, path.read_bytes())))
