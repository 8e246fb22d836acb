"""`kbcrm serve`: the graph, the pages and what runs beside them, started and stopped together.

Every process that it starts is in a session of its own, so that a Ctrl-C reaches this one
alone, which then ends the others in order: pages, what runs beside, graph.
"""

import errno
import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import NoReturn, TypeAlias, TypeVar

from kb.errors import Conflict, KbcrmError, Unavailable
from kb.store import server
from webapp import demo
from webapp.claim import Claim, Claimed, claimed, end_leftover
from webapp.settings import Settings
from webapp.wiring import Parts, open_parts

Say: TypeAlias = Callable[[str], None]
Answer = TypeVar("Answer")

APPLICATION = "webapp.app:create_app"
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)  # requests at work at a time; most wait for the graph
READY_WITHIN = 60.0  # seconds
GRACE = 15.0  # seconds that a process gets to end by itself
LOOK_EVERY = 0.5  # seconds between two looks at the processes
GRAPH_EVERY = 10  # looks between two at the graph
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(settings: Settings, *, say: Say, beside: str | None = None) -> None:
    """Serve until a signal comes, or not at all if the data folder is served already.

    `beside` is a shell command that runs along, gives way to all others and is ended with them.
    Raises KbcrmError where KBCRM cannot start, or when the web server ends by itself.
    """
    try:
        with claimed(settings.home) as claim, _signals_as_interrupts(), suppress(KeyboardInterrupt):
            _clear_leftover(claim, say)
            check_port(settings)
            claim.announce(settings.url)
            _run(settings, claim, say, beside)
    except Claimed as taken:
        where = f" at {taken.holder.url} (process {taken.holder.pid})" if taken.holder else ""
        say(f"KBCRM already serves this data folder{where}. Nothing was started.")
        say("To serve another folder beside it, set KBCRM_HOME and KBCRM_PORT.")


def again(command: str) -> str:
    """A shell command that runs ours at low priority, and again a little later whenever it ends."""
    return f"while :; do nice -n 10 {shlex.quote(sys.executable)} -m webapp.cli {command}; sleep 10; done"


def check_port(settings: Settings) -> None:
    """Raises Conflict with the way out if the port is taken, Unavailable if the address is none of ours."""
    try:
        _bind(settings.host, settings.port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise Unavailable(
                f"{settings.host}:{settings.port} cannot be served ({error.strerror}). "
                "Set KBCRM_HOST to an address of this machine and KBCRM_PORT to a port above 1023."
            ) from error
        free = _free_port_after(settings)
        raise Conflict(
            f"Port {settings.port} of {settings.host} is taken by another program. "
            f"Choose a free one, for example: KBCRM_PORT={free} make run",
            port=settings.port,
        ) from error


def _bind(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _free_port_after(settings: Settings) -> int:
    for port in range(settings.port + 1, min(settings.port + 100, 65536)):
        with suppress(OSError):
            _bind(settings.host, port)
            return port
    return 8080


def _clear_leftover(claim: Claim, say: Say) -> None:
    if claim.left is None:
        return
    say(f"KBCRM did not end cleanly last time (process {claim.left.pid}); its mark is cleared.")
    if end_leftover(claim.left):
        say(f"Its web server was still running (process {claim.left.web}) and is ended.")


def _run(settings: Settings, claim: Claim, say: Say, beside: str | None) -> None:
    with ExitStack() as ours, ExitStack() as running:  # the graph ends last
        _start_graph(settings, ours, say)
        ways_in = _prepare(settings, say)
        web = running.enter_context(_process(_web_command(settings)))
        claim.announce(settings.url, web.pid)
        _await_answer(settings, web)
        _welcome(settings, ways_in, say)
        if settings.watch:
            running.enter_context(_process(["/bin/sh", "-c", again("watch")]))
        if settings.mailbox_every:
            running.enter_context(
                _process(["/bin/sh", "-c", again(f"mailbox sync --every {settings.mailbox_every}")])
            )
        if beside:
            running.enter_context(_process(["nice", "-n", "19", "/bin/sh", "-c", beside]))
        _watch(settings, web, ours, say)


def _start_graph(settings: Settings, ours: ExitStack, say: Say) -> None:
    """Found or started; one that we found running is left running at the end."""
    if not settings.embedded:
        return
    if server.status(settings.home) is None:
        say("Starting the graph …")
        ours.callback(_stop_graph, settings, say)  # first, so that a Ctrl-C during the start ends it too
    found = server.start(settings.home, heap=settings.graph_memory)
    if found.note:
        say(found.note)
    if not found.started:
        say(f"The graph is running already (process {found.pid}) and will stay.")


def _stop_graph(settings: Settings, say: Say) -> None:
    if server.status(settings.home) is None:
        return
    say("Stopping the graph …")
    server.stop(settings.home)


def _prepare(settings: Settings, say: Say) -> demo.WaysIn:
    """An empty data folder gets the demonstration company. How to sign in."""
    if _asked(settings, lambda parts: demo.wanted(parts, settings.home)):
        say("The data folder is empty: loading the demonstration company …")
        _load_demo()
    return _asked(settings, demo.ways_in)


def _asked(settings: Settings, question: Callable[[Parts], Answer]) -> Answer:
    parts = open_parts(settings)
    try:
        return question(parts)
    finally:
        parts.close()


def _load_demo() -> None:
    """In a process of its own, which a Ctrl-C ends at once; the next start goes on with it."""
    with _process([sys.executable, "-m", "webapp.cli", "demo"], stdout=subprocess.DEVNULL) as loading:
        if loading.wait():
            raise Unavailable("The demonstration company was not loaded; why stands above. Then start again.")


def _web_command(settings: Settings) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": settings.host,
        "--port": str(settings.port),
        "--workers": "1",  # one process holds the jobs and the graph's connections
        "--blocking-threads": str(THREADS),
        "--log-level": "warning",
    }
    flat = [word for pair in options.items() for word in pair]
    return [
        sys.executable,
        "-m",
        "granian",
        *flat,
        "--no-ws",
        "--respawn-failed-workers",
        "--factory",
        APPLICATION,
    ]


@contextmanager
def _process(command: Sequence[str], stdout: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process with all that it starts, ended at the end."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, start_new_session=True)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for signal_ in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal_)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
            break


def _await_answer(settings: Settings, web: subprocess.Popen[bytes]) -> None:
    """Returns once the web server answers. Raises Unavailable if it ends or stays silent."""
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(settings):
        _check_alive(web)
        if time.monotonic() > deadline:
            raise Unavailable(f"The web server does not answer within {READY_WITHIN:g} seconds.")
        time.sleep(0.1)


def _answers(settings: Settings) -> bool:
    host = settings.url.removeprefix("http://").rpartition(":")[0].strip("[]")
    connection = http.client.HTTPConnection(host, settings.port, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _check_alive(web: subprocess.Popen[bytes]) -> None:
    if web.poll() is not None:
        raise Unavailable(f"The web server ended with code {web.returncode}; what it said stands above.")


def _welcome(settings: Settings, ways_in: demo.WaysIn, say: Say) -> None:
    say(f"\nKBCRM is ready: {settings.url}")
    say(f"Data folder: {settings.home}")
    for line in ways_in.lines():
        say(line)
    if ways_in.public and settings.host not in LOOPBACK:
        say("Anybody who reaches this address can sign in with these: `kbcrm users disable NAME` ends that.")
    say("Ctrl-C stops it.")


def _watch(settings: Settings, web: subprocess.Popen[bytes], ours: ExitStack, say: Say) -> NoReturn:
    """Until a signal comes; a graph that went away is started again."""
    looks = 0
    while True:
        time.sleep(LOOK_EVERY)
        _check_alive(web)
        looks += 1
        if settings.embedded and looks % GRAPH_EVERY == 0 and server.status(settings.home) is None:
            _restart_graph(settings, ours, say)


def _restart_graph(settings: Settings, ours: ExitStack, say: Say) -> None:
    say("The graph has ended; starting it again …")
    ours.callback(_stop_graph, settings, say)
    try:
        say(server.start(settings.home, heap=settings.graph_memory).note or "The graph runs again.")
    except KbcrmError as error:
        say(str(error))


@contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """Ctrl-C, a request to end and a closed terminal end KBCRM alike; more of them change nothing."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
