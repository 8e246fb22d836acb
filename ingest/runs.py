"""Runs: files taken in, watched, looked at, reverted; all within a viewer's rights."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import telling
from ingest.conversational.deferred import SOURCE as EXTRACTION
from ingest.conversational.deferred import DeferredReader
from ingest.files import Files
from ingest.jobs import Jobs
from ingest.landing import Landing
from ingest.overrides import AS_IT_SAYS, Defaults, Overrides, Profiles, Told, reading_of
from ingest.profile import Profile, guess_profile
from ingest.records import Reading
from ingest.sources import SOURCES, entries, is_table
from ingest.work import Lands, Work, nothing
from kb.errors import Invalid, InvalidFile
from kb.model.ledger import Run, RunStatus
from kb.model.listing import Listing
from kb.model.reading import RejectedRow, RunDetail, RunRow
from kb.model.viewer import Viewer, administrator
from kb.projection.keeping import Keeping
from kb.store.ledger import Ledger
from kb.store.run_log import RunLog

if TYPE_CHECKING:
    from ingest.extract.pipeline import Extracts

POLL_S = 0.1
TELL_S = 0.25  # between two reports of progress, which ask the graph how far it is
QUESTIONS = ("day_first", "decimal")


class Runs:
    """Everything about runs. Safe to share between threads."""

    def __init__(
        self,
        ledger: Ledger,
        keeping: Keeping,
        *,
        home: Path,
        jobs_url: str,
        defaults: Defaults,
        extractor: "Callable[[], Extracts] | None" = None,
        reads: bool = False,
    ) -> None:
        """`reads`: what a run brings is read for facts when it is done."""
        self._ledger = ledger
        self._keeping = keeping
        self._log = RunLog(ledger.engine)
        self._files = Files(home / "files")
        self._profiles = Profiles(home / "profiles")
        self._defaults = defaults
        self._reader = DeferredReader(ledger, defaults.timezone, extractor)
        landings: dict[str, Lands] = {"": Landing(ledger, self._files), EXTRACTION: self._reader}
        self._reads = reads
        self._work = Work(ledger, keeping, landings, self._follow if reads else nothing)
        self.jobs = Jobs(jobs_url, ledger.identity(), self._work.carry_on)

    def preview(
        self, viewer: Viewer, source: str, path: Path, name: str, overrides: Overrides = AS_IT_SAYS
    ) -> Mapping[str, Any]:
        """How the file would be read: `columns` as guessed, and the `question` that it leaves open.

        `columns`: [{field, column, samples, why}], empty for what is not a table; `question`:
        "day_first" or None. Raises InvalidFile, Forbidden.
        """
        viewer.may_ingest()
        try:
            _, profile = self._readable(source, path, name, overrides)
        except InvalidFile as problem:
            question = problem.data.get("question")
            if question not in QUESTIONS:
                raise
            return {"columns": [], "headers": [], "question": question}
        guesses = profile.guesses if profile else ()
        columns = [
            {"field": g.field, "column": g.column, "samples": list(g.samples), "why": str(g.how)}
            for g in guesses
        ]
        return {"columns": columns, "headers": list(profile.headers) if profile else [], "question": None}

    def start(
        self,
        viewer: Viewer,
        *,
        source: str,
        path: Path | Sequence[Path],
        name: str | None = None,
        reading: Overrides = AS_IT_SAYS,
    ) -> str:
        """Take the file (or several, as one run) into the data folder and begin; the run's id, at once.

        Raises InvalidFile for a file that cannot be read or must be asked about, Forbidden. Of several
        files, one that cannot be read becomes a rejected record beside the others.
        """
        viewer.may_ingest()
        paths = [path] if isinstance(path, Path) else list(path)
        told = [
            self._told(source, one, name if len(paths) == 1 else None, reading, len(paths)) for one in paths
        ]
        if reading.profile and told[0].profile and self._profiles.find(reading.profile) is None:
            self._profiles.save(reading.profile, told[0].profile)
        stopped = self._stopped(viewer, source, told)
        if stopped is not None:
            self._ledger.finish(stopped, RunStatus.RUNNING)
            self._go_on(stopped)
            return stopped.id
        run = self._ledger.open_run(
            source=source,
            title=name or telling.title(paths),
            started_by=viewer.name,
            how={"files": [one.to_json() for one in told]},
            file=told[0].kept,
            total=telling.lines(paths[0]) if len(paths) == 1 and told[0].profile else None,
        )
        self.jobs.start(run.id, "first")
        return run.id

    def unread(self, viewer: Viewer) -> int:
        """How many interactions nothing has read for facts yet. Raises Forbidden."""
        viewer.may_ingest()
        return self._reader.waiting()

    def read(self, viewer: Viewer, *, again: bool = False) -> str | None:
        """Read for facts what is unread, or everything again; the run's id, None where there is nothing.

        Raises Forbidden.
        """
        viewer.may_ingest()
        id = self._reading(viewer.name, again=again)
        if id is not None:
            self.jobs.start(id, "first")
        return id

    def read_soon(self, viewer: Viewer) -> None:
        """Where what comes in is read at once: read in the background what did not come in by a run."""
        run = self._reading(viewer.name, again=False) if self._reads else None
        if run is not None:
            self.jobs.start(run, "first")

    def _reading(self, by: str, *, again: bool) -> str | None:
        waiting = self._reader.waiting(again=again)
        if not waiting:
            return None
        run = self._ledger.open_run(
            source=EXTRACTION, title=EXTRACTION, started_by=by, how={"again": again}, total=waiting
        )
        return run.id

    def _follow(self, done: Run) -> str | None:
        """What a run has brought is read next."""
        return None if done.source == EXTRACTION else self._reading(done.started_by, again=False)

    def _stopped(self, viewer: Viewer, source: str, told: Sequence[Told]) -> Run | None:
        """A run of the very same files that stopped on its way: it goes on instead of beginning again."""
        for run in self._log.unfinished(stopped=True):
            kept: Any = run.reading
            same = run.source == source and [one["kept"] for one in kept.get("files", ())] == [
                one.kept for one in told
            ]
            mine = viewer.sees_everything or run.started_by == viewer.name
            if same and mine and run.status is RunStatus.STOPPED:
                return run
        return None

    def _told(self, source: str, path: Path, name: str | None, given: Overrides, files: int) -> Told:
        try:
            how, profile = self._readable(source, path, name or path.name, given)
        except InvalidFile as problem:
            if files == 1 or problem.data.get("question"):
                raise
            saved = self._profiles.find(given.profile) if given.profile else None
            how, profile = reading_of(path, path.name, given, saved, self._defaults), None
        return Told(kept=self._files.keep(path), reading=how, profile=profile)

    def _readable(
        self, source: str, path: Path, name: str, given: Overrides
    ) -> tuple[Reading, Profile | None]:
        """The reading and, for a table, its whole profile. Raises InvalidFile where it cannot be read."""
        if source not in SOURCES:
            raise Invalid("source", f"{source!r} is no source; there are {', '.join(SOURCES)}.")
        saved = self._profiles.find(given.profile) if given.profile else None
        reading = reading_of(path, name, given, saved, self._defaults)
        if is_table(source, path):
            return reading, guess_profile(path, reading, source, saved)
        next(iter(entries(source, path, reading, None)), None)
        return reading, None

    def wait(self, viewer: Viewer, run: str, *, progress: Callable[[RunRow], None] | None = None) -> RunRow:
        """Return when the run is done or has stopped; `progress` is told several times a second."""
        told = 0.0
        while True:
            found = self._told_of(self._log.one(viewer, run))
            ended = found.status is not RunStatus.RUNNING
            if progress is not None and (ended or time.monotonic() - told >= TELL_S):
                told = time.monotonic()
                progress(self._row(found))
            if ended:
                return self._row(found)
            time.sleep(POLL_S)

    def list(
        self, viewer: Viewer, *, by_hand: bool = False, offset: int = 0, limit: int = 50
    ) -> Listing[RunRow]:
        """The runs that the viewer may see, newest first."""
        found = self._log.listing(viewer, by_hand=by_hand, offset=offset, limit=limit)
        return Listing([self._row(run) for run in found.items], found.total, offset)

    def show(self, viewer: Viewer, run: str) -> RunDetail:
        """One run with how it was read and why records were rejected. Raises NotFound."""
        found = self._log.one(viewer, run)
        reading: Any = found.reading
        how = telling.shown(reading["files"][0]) if reading.get("files") else {}
        return RunDetail(run=self._row(found), profile=how, reasons=self._log.reasons(found))

    def rejected(
        self, viewer: Viewer, run: str, *, offset: int = 0, limit: int = 100
    ) -> Listing[RejectedRow]:
        """The rejected records of a run. Raises NotFound."""
        return self._log.rejected(self._log.one(viewer, run), offset=offset, limit=limit)

    def revert(self, viewer: Viewer, run: str) -> RunRow:
        """Take the run back. Raises NotFound, Conflict for one that is at work or was reverted."""
        viewer.may_write()
        self._keeping.revert(self._log.one(viewer, run))
        return self._row(self._log.one(viewer, run))

    def resume(self, viewer: Viewer) -> Sequence[str]:
        """Carry on every run that stopped or lost its process; their ids, in order."""
        viewer.may_administer("resume runs")
        found = self._log.unfinished(stopped=True)
        for run in found:
            self.go_on(run)
        return [run.id for run in found]

    def go_on(self, run: Run) -> None:
        """Carry on a run that stopped or lost its process."""
        self._ledger.finish(run, RunStatus.RUNNING)
        self._go_on(run)

    def recover(self) -> None:
        """At the start of a serving process: take up what an earlier one left at work."""
        self.jobs.launch()
        for run in self._log.unfinished():
            self._go_on(run)
        self.read_soon(administrator())

    def _go_on(self, run: Run) -> None:
        self._work.unsaid.pop(run.id, None)
        self.jobs.start(run.id, uuid.uuid4().hex)

    def rebuild(self, viewer: Viewer, progress: Callable[[int, int], None] | None = None) -> None:
        """Fold the whole ledger into an emptied graph; `progress` is told (records applied, of how many)."""
        viewer.may_administer("rebuild the graph")
        total = self._ledger.last_seq()
        self._keeping.rebuild(lambda done: progress(done, total) if progress else None)

    def close(self) -> None:
        """Let go of the jobs; what is unfinished goes on in the next process."""
        self.jobs.close()

    def _told_of(self, run: Run) -> Run:
        """The run as it is, also where the ledger could not be told that it stopped."""
        problem = self._work.unsaid.get(run.id)
        if problem is not None and run.status is RunStatus.RUNNING:
            return replace(run, status=RunStatus.STOPPED, problem=problem)
        return run

    def _row(self, run: Run) -> RunRow:
        run = self._told_of(run)
        return RunRow(
            id=run.id,
            source=run.source,
            title=run.title,
            started_by=run.started_by,
            recorded_at=run.recorded_at,
            status=run.status.value,
            stage=telling.stage(run),
            records=run.records,
            accepted=run.accepted,
            duplicate=run.duplicate,
            rejected=run.rejected,
            applied=self._applied(run),
            expected=run.total,
            done_of_expected=min(run.done, run.total) if run.total else None,
            reason=run.problem,
            seconds=run.seconds,
        )

    def _applied(self, run: Run) -> int:
        """Records of the run that the graph holds, the derived ones included."""
        if run.first_seq is None or run.last_seq is None:
            return 0
        if run.status is not RunStatus.RUNNING:
            return run.last_seq - run.first_seq + 1
        return max(0, min(self._keeping.position(), run.last_seq) - run.first_seq + 1)
