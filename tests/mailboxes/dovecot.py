"""A real IMAP server for the tests: Dovecot, where it is installed, on loopback with an empty folder.

Any user signs in with PASSWORD. Mails lie with the user `nobody` where the tests run as root, which Dovecot
refuses to serve mails of.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from kb.store.server_folder import free_port
from tests.store.engines import EngineMissing

PASSWORD = "open-sesame-2026"
PATIENCE = 30.0
CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 50
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


@dataclass
class Server:
    """A running server; `kill` and `start` make it go away and come back."""

    folder: Path
    port: int
    tls_port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def certificate(self) -> Path:
        return self.folder / "cert.pem"

    @contextmanager
    def visit(self, user: str) -> Iterator[IMAPClient]:
        """The user's mailbox, as a mail program sees it."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=PATIENCE)
        try:
            client.login(user, PASSWORD)
            yield client
        finally:
            with suppress(Exception):
                client.logout()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [_program(), "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as there:
                if there.recv(4) == b"* OK":
                    return
            if self.process.poll() is not None or time.monotonic() > until:
                log = self.folder / "log"
                said = log.read_text(errors="replace")[-500:] if log.exists() else ""
                raise EngineMissing(f"Dovecot does not start: {said}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process = None


@contextmanager
def dovecot() -> Iterator[Server]:
    """A server of its own. Raises EngineMissing where none is installed."""
    _program()
    with tempfile.TemporaryDirectory(prefix="kbcrm-imap-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "mail").mkdir()
        _certify(folder)
        root = os.geteuid() == 0
        me = getpass.getuser()
        if root:
            shutil.chown(folder / "mail", "nobody", "nogroup")
        server = Server(folder, free_port(), free_port())
        (folder / "dovecot.conf").write_text(
            CONFIG.format(
                folder=folder,
                internal="dovecot" if root else me,
                group="dovecot" if root else os.getegid(),
                login="dovenull" if root else me,
                password=PASSWORD,
                uid="nobody" if root else os.geteuid(),
                gid="nogroup" if root else os.getegid(),
                port=server.port,
                tls_port=server.tls_port,
            )
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _program() -> str:
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise EngineMissing("no IMAP server is installed: install the package dovecot-imapd")
    return found


def _certify(folder: Path) -> None:
    """A certificate of its own for 127.0.0.1, which nobody else trusts."""
    done = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise EngineMissing(f"openssl cannot make a certificate: {done.stderr[-200:]}")
