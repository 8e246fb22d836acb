"""The form by which a mailbox is described."""

from collections.abc import Mapping

from ingest.mailboxes.adding import NewMailbox
from ingest.mailboxes.connection import PORTS
from webapp.forms import Fields
from webapp.translate import gettext as _


def parse_mailbox(form: Mapping[str, str]) -> NewMailbox:
    """Raises FormError naming every bad field at once, in the reader's words."""
    with Fields(form) as fields:
        name = fields.text("name", _("Give the mailbox a name."))
        host = fields.text("host", _("Give the name of the IMAP server, such as imap.example.com."))
        user = fields.text("user", _("Give the user who signs in there, often the mail address."))
        folders = fields.text("folders", _("Name at least one folder, such as INBOX."))
        return NewMailbox(
            name=name,
            host=host,
            port=_port(fields),
            tls=fields.choice("tls", PORTS, _("Choose how the connection is guarded.")),
            user=user,
            password_env=fields.optional("password_env"),
            password_file=fields.optional("password_file"),
            ca_file=fields.optional("ca_file"),
            folders=tuple(folders.splitlines()),
        )


def _port(fields: Fields) -> int | None:
    given = fields.optional("port")
    if given and not (given.isascii() and given.isdigit() and len(given) <= 5):
        fields.wrong("port", _("Give a whole number, or leave it empty for the usual port."))
        return None
    return int(given) if given else None
