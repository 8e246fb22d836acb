"""What settings may hold, where that takes more than a line to say: the endpoint of a language model."""

from urllib.parse import SplitResult, urlsplit

MOST = 10**12  # of tokens or requests a day
READERS = ("built-in", "language-model")
OFF = "off"  # nobody reads by itself
LONGEST_NAME = 200  # characters of a model's name


class Wrong(Exception):
    """What is wrong with a value and what to do; becomes an InvalidSetting that names the variable."""


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
