"""Watched folders: files that appear or change there are taken in, each as a run, once they are complete.

A file is complete when two looks find it with the same size and time. Nothing is moved or deleted. What
became of each file stands in the ledger's database: it is noted before a run begins and after it has ended,
so that whoever goes on after a crash finds the run that was begun instead of beginning another.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.names import digest
from ingest.once import Once
from ingest.overrides import AS_IT_SAYS, Overrides
from ingest.runs import Runs
from ingest.sources import SOURCES
from kb.errors import Invalid, NotFound
from kb.model.ledger import RunStatus
from kb.model.reading import RunRow
from kb.model.viewer import Viewer
from kb.store.leases import Leases
from kb.store.watched import FileState, Place, WatchedFile, WatchedFiles

SETTLE_MS = 2000  # a file that changed within this time may still be written to
TURN_S = 3600.0  # two that watch one folder wait for each other
FORGET_S = 2.0  # whoever forgets a folder does not wait for a long look
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".swp", "~")

_NEVER = WatchedFile(name="", size=-1, modified=0, state=FileState.SEEN, at=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file just now: its run, or why it was refused."""

    place: Place
    name: str
    run: RunRow | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderStatus:
    """A watched folder and what became of its files; `seen` is the sum of the four others."""

    place: Place
    looked_at: int  # epoch ms
    problem: str | None  # why it could not be looked at
    seen: int
    taken: int
    waiting: int  # until they are complete
    refused: int
    stopped: int  # their runs stopped on the way
    reasons: tuple[tuple[str, str], ...]  # (file, why it was refused or has stopped)


Tell = Callable[[Taken], None]


class Watching:
    """Looks at folders. Safe to share between threads and processes: one at a time looks at a folder."""

    def __init__(self, runs: Runs, once: Once, files: WatchedFiles, leases: Leases) -> None:
        self._runs = runs
        self._once = once
        self._files = files
        self._leases = leases

    def look(
        self, viewer: Viewer, folder: Path, source: str, tell: Tell, reading: Overrides = AS_IT_SAYS
    ) -> int:
        """One look at the folder: complete files are taken in; how many others wait to be complete.

        Raises Forbidden, Invalid for a source or folder that is none, Unavailable where a store cannot
        take the work now: then it goes on with the next look.
        """
        viewer.may_administer("watch folders")
        if source not in SOURCES:
            raise Invalid("source", f"{source!r} is no source; there are {', '.join(SOURCES)}.")
        place = Place(str(folder.absolute()), source)
        with self._leases.held(_lease(place), wait_s=TURN_S):
            try:
                found = dict(_found(folder))
            except OSError as error:
                problem = (
                    f"The folder {folder} cannot be read ({error.strerror}). Correct its path or rights."
                )
                self._files.looked(place, _now(), problem)
                raise Invalid("folder", problem) from error
            self._files.looked(place, _now())
            return self._round(viewer, place, found, tell, reading)

    def _round(
        self, viewer: Viewer, place: Place, found: Mapping[str, tuple[int, int]], tell: Tell, given: Overrides
    ) -> int:
        known = self._files.files(place)
        new = [name for name, (size, at) in found.items() if _changed(known.get(name), size, at)]
        self._files.put(place, (self._seen(name, known, *found[name]) for name in new))
        begun = [file for file in known.values() if file.state is FileState.TAKING and file.name not in found]
        for file in begun:
            tell(self._after_the_fact(viewer, place, file))
        waiting = len(new)
        for name in sorted(found.keys() - set(new)):
            file = known[name]
            if file.state is FileState.TAKING or (
                file.state is FileState.SEEN and _now() - file.at >= SETTLE_MS
            ):
                told = self._take(viewer, place, file, given)
                if told is not None:
                    tell(told)
            elif file.state is FileState.SEEN:
                waiting += 1
        return waiting

    def _seen(self, name: str, known: Mapping[str, WatchedFile], size: int, modified: int) -> WatchedFile:
        before = known.get(name, _NEVER)
        return replace(
            before, name=name, size=size, modified=modified, state=FileState.SEEN, at=_now(), problem=None
        )

    def _take(self, viewer: Viewer, place: Place, file: WatchedFile, given: Overrides) -> Taken | None:
        """None where the file holds what was taken before."""
        path = Path(place.folder) / file.name
        try:
            kept = self._once.kept_name(path)
            if kept == file.kept and file.run and file.state is FileState.SEEN:
                self._files.put(place, [replace(file, state=FileState.TAKEN, at=_now())])
                return None
            file = self._taking(place, file, kept)
            run = self._once.start(
                viewer,
                source=place.source,
                path=path,
                name=path.name,
                after=file.after or 0,
                reading=given,
            )
        except OSError as error:
            unread = Invalid("file", f"The file cannot be read ({error.strerror}). Correct its rights.")
            return self._refused(place, file, unread)
        except Invalid as problem:
            return self._refused(place, file, problem)
        return self._ended(viewer, place, file, run)

    def _taking(self, place: Place, file: WatchedFile, kept: str) -> WatchedFile:
        """From now on whoever comes next looks for the run before beginning one."""
        if file.state is FileState.TAKING and file.kept == kept:
            return file
        file = replace(
            file, state=FileState.TAKING, kept=kept, after=self._once.newest(), run=None, at=_now()
        )
        self._files.put(place, [file])
        return file

    def _ended(self, viewer: Viewer, place: Place, file: WatchedFile, run: str) -> Taken:
        row = self._runs.wait(viewer, run)
        self._files.put(place, [replace(file, state=FileState.TAKEN, run=run, problem=None, at=_now())])
        return Taken(place=place, name=file.name, run=row, problem=row.reason)

    def _refused(self, place: Place, file: WatchedFile, why: Invalid) -> Taken:
        problem = str(why.data["problem"])
        refused = replace(file, state=FileState.REFUSED, run=None, problem=problem, at=_now())
        self._files.put(place, [refused])
        return Taken(place=place, name=file.name, run=None, problem=problem)

    def _after_the_fact(self, viewer: Viewer, place: Place, file: WatchedFile) -> Taken:
        """A file whose taking was cut off, and that is no longer there: its run, if it had begun, goes on."""
        name = Path(file.name).name
        run = self._once.begun(source=place.source, name=name, kept=file.kept or "", after=file.after or 0)
        if run:
            return self._ended(viewer, place, file, run)
        return self._refused(place, file, Invalid("file", "The file went away before it was taken in."))

    def status(self, viewer: Viewer) -> list[FolderStatus]:
        """All folders that were watched and are not forgotten. Raises Forbidden."""
        viewer.may_administer("watch folders")
        return [self._status(*known) for known in self._files.places()]

    def forget(self, viewer: Viewer, folder: Path, source: str) -> None:
        """Drop a folder from the list, with what became of its files; what they brought in stays.

        Watched again, its files are taken in again and their records recognised as known.

        Raises Forbidden, NotFound for a folder that was never watched, Unavailable while it is looked at.
        """
        viewer.may_administer("watch folders")
        place = Place(str(folder.absolute()), source)
        with self._leases.held(_lease(place), wait_s=FORGET_S):
            if not self._files.forget(place):
                raise NotFound("watched folder", place.folder)

    def _status(self, place: Place, looked_at: int, problem: str | None) -> FolderStatus:
        files = self._files.files(place).values()
        stopped = self._once.stopped()
        halted = [file for file in files if file.state is FileState.TAKEN and file.run in stopped]
        refused = [file for file in files if file.state is FileState.REFUSED]
        waiting = sum(file.state in (FileState.SEEN, FileState.TAKING) for file in files)
        reasons = [(file.name, file.problem or "") for file in refused]
        reasons += [(file.name, stopped[file.run or ""]) for file in halted]
        return FolderStatus(
            place=place,
            looked_at=looked_at,
            problem=problem,
            seen=len(files),
            taken=len(files) - waiting - len(refused) - len(halted),
            waiting=waiting,
            refused=len(refused),
            stopped=len(halted),
            reasons=tuple(sorted(reasons)),
        )


def _lease(place: Place) -> str:
    return f"watch {digest(place.folder, place.source)}"


def is_done(row: RunRow) -> bool:
    return row.status == RunStatus.DONE


def _found(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """(path within the folder, (bytes, nanoseconds)) of its files; hidden and unfinished ones are left out.

    Raises OSError where the folder itself cannot be read.
    """
    os.scandir(folder).close()
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if name.startswith(".") or name.lower().endswith(UNFINISHED):
                continue
            path = Path(root) / name
            try:
                stat = path.stat()
            except OSError:
                continue  # gone since the folder was listed, or a link to nowhere
            if path.is_file():
                yield path.relative_to(folder).as_posix(), (stat.st_size, stat.st_mtime_ns)


def _changed(before: WatchedFile | None, size: int, modified: int) -> bool:
    return before is None or (before.size, before.modified) != (size, modified)


def _now() -> int:
    return time.time_ns() // 1_000_000
