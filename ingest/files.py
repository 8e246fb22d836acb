"""The files as they came, kept under their content's hash: a run goes on without the user's copy."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from kb.errors import Unavailable

CHUNK = 1 << 20


class Files:
    """A folder of files named by content; readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, path: Path) -> str:
        """Copy the file in; returns its name here. Raises Unavailable when the disk cannot take it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            name = self.name_of(path)
            kept = self._folder / name
            if not kept.exists():
                self._copy(path, kept)
        except OSError as error:
            raise Unavailable(
                f"{path.name} cannot be copied into the data folder ({error.strerror}). "
                "Check that the file can be read and that the disk has room."
            ) from error
        return name

    def name_of(self, path: Path) -> str:
        """The name that the file has here, or would have. Raises OSError where it cannot be read."""
        return _digest(path) + "".join(path.suffixes[-2:]).lower()[:16]

    def path(self, name: str) -> Path:
        """Where a kept file lies."""
        return self._folder / name

    def _copy(self, path: Path, kept: Path) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as target, path.open("rb") as source:
                shutil.copyfileobj(source, target, CHUNK)
                target.flush()
                os.fsync(target.fileno())
            Path(temporary).replace(kept)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()[:32]
