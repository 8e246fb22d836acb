"""Settings: read once from the environment, checked all together, never changed afterwards.

docs/settings.md explains each one; a test holds the two against each other.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb.errors import InvalidSetting
from kb.model.moment import to_millis
from webapp import setting_values
from webapp.setting_values import Wrong

PREFIX = "KBCRM_"
FOR_TESTS = ("KBCRM_TEST_", "KBCRM_SHARED")  # read by the tests only, see docs/settings.md
GRAPH_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
LOCALES = ("en", "zh")
LEAST_GRAPH_MEMORY = 256  # MiB; the embedded graph does not start with less
HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


def _home(text: str) -> Path:
    path = setting_values.path(text)
    if path.exists() and not path.is_dir():
        raise Wrong(f"{text!r} is a file; give the folder that is to hold the data.")
    return path


def _graph(text: str) -> str:
    if not text:
        return ""
    parts = setting_values.split(text)
    if parts.username or parts.password:
        raise Wrong(
            "The address carries a user or a password; "
            "give them as KBCRM_GRAPH_USER and KBCRM_GRAPH_PASSWORD."
        )
    if parts.scheme not in GRAPH_SCHEMES or not parts.hostname:
        raise Wrong(
            f"{text!r} is no address of a graph; give one such as neo4j://host:7687 (schemes: "
            f"{', '.join(GRAPH_SCHEMES)}), or leave it empty for the embedded graph."
        )
    return text


def _database(text: str) -> str:
    if not text:
        return ""
    parts = setting_values.split(text)
    if parts.scheme != "postgresql" or not parts.path.strip("/"):
        raise Wrong(  # the value may hold a password, so it is not repeated
            "This is no address of a PostgreSQL database; give postgresql://user:password@host/database, "
            "or leave it empty for SQLite in the data folder."
        )
    return text


def _host(text: str) -> str:
    if HOST_NAME.fullmatch(text):
        return text
    try:
        return str(ip_address(text))
    except ValueError:
        raise Wrong(
            f"{text!r} is neither a host name nor an IP address; give 127.0.0.1 for this machine alone, "
            "or 0.0.0.0 for the whole network."
        ) from None


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Wrong(f"{text!r} is no port; give a whole number from 1 to 65535, such as 5080.")


def _encoder(text: str) -> Path | None:
    if not text:
        return None
    path = setting_values.path(text)
    if not path.is_dir():
        raise Wrong(
            f"There is no model folder {text!r}; give its path, or leave it empty for the shipped model."
        )
    return path


def _locale(text: str) -> str:
    if text in LOCALES:
        return text
    raise Wrong(f"{text!r} is no language of KBCRM; give en or zh.")


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(f"{text!r} is no time zone; give a name such as Europe/Amsterdam or UTC.") from None


def _moment(text: str) -> int | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return to_millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Wrong(
            f"{text!r} is no moment; give one such as 2026-10-01T00:00:00Z, or leave it empty."
        ) from None


def _graph_memory(text: str) -> str:
    size = re.fullmatch(r"(\d{1,6})([mMgG])", text)
    if size is None:
        raise Wrong(f"{text!r} is no size of memory; give a number and m or g, such as 1g or 1536m.")
    if int(size[1]) * (1024 if size[2] in "gG" else 1) < LEAST_GRAPH_MEMORY:
        raise Wrong(f"{text!r} is too little for the embedded graph; give at least {LEAST_GRAPH_MEMORY}m.")
    return text.lower()


def _staff(text: str) -> frozenset[str]:
    return frozenset(" ".join(item.split()).casefold() for item in text.split(",") if item.strip())


# attribute of Settings -> default and parser; its variable is KBCRM_ and the attribute in capitals
DECLARED: dict[str, tuple[str, Callable[[str], Any]]] = {
    "home": ("./var", _home),
    "graph": ("", _graph),
    "graph_user": ("neo4j", str),
    "graph_password": ("", str),
    "graph_memory": ("1g", _graph_memory),
    "database": ("", _database),
    "host": ("127.0.0.1", _host),
    "port": ("5080", _port),
    "locale": ("en", _locale),
    "timezone": ("UTC", _timezone),
    "staff": ("", _staff),
    "encoder": ("", _encoder),
    "reader": ("built-in", setting_values.reader),
    "watch": ("", setting_values.watched),
    "mailbox_password": ("", str),
    "mailbox_every": ("0", setting_values.minutes),
    "clock": ("", _moment),
    "llm_url": ("", setting_values.endpoint),
    "llm_model": ("", setting_values.model),
    "llm_key": ("", setting_values.key),
    "llm_budget": ("1000000", setting_values.count),
    "llm_requests": ("2000", setting_values.count),
    "llm_timeout": ("60", setting_values.seconds),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. `read` makes one; nothing else looks at the environment."""

    home: Path  # data folder, absolute
    graph: str  # empty: the embedded graph
    graph_user: str
    graph_password: str = field(repr=False)  # empty: the graph asks for none
    graph_memory: str  # heap of the embedded graph, e.g. "1g"
    database: str = field(repr=False)  # empty: SQLite in `home`; may hold a password
    host: str
    port: int
    locale: str  # of whoever has not chosen a language: "en" | "zh"
    timezone: ZoneInfo  # of times that are stated without a zone
    staff: frozenset[str]  # our own domains, addresses and names, casefolded
    encoder: Path | None  # None: the shipped model
    reader: str  # who reads for facts what comes in: one of READERS, or "off"
    watch: tuple[tuple[str, Path], ...]  # (source, folder) that `kbcrm serve` watches
    mailbox_password: str = field(repr=False)  # of mailboxes that name no other place for theirs
    mailbox_every: int  # minutes between two synchronisations by `kbcrm serve`; 0: never
    clock: int | None  # epoch ms at which the clock stands, for reproducible demonstrations; None: it runs
    llm_url: str  # base address of a language model's endpoint; empty: none is asked
    llm_model: str  # set if and only if `llm_url` is
    llm_key: str = field(repr=False)  # empty: the endpoint asks for none
    llm_budget: int  # tokens a day
    llm_requests: int  # a day
    llm_timeout: float  # seconds for one answer

    @property
    def embedded(self) -> bool:
        """The graph is ours to start and stop."""
        return not self.graph

    @property
    def ledger_file(self) -> Path:
        """Where SQLite keeps the ledger, the accounts and the jobs, unless `database` names a server."""
        return self.home / "kbcrm.sqlite"

    @property
    def database_url(self) -> str:
        """For kb.store.database.connect."""
        return self.database or f"sqlite:///{self.ledger_file}"

    @property
    def jobs_url(self) -> str:
        """Where the durable jobs are kept: beside the ledger."""
        return self.database or f"sqlite:///{self.home / 'jobs.sqlite'}"

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the pages."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def variable(attribute: str) -> str:
    """home -> KBCRM_HOME."""
    return PREFIX + attribute.upper()


def read(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`; an empty value counts as not given.

    Raises one InvalidSetting that names every wrong variable; `data["problems"]` lists (variable, sentence).
    """
    values: dict[str, Any] = {}
    problems = _unknown(environ)
    for attribute, (default, parse) in DECLARED.items():
        given = environ.get(variable(attribute), "").strip()
        try:
            values[attribute] = parse(given or default)
        except Wrong as error:
            problems.append((variable(attribute), str(error)))
    problems += _half_an_endpoint(values)
    if problems:
        raise _invalid(problems)
    return Settings(**values)


def _half_an_endpoint(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    if values.get("llm_url") and values.get("llm_model") == "":
        return [("KBCRM_LLM_URL", "Give the name of a model there as KBCRM_LLM_MODEL, too.")]
    if values.get("llm_model") and values.get("llm_url") == "":
        return [("KBCRM_LLM_MODEL", "Give the address where it is as KBCRM_LLM_URL, too.")]
    if values.get("reader") == setting_values.READERS[1] and values.get("llm_url") == "":
        return [("KBCRM_READER", "Say which language model it is by KBCRM_LLM_URL and KBCRM_LLM_MODEL.")]
    return []


def _unknown(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """A misspelt variable would otherwise be ignored without a word."""
    known = [variable(attribute) for attribute in DECLARED]
    strange = (v for v in environ if v.startswith(PREFIX) and not v.startswith(FOR_TESTS) and v not in known)
    return [(name, _did_you_mean(name, known)) for name in sorted(strange)]


def _did_you_mean(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean {near[0]}?" if near else "unset it, or see docs/settings.md."
    return f"There is no such setting; {remedy}"


def _invalid(problems: list[tuple[str, str]]) -> InvalidSetting:
    (first, problem), *rest = problems
    lines = [problem, *(f"{name}: {sentence}" for name, sentence in rest)]
    return InvalidSetting(first, "\n".join(lines), problems=tuple(problems))
