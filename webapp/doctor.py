"""What `kbcrm doctor` looks at. It starts nothing and changes nothing."""

import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec

from sqlalchemy import text

from ingest.extract.language_model.examining import examined
from kb.errors import KbcrmError
from kb.store import database, server
from kb.store.graph import connect
from kb.store.server_folder import ServerFolder
from webapp.assets import is_built
from webapp.extractors import endpoint
from webapp.settings import Settings

LEAST_SPACE = 2 * 1024**3  # bytes free below which a warning is due
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DURABLE = "started in 'production' mode"  # the embedded graph syncs its log at every commit


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"  # works, but somebody may want to know
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found on one thing, and what to do where it is not well."""

    about: str
    verdict: Verdict
    says: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """One finding for each thing, the most basic first."""
    for check in CHECKS:
        yield check(settings)


def _python(_settings: Settings) -> Finding:
    return Finding("python", Verdict.OK, platform.python_version())


def _folder(settings: Settings) -> Finding:
    about, home = "data folder", settings.home
    place = next(path for path in (home, *home.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        remedy = "Set KBCRM_HOME to a folder of yours, or change its owner."
        return Finding(about, Verdict.WRONG, f"{home} cannot be written to ({error.strerror})", remedy)
    says = str(home) if home.exists() else f"{home} (is made at the first start)"
    return Finding(about, Verdict.OK, says)


def _space(settings: Settings) -> Finding:
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    says = f"{free / 1024**3:.1f} GiB free"
    if free >= LEAST_SPACE:
        return Finding("disk", Verdict.OK, says)
    return Finding("disk", Verdict.WRONG, says, "Free some space: a run stops when the disk is full.")


def _ledger(settings: Settings) -> Finding:
    if not settings.database and not settings.ledger_file.exists():
        return Finding("ledger", Verdict.NOTE, "none yet", "The first start makes it.")
    engine = database.connect(settings.database_url)
    try:
        with database.reading(engine) as connection:
            connection.execute(text("SELECT 1"))
    except KbcrmError as error:
        return Finding("ledger", Verdict.WRONG, str(error), "Check KBCRM_DATABASE and KBCRM_HOME.")
    finally:
        engine.dispose()
    return Finding("ledger", Verdict.OK, engine.dialect.name)


def _graph(settings: Settings) -> Finding:
    if settings.embedded:
        return _embedded_graph(settings)
    try:
        graph = connect(settings.graph, settings.graph_user, settings.graph_password)
    except KbcrmError as error:
        return Finding("graph", Verdict.WRONG, str(error), "Check KBCRM_GRAPH and that the server runs.")
    graph.close()
    return Finding("graph", Verdict.OK, f"{graph.engine} at {settings.graph}")


def _embedded_graph(settings: Settings) -> Finding:
    running = server.status(settings.home)
    if running is None:
        return Finding("graph", Verdict.NOTE, "embedded, not running", "Commands that need it start it.")
    try:
        graph = connect(running.url, running.user, running.password, settings.home)
    except KbcrmError as error:
        return Finding("graph", Verdict.WRONG, str(error), "Run `kbcrm graph stop`, then start again.")
    graph.close()
    says = f"{graph.engine}, embedded, at {running.url} (process {running.pid})"
    log = ServerFolder.at(settings.home).log
    if log.exists() and DURABLE in log.read_text(errors="replace"):
        return Finding("graph", Verdict.OK, f"{says}, durable")
    return Finding("graph", Verdict.NOTE, f"{says}; its log does not say that it is durable")


def _assets(_settings: Settings) -> Finding:
    if is_built():
        return Finding("pages", Verdict.OK, "front-end files are built")
    return Finding("pages", Verdict.WRONG, "front-end files are missing", "Run `python -m webapp.build`.")


def _encoder(_settings: Settings) -> Finding:
    if find_spec("sentence_transformers") and find_spec("torch"):
        return Finding("encoder stack", Verdict.OK, "sentence-transformers and torch are installed")
    return Finding(
        "encoder stack", Verdict.NOTE, "not installed; nothing needs it yet", "Run `make encoder`."
    )


def _language_model(settings: Settings) -> Finding:
    about, asked = "language model", endpoint(settings)
    if asked is None:
        return Finding(about, Verdict.OK, "none is set; the built-in extractor reads")
    state = examined(asked)
    says = f"{asked.model} at {asked.host}: {state.says}"
    if not state.well:
        return Finding(about, Verdict.WRONG, says, "Check the KBCRM_LLM_ settings and that it runs.")
    if state.in_the_clear:
        remedy = "Give an https address, unless you trust the network between."
        return Finding(about, Verdict.NOTE, f"{says}; nothing encrypts what it is sent", remedy)
    return Finding(about, Verdict.OK, says)


def _test_tools(_settings: Settings) -> Finding:
    about = "tools of the tests"
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    missing = [name for name, found in {"chromium": browser, **_found("mvn", "java")}.items() if not found]
    if not missing:
        return Finding(about, Verdict.OK, "chromium, mvn and java are present")
    says = f"not present: {', '.join(missing)}"
    return Finding(about, Verdict.NOTE, says, "Tests that need them are skipped; `.ci/run` installs them.")


def _found(*programs: str) -> dict[str, str | None]:
    return {program: shutil.which(program) for program in programs}


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    _python,
    _folder,
    _space,
    _ledger,
    _graph,
    _assets,
    _encoder,
    _language_model,
    _test_tools,
)
