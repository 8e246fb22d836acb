"""The Java process of the embedded graph server: how it is begun, known again and ended."""

import re
import socket
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import psutil

from kb.errors import GraphUnavailable, InvalidSetting
from kb.store.parameters import LARGEST_MESSAGE
from kb.store.server_folder import ServerFolder, free_port

DATABASE = "kbcrm"
KILLED_WITHIN = 30  # seconds the system gets to take back the memory of a killed process
PORT_OPTION = "-Darcadedb.bolt.port="
HEAP = re.compile(r"[1-9]\d*[kmgKMG]")

# What the engine's own start script gives Java 25, and a smaller budget for inlining: a server just
# started spends a third less processor time on compiling itself, and answers as fast.
JAVA_OPTIONS = (
    "-XX:MaxInlineLevel=9",
    "-XX:InlineSmallCode=1000",
    "-XX:+UseSerialGC",
    "-XX:+UseCompactObjectHeaders",
    "--add-modules=jdk.incubator.vector",
    "--enable-native-access=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/java.nio.channels.spi=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "-Dpolyglot.engine.WarnInterpreterOnly=false",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF8",
)

_children: dict[int, subprocess.Popen[bytes]] = {}  # started by this process, to be reaped when they end


def spawn(folder: ServerFolder, heap: str) -> psutil.Process:
    """Raises GraphUnavailable if the port is taken or the bundled Java does not start."""
    _check_port(folder)
    with folder.console.open("wb") as console:
        child = subprocess.Popen(
            command(folder, heap),
            cwd=folder.path,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    _children[child.pid] = child
    process = psutil.Process(child.pid)
    try:
        folder.remember_process(child.pid, process.create_time())
    except OSError:  # nobody would find it again
        process.kill()
        raise
    return process


def command(folder: ServerFolder, heap: str) -> list[str]:
    if not HEAP.fullmatch(heap):
        raise InvalidSetting("heap", f"{heap!r} is no size; write for example 1g or 512m.")
    package = _package()
    settings = _settings(folder)
    return [
        str(package / "jre" / "bin" / "java"),
        f"-Xms{heap}",  # reserved at once, taken as it is used: a young generation that is not too small
        f"-Xmx{heap}",
        *JAVA_OPTIONS,
        f"-XX:ErrorFile={folder.path}/log/java_crash_%p.log",
        f"-Djava.util.logging.config.file={folder.path}/logging.properties",
        *(f"-Darcadedb.{name}={value}" for name, value in settings.items()),
        "-cp",
        f"{package / 'jars'}/*",
        "com.arcadedb.server.ArcadeDBServer",
    ]


def _settings(folder: ServerFolder) -> dict[str, object]:
    """HTTP cannot be switched off; it gets any free port, on loopback, as Bolt does.

    Production mode syncs the log at every commit (txWalFlush); both are said, because a
    misspelt setting is ignored without a word.
    """
    return {
        "server.mode": "production",
        "txWalFlush": 1,
        "server.rootPath": folder.path,
        "server.logsDirectory": folder.path / "log",
        "server.rootPasswordPath": folder.password_file,
        "server.defaultDatabases": f"{DATABASE}[]",
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "server.httpIncomingHost": "127.0.0.1",
        "server.httpIncomingPort": free_port(),
        "bolt.host": "127.0.0.1",
        "bolt.port": folder.port(),
        "bolt.defaultDatabase": DATABASE,
        "bolt.maxMessageSize": LARGEST_MESSAGE,
        "bolt.packstream.maxValueLength": LARGEST_MESSAGE,
    }


def find(folder: ServerFolder) -> psutil.Process | None:
    """The running server of this folder: a process that took its pid over later is not it."""
    remembered = folder.process()
    if remembered is None:
        return None
    pid, began = remembered
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - began) < 1 or _root_option(folder) in process.cmdline()
    except psutil.Error:
        return None
    return process if same and alive(process) and _works_in(process, folder) else None


def adopt(folder: ServerFolder) -> psutil.Process | None:
    """The running server of this folder whose state file was lost, written down anew."""
    for process in _named_after(folder):
        if _works_in(process, folder):
            port = next(option for option in process.info["cmdline"] if option.startswith(PORT_OPTION))
            began = process.info["create_time"]
            folder.remember_process(process.pid, began, port=int(port.removeprefix(PORT_OPTION)))
            return process
    return None


def end_orphans(folder: ServerFolder) -> list[str]:
    """Ends servers whose folder of this name was deleted under them. Says which."""
    notes = []
    for process in _named_after(folder):
        if str(_work_place(process)).endswith(" (deleted)"):
            with suppress(psutil.NoSuchProcess):
                process.kill()
            notes.append(f"A graph server whose folder had been deleted (process {process.pid}) was ended.")
    return notes


def _named_after(folder: ServerFolder) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline", "create_time"])
        if _root_option(folder) in (process.info["cmdline"] or [])
    ]


def _work_place(process: psutil.Process) -> Path | None:
    """Linux tells; elsewhere, and of other users' processes, it stays unknown."""
    try:
        return Path(f"/proc/{process.pid}/cwd").readlink()
    except OSError:
        return None


def _works_in(process: psutil.Process, folder: ServerFolder) -> bool:
    """Not in a deleted folder of the same name, nor in that of a container."""
    if _work_place(process) is None:
        return True
    try:
        return Path(f"/proc/{process.pid}/cwd").samefile(folder.path)
    except FileNotFoundError:  # the folder is gone, or the process has just ended
        return False


def _root_option(folder: ServerFolder) -> str:
    """Tells our server for sure where the machine's clock was set meanwhile."""
    return f"-Darcadedb.server.rootPath={folder.path}"


def alive(process: psutil.Process) -> bool:
    try:
        lives = process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        lives = False
    child = None if lives else _children.pop(process.pid, None)
    if child:
        child.wait()
    return lives


def end(process: psutil.Process, wait_s: float) -> Literal["stopped", "killed"]:
    process.terminate()
    if _ended(process, wait_s):
        return "stopped"
    process.kill()
    _ended(process, KILLED_WITHIN)
    return "killed"


def _ended(process: psutil.Process, wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _package() -> Path:
    """The folder of the wheel, found without importing it: that would load a JVM's bindings."""
    spec = find_spec("arcadedb_embedded")
    if spec is None or spec.origin is None:
        raise GraphUnavailable(
            "The package arcadedb-embedded is not installed. "
            "Install it, or set KBCRM_GRAPH to a Neo4j server."
        )
    return Path(spec.origin).parent


def _check_port(folder: ServerFolder) -> None:
    port = folder.port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise GraphUnavailable(
                f"Port {port} of 127.0.0.1, which the graph server uses, is taken{_holder(port)}. "
                f"Stop that program, or delete {folder.state} to have another port chosen.",
                port=port,
            ) from error


def _holder(port: int) -> str:
    """ " by NAME (process PID)", where the system tells."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and getattr(connection.laddr, "port", 0) == port
            if listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""
