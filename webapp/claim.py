"""One server for one data folder: the claim that a running `kbcrm serve` holds on it.

The claim is a lock of the operating system, which ends with its holder however that ends, so a
claim is never stale. What lies in the file tells others where the holder serves, and the next
holder what a crash left behind.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from kb.errors import Unavailable

NAME = "serve.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who serves the data folder: its process, the address, and its web server's process."""

    pid: int
    url: str
    web: int | None = None
    web_began: float = 0.0  # epoch seconds; tells the process from a later one of the same number


class Claimed(Exception):
    """Somebody else serves the data folder. `holder` is None until they have said where."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(holder)
        self.holder = holder


class Claim:
    """Held. `left` is what a holder that crashed had written."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.left = _read(file)

    def announce(self, url: str, web: int | None = None) -> None:
        """Let others know where we serve."""
        began = psutil.Process(web).create_time() if web else 0.0
        self._write(json.dumps({"pid": os.getpid(), "url": url, "web": web, "web_began": began}))

    def clear(self) -> None:
        """A clean end leaves nothing to tell."""
        self._write("")

    def _write(self, text: str) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(text)
        self._file.flush()


@contextmanager
def claimed(home: Path) -> Iterator[Claim]:
    """Raises Claimed while another process holds it, Unavailable if the folder cannot be written to."""
    with _opened(home) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Claimed(_read(file)) from None
        claim = Claim(file)
        try:
            yield claim
        finally:
            claim.clear()


def end_leftover(holder: Holder) -> bool:
    """End the web server that a crashed holder left running; whether there was one."""
    if holder.web is None:
        return False
    with suppress(psutil.Error):
        web = psutil.Process(holder.web)
        if abs(web.create_time() - holder.web_began) < 1:
            processes = [web, *web.children(recursive=True)]
            for process in processes:
                with suppress(psutil.Error):
                    process.terminate()
            for process in psutil.wait_procs(processes, timeout=10)[1]:
                process.kill()
            return True
    return False


def _opened(home: Path) -> IO[str]:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (home / NAME).open("a+")
    except OSError as error:
        raise Unavailable(
            f"The data folder {home} cannot be written to ({error.strerror}). "
            "Set KBCRM_HOME to a folder of yours, or change its owner."
        ) from error


def _read(file: IO[str]) -> Holder | None:
    file.seek(0)
    try:
        return Holder(**json.loads(file.read()))
    except (ValueError, TypeError):  # empty, or cut short by a crash of the machine
        return None
