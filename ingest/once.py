"""Runs that are begun once: who is cut off anywhere and begins again finds the run that there is."""

from collections.abc import Mapping
from pathlib import Path

from ingest.files import Files
from ingest.overrides import AS_IT_SAYS, Overrides
from ingest.runs import Runs
from kb.model.ledger import RunStatus
from kb.model.viewer import Viewer
from kb.store.ledger import Ledger
from kb.store.run_log import RunLog


class Once:
    """Whoever notes `newest()` in a place that lasts, then calls `start`, has one run of the file."""

    def __init__(self, runs: Runs, ledger: Ledger, home: Path) -> None:
        self._runs = runs
        self._log = RunLog(ledger.engine)
        self._files = Files(home / "files")

    def newest(self) -> int:
        """Position of the newest run; 0 where there is none."""
        return self._log.newest()

    def kept_name(self, path: Path) -> str:
        """Under which name the file is kept, made from its content. Raises OSError."""
        return self._files.name_of(path)

    def start(
        self,
        viewer: Viewer,
        *,
        source: str,
        path: Path,
        name: str,
        after: int,
        reading: Overrides = AS_IT_SAYS,
    ) -> str:
        """As Runs.start; but a run of this very file, begun after the one at position `after`, goes on."""
        viewer.may_ingest()
        begun = self.begun(source=source, name=name, kept=self.kept_name(path), after=after)
        return begun or self._runs.start(viewer, source=source, path=path, name=name, reading=reading)

    def begun(self, *, source: str, name: str, kept: str, after: int) -> str | None:
        """The run of the kept file that was begun after the position; where it has not ended, it goes on."""
        found = self._log.of_file(source, name, kept, after)
        if found is None:
            return None
        if found.status in (RunStatus.STOPPED, RunStatus.RUNNING):
            self._runs.go_on(found)
        return found.id

    def stopped(self) -> Mapping[str, str]:
        """Why runs stopped on their way, by their ids."""
        found = self._log.unfinished(stopped=True)
        return {run.id: run.problem or "" for run in found if run.status is RunStatus.STOPPED}
