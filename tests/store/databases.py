"""The two relational databases of the ledger, brought up for the tests: SQLite files and a real PostgreSQL.

PostgreSQL is taken from KBCRM_TEST_POSTGRES (postgresql://user:password@host:port/database, of a user who
may create databases) or, where its server is installed, started here on loopback with an empty temporary
data folder, as the user `postgres` where the tests run as root: PostgreSQL refuses to run as root.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from kb.store.server_folder import free_port
from tests.store.engines import EngineMissing

INSTALLED = "/usr/lib/postgresql"  # where Debian and Ubuntu keep what is not on the path
USER = "kbcrm"

_names = count()


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a server. Raises EngineMissing where none is named and none can be started."""
    named = os.environ.get("KBCRM_TEST_POSTGRES")
    if named:
        yield named
        return
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="kbcrm-postgres-") as folder:
        _give(folder)
        data, port = Path(folder) / "data", free_port()
        _run(programs / "initdb", "-D", data, "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        _run(programs / "pg_ctl", "-D", data, "-o", options, "-l", data / "log", "-w", "start")
        try:
            yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def fresh(server: str) -> str:
    """The address of a new, empty database on the server."""
    name = f"kbcrm_test_{os.getpid()}_{next(_names)}"
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _programs() -> Path:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path(INSTALLED).glob("*/bin/initdb"))
    if not found:
        raise EngineMissing("no PostgreSQL server is installed; set KBCRM_TEST_POSTGRES or install one")
    return found[-1].parent


def _give(folder: str) -> None:
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, "postgres")
        except LookupError:
            raise EngineMissing("PostgreSQL does not run as root, and there is no user postgres") from None


def _run(*command: str | Path) -> None:
    as_user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        check=False,
        **as_user,  # type: ignore[call-overload]
    )
    if done.returncode:
        raise EngineMissing(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-300:]}")
