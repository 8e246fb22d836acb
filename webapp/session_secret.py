"""The secret that signs sessions: made once, kept in the data folder, readable by its owner only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

LENGTH = 32  # bytes


def session_secret(home: Path) -> bytes:
    """The secret of the data folder `home`, made if it has none. Several processes get the same one."""
    path = home / "session.key"
    if not path.is_file():
        home.mkdir(parents=True, exist_ok=True)
        _publish(secrets.token_bytes(LENGTH), path)
    return path.read_bytes()


def _publish(content: bytes, path: Path) -> None:
    """Appears whole or not at all; whoever comes second keeps the first one's."""
    with NamedTemporaryFile(dir=path.parent) as file:  # created with mode 0600
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
