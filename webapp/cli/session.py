"""What every command needs: the settings, the parts joined on them, and who is acting."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from webapp.settings import Settings, read

if TYPE_CHECKING:  # imported by the commands that need them; help does without
    from sqlalchemy import Engine

    from kb.model.viewer import Viewer
    from webapp.wiring import Parts


INTERRUPTED = 130  # the exit code that shells give to a program ended by Ctrl-C


@dataclass(frozen=True)
class Desk:
    """The parts, and the viewer for whom the command works."""

    settings: Settings
    parts: "Parts"
    viewer: "Viewer"


@contextmanager
def _ended_by_interrupt() -> Iterator[None]:
    """Ctrl-C ends the process at once. As an exception it might be taken for a failing graph."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        click.echo("\nInterrupted. What was begun goes on with `kbcrm runs resume`.", err=True)
        os._exit(INTERRUPTED)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Session:
    """Made once per call of `kbcrm`; opens the stores only for the commands that need them."""

    def __init__(self, user: str | None) -> None:
        self._user = user

    @cached_property
    def settings(self) -> Settings:
        """Raises InvalidSetting."""
        return read(os.environ)

    @contextmanager
    def open(self, *, reads: bool = False) -> Iterator[Desk]:
        """The parts, closed again at the end. Starts the embedded graph where it does not run.

        `reads`: what comes in is read for facts at once (see open_parts).

        A Ctrl-C ends the process as a crash would, which runs survive; an orderly end would wait for them.
        """
        from webapp.wiring import open_parts

        start_graph(self.settings)
        parts = open_parts(self.settings, reads=reads)
        try:
            with _ended_by_interrupt():
                yield Desk(self.settings, parts, self._viewer(parts.engine))
        finally:
            parts.close()

    @contextmanager
    def open_accounts(self, act: str) -> Iterator["Engine"]:
        """Where the accounts lie; needs no graph. Raises Forbidden unless an administrator acts."""
        from kb.store import accounts, database

        self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = database.connect(self.settings.database_url)
        try:
            accounts.prepare(engine)
            self._viewer(engine).may_administer(act)
            yield engine
        finally:
            engine.dispose()

    def _viewer(self, engine: "Engine") -> "Viewer":
        """An administrator unless `--as` names a user. Raises NotFound for a name that nobody has."""
        from kb.model.viewer import administrator
        from kb.store import accounts

        return accounts.find(engine, self._user).viewer if self._user else administrator()


def start_graph(settings: Settings) -> None:
    """The embedded graph, left running for the commands to come; says so when it was not."""
    if not settings.embedded:
        return
    from kb.store import server

    running = server.start(settings.home, heap=settings.graph_memory)
    if running.note:
        click.echo(running.note, err=True)
    if running.started:
        click.echo("Started the embedded graph; it stays until `kbcrm graph stop`.", err=True)


pass_session = click.make_pass_decorator(Session)
