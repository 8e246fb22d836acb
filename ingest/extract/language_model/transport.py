"""One HTTP exchange: no redirects, a bounded answer, an end in time."""

import time
from http.client import HTTPException
from ipaddress import ip_address
from typing import IO, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

LARGEST = 4 * 1024**2  # bytes of an answer
_CHUNK = 65_536


class Unreachable(Exception):
    """No answer, or not in time, or too long a one. Says neither address nor headers."""


class Answered(NamedTuple):
    status: int
    body: bytes
    retry_after: float  # seconds; 0 where the endpoint asks for none


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry the key to another host."""

    def redirect_request(self, *_: object) -> None:
        return None


def exchange(url: str, *, key: str, timeout: float, body: bytes | None = None) -> Answered:
    """GET, or POST where there is a body, within `timeout` seconds. Raises Unreachable."""
    headers = {"Accept": "application/json", "User-Agent": "kbcrm"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    if body is not None:
        headers["Content-Type"] = "application/json"
    until = time.monotonic() + timeout
    try:
        request = Request(url, data=body, headers=headers)  # noqa: S310 - settings take http and https only
        with _opener(url).open(request, timeout=timeout) as response:
            return Answered(response.status, _read(response, until), 0.0)
    except HTTPError as error:
        with error:
            return Answered(error.code, b"", _seconds(error.headers.get("Retry-After")))
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable from error


def _opener(url: str) -> OpenerDirector:
    """Proxies are those of the environment, but none stands before this machine itself."""
    if is_local(url):
        return build_opener(_NoRedirects, ProxyHandler({}))
    return build_opener(_NoRedirects)


def is_local(url: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(response: IO[bytes], until: float) -> bytes:
    chunks, length = list[bytes](), 0
    while chunk := response.read1(_CHUNK):  # type: ignore[attr-defined] # of http.client, unknown to IO
        length += len(chunk)
        if length > LARGEST or time.monotonic() > until:
            raise Unreachable
        chunks.append(chunk)
    return b"".join(chunks)


def _seconds(said: str | None) -> float:
    """Of a Retry-After; the form with a date counts as none."""
    return float(said) if said and said.isascii() and said.isdigit() and len(said) < 6 else 0.0
