"""What settings may hold, where that takes more than a line to say: the endpoint of a language model."""

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

MINUTES_A_DAY = 1440
MOST = 10**12  # of tokens or requests a day
READERS = ("built-in", "language-model")
OFF = "off"  # nobody reads by itself
LONGEST_NAME = 200  # characters of a model's name


class Wrong(Exception):
    """What is wrong with a value and what to do; becomes an InvalidSetting that names the variable."""


def path(text: str) -> Path:
    """A path, absolute, that the system can look at."""
    try:
        found = Path(text).expanduser().absolute()
        found.exists()
    except (OSError, RuntimeError, ValueError):  # an unknown ~user, a folder that is closed to us, too long
        raise Wrong(f"{text!r} is no path that can be used here; give another one.") from None
    return found


def reader(text: str) -> str:
    """Who reads for facts what comes in."""
    if text in READERS or text == OFF:
        return text
    raise Wrong(f"{text!r} does not read; give {', '.join(READERS)} or {OFF}.")


def split(text: str) -> SplitResult:
    """The parts of an address. Raises Wrong, without its words: they may hold a password."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise Wrong("The address cannot be read; check its port and brackets.") from None
    return parts


def endpoint(text: str) -> str:
    """The base address of an OpenAI-compatible endpoint, empty for none; the key is a setting of its own."""
    if not text:
        return ""
    parts = split(text)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Wrong("The address carries a key or a password; give it as KBCRM_LLM_KEY.")
    plain = text.isascii() and text.isprintable() and " " not in text
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise Wrong(
            "This is no address of an endpoint; give one such as http://127.0.0.1:11434/v1, "
            "or leave it empty for none."
        )
    return text.rstrip("/")


def model(text: str) -> str:
    """The name of a model."""
    if len(text) > LONGEST_NAME or not text.isprintable():
        raise Wrong("This is no name of a model; give one that the endpoint lists.")
    return text


def key(text: str) -> str:
    """A key as a header may hold it; it is never repeated."""
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise Wrong("This is no key: it holds blanks or characters that no key has.")
    return text


def count(text: str) -> int:
    """How many a day: a whole number."""
    if text.isascii() and text.isdigit() and int(text[:20]) <= MOST:
        return int(text[:20])
    raise Wrong(f"{text!r} is no number a day; give a whole number such as 1000000.")


def seconds(text: str) -> float:
    """How long to wait: more than none, at most an hour."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:8]) <= 3600:
        return float(text)
    raise Wrong(f"{text!r} is no time to wait; give a whole number of seconds from 1 to 3600.")


def minutes(text: str) -> int:
    """Minutes between two turns, 0 for never."""
    if text.isascii() and text.isdigit() and int(text) <= MINUTES_A_DAY:
        return int(text)
    raise Wrong(
        f"{text!r} is no number of minutes; give one up to {MINUTES_A_DAY}, such as 15, or 0 for never."
    )


def watched(text: str) -> tuple[tuple[str, Path], ...]:
    """(source, folder) of each folder that is watched."""
    return tuple(_watched(item.strip()) for item in text.split(",") if item.strip())


def _watched(item: str) -> tuple[str, Path]:
    from ingest.sources import SOURCES  # noqa: PLC0415 - help does without

    source, equals, folder = (part.strip() for part in item.partition("="))
    if not (equals and folder and source in SOURCES):
        raise Wrong(
            f"{item!r} is no watched folder; give SOURCE=FOLDER such as notes=/srv/notes, several with "
            f"commas between them. Sources: {', '.join(SOURCES)}."
        )
    return source, path(folder)
