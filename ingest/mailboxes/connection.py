"""An IMAP server, spoken to read-only: which messages a folder holds, and their bytes."""

import errno
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from imaplib import IMAP4
from typing import Any, NamedTuple

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from ingest.sources.mail import MESSAGE_LIMIT
from kb.errors import Invalid, Unavailable
from kb.store.mailboxes import Mailbox

PORTS = {"tls": 993, "starttls": 143, "none": 143}  # how the connection is guarded -> its usual port
PATIENCE_S = 60.0  # for an answer
WINDOW = 20_000  # uids that one search spans: its answer is one line, and lines have a limit
CHUNK_MESSAGES, CHUNK_BYTES = 100, 8 << 20  # fetched at a time
FOLDERS_NAMED = 30  # in the sentence about a folder that is not there


class Message(NamedTuple):
    """A message as the server holds it; `received` is when it came there."""

    uid: int
    raw: bytes
    received: datetime


class Opened(NamedTuple):
    """A folder of the moment: which numbering its uids belong to, and all of them in order."""

    validity: int
    uids: Sequence[int]


class Connection:
    """A signed-in session."""

    def __init__(self, client: IMAPClient, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def folders(self) -> list[str]:
        """The folders that hold messages, by name."""
        found = self._client.list_folders()
        return sorted(str(name) for flags, _, name in found if b"\\noselect" not in map(bytes.lower, flags))

    def open(self, folder: str, since: int = 0) -> Opened:
        """The folder and its messages with uids above `since`. Raises Invalid for a folder that is none."""
        told = self.select(folder)
        end = int(told.get(b"UIDNEXT") or self._client.folder_status(folder, ["UIDNEXT"])[b"UIDNEXT"])
        uids: list[int] = []
        for first in range(since + 1, end, WINDOW):
            uids += self._client.search(["UID", f"{first}:{min(first + WINDOW, end) - 1}"])
        return Opened(int(told[b"UIDVALIDITY"]), sorted(set(uids)))

    def select(self, folder: str) -> Any:
        """What the server says of the folder. Raises Invalid where it is none."""
        try:
            return self._client.select_folder(folder, readonly=True)
        except IMAP4.abort:
            raise
        except IMAP4.error:
            there = ", ".join(self.folders()[:FOLDERS_NAMED])
            raise Invalid("folders", f"The mailbox has no folder {folder}; it has {there}.") from None

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Bytes of each message of the open folder; those that are gone are missing."""
        found: Any = self._client.fetch(uids, ["RFC822.SIZE"]) if uids else {}
        return {uid: int(about[b"RFC822.SIZE"]) for uid, about in found.items() if b"RFC822.SIZE" in about}

    def messages(self, sizes: dict[int, int]) -> Iterator[Message]:
        """The messages of the open folder in the order of their uids, some at a time.

        One that is gone meanwhile is left out. Of one that is too big so much comes that it is seen to be.
        """
        chunk: list[int] = []
        total = 0
        for uid, size in sorted(sizes.items()):
            if chunk and (len(chunk) >= CHUNK_MESSAGES or total + size > CHUNK_BYTES):
                yield from self._fetched(chunk, total)
                chunk, total = [], 0
            chunk.append(uid)
            total += size
        if chunk:
            yield from self._fetched(chunk, total)

    def _fetched(self, uids: Sequence[int], total: int) -> Iterator[Message]:
        part = f"BODY.PEEK[]<0.{MESSAGE_LIMIT + 1}>" if total > MESSAGE_LIMIT else "BODY.PEEK[]"
        found: Any = self._client.fetch(uids, [part, "INTERNALDATE"])
        for uid in uids:
            about = found.get(uid, {})
            raw = about.get(b"BODY[]", about.get(b"BODY[]<0>"))
            if raw is not None:
                yield Message(uid, raw, about[b"INTERNALDATE"])


@contextmanager
def connected(mailbox: Mailbox, password: str) -> Iterator[Connection]:
    """A signed-in session. Raises Invalid for what the server refuses, Unavailable where it is gone."""
    with _translated(mailbox):
        client = _client(mailbox)
        client.normalise_times = False
        try:
            client.login(mailbox.user, password)
            yield Connection(client, mailbox)
        finally:
            with suppress(Exception):  # the session is over, whatever the server says to it
                client.logout()


def _client(mailbox: Mailbox) -> IMAPClient:
    guard = ssl.create_default_context(cafile=mailbox.ca_file)
    if mailbox.tls == "tls":
        return IMAPClient(mailbox.host, mailbox.port, ssl=True, ssl_context=guard, timeout=PATIENCE_S)
    client = IMAPClient(mailbox.host, mailbox.port, ssl=False, timeout=PATIENCE_S)
    if mailbox.tls == "starttls":
        client.starttls(guard)
    return client


@contextmanager
def _translated(mailbox: Mailbox) -> Iterator[None]:
    where = f"{mailbox.host}:{mailbox.port}"
    try:
        yield
    except LoginError as error:
        raise Invalid(
            "password",
            f"{where} refuses the user {mailbox.user} with this password ({_said(error)}). Correct it in "
            f"{mailbox.password_place}; many providers want an app password instead of the account's own.",
        ) from None
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(
            f"The certificate of {where} is not trusted ({error.verify_message}). Check the host's name, or "
            "name the file with the certificate of the authority that signed it."
        ) from None
    except ssl.SSLError as error:
        raise Unavailable(
            f"{where} does not speak TLS as expected ({error.reason}). Check the port, and whether it is tls "
            "or starttls."
        ) from None
    except IMAP4.abort as error:
        raise Unavailable(
            f"{where} ended the session ({_said(error)}). Nothing is lost; the next synchronisation goes on."
        ) from None
    except IMAP4.error as error:
        raise Unavailable(
            f"{where} answered in an unexpected way ({_said(error)}). Try again; ask its administrator."
        ) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(
                "The disk has no room for the fetched messages. Free some space; the work then goes on."
            ) from None
        raise Unavailable(
            f"{where} does not answer ({error.strerror or error}). Check host, port and network, and that "
            "the server runs; the next synchronisation goes on."
        ) from None


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:200].rstrip(".")
