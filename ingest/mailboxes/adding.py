"""A mailbox as somebody describes it, checked field by field; and where its password is found."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.mailboxes.connection import PORTS
from kb.errors import Invalid
from kb.store.mailboxes import SETTING, Mailbox

NAME = re.compile(r"\w[\w .-]{0,59}")
VARIABLE = re.compile(r"[A-Za-z_]\w{0,199}", re.ASCII)
REMOTE = "MAILBOX_"  # begins the variables that a page or a program may name
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMailbox:
    """`port` None: the usual one. The password stands in a variable, a file, or else in the settings."""

    name: str
    host: str
    user: str
    port: int | None = None
    tls: str = "tls"
    password_env: str | None = None
    password_file: str | None = None
    ca_file: str | None = None
    folders: tuple[str, ...] = ("INBOX",)

    def mailbox(self) -> Mailbox:
        """Raises Invalid naming the field that cannot be used."""
        if not NAME.fullmatch(self.name):
            raise Invalid("name", f"{self.name!r} is no name; use letters, digits, spaces and - . up to 60.")
        if not self.host.strip():
            raise Invalid("host", "Give the name of the IMAP server, such as imap.example.com.")
        if not self.user.strip():
            raise Invalid("user", "Give the user who signs in there, often the mail address.")
        if self.tls not in PORTS:
            raise Invalid("tls", f"{self.tls!r} is not known; choose tls, starttls or none.")
        if self.tls == "none" and self.host not in LOOPBACK:
            raise Invalid("tls", "Without TLS the password would cross the network readably; choose tls.")
        port = PORTS[self.tls] if self.port is None else self.port
        if not 1 <= port <= 65535:
            raise Invalid("port", f"{port} is no port; give a whole number from 1 to 65535, such as 993.")
        folders = tuple(dict.fromkeys(folder.strip() for folder in self.folders if folder.strip()))
        if not folders:
            raise Invalid("folders", "Name at least one folder, such as INBOX.")
        if self.ca_file and not Path(self.ca_file).is_file():
            raise Invalid("ca_file", f"There is no file {self.ca_file}; give the path of a certificate.")
        return Mailbox(
            name=self.name,
            host=self.host.strip(),
            port=port,
            tls=self.tls,
            user=self.user.strip(),
            secret=self._secret(),
            ca_file=self.ca_file or None,
            folders=folders,
        )

    def confine(self, folder: Path) -> None:
        """What a page or a program may name: a mailbox must not carry other secrets of this machine away.

        Raises Invalid for a variable that does not begin with REMOTE and for a file outside of `folder`.
        """
        if self.password_env and not self.password_env.startswith(REMOTE):
            raise Invalid(
                "password_env",
                f"From here only variables that begin with {REMOTE} are read; name such a one, or add the "
                "mailbox with kbcrm mailbox add.",
            )
        for field, path in (("password_file", self.password_file), ("ca_file", self.ca_file)):
            if path and folder.resolve() not in Path(path).resolve().parents:
                raise Invalid(
                    field,
                    f"From here only files in {folder} are read; put it there, or add the mailbox with "
                    "kbcrm mailbox add.",
                )

    def _secret(self) -> str:
        if self.password_env and self.password_file:
            raise Invalid("password", "Name a variable or a file for the password, not both.")
        if self.password_env:
            if not VARIABLE.fullmatch(self.password_env):
                raise Invalid("password", f"{self.password_env!r} is no name of an environment variable.")
            return f"env:{self.password_env}"
        return f"file:{Path(self.password_file).absolute()}" if self.password_file else SETTING


def password_of(mailbox: Mailbox, environment: Callable[[str], str | None], standing: str) -> str:
    """The mailbox's password, read anew each time. Raises Invalid where it is not where it should be."""
    kind, _, place = mailbox.secret.partition(":")
    if kind == "env":
        found = environment(place)
        if not found:
            raise Invalid("password", f"The environment variable {place} is not set; set it to the password.")
        return found
    if kind == "file":
        return _in_file(place)
    if not standing:
        raise Invalid(
            "password",
            "The mailbox has no password; set KBCRM_MAILBOX_PASSWORD, or name a variable or a file for it.",
        )
    return standing


def _in_file(place: str) -> str:
    try:
        found = Path(place).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            "password", f"The file {place} cannot be read as text; correct its path or rights."
        ) from error
    if not found or not found[0]:
        raise Invalid("password", f"The first line of {place} is empty; write the password there.")
    return found[0]
