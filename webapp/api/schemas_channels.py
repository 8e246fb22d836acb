"""Shapes of the JSON of watched folders and mailboxes (made by webapp.json_shapes_channels)."""

from apiflask import Schema
from apiflask.fields import Boolean, Integer, List, Nested, String
from apiflask.validators import OneOf, Range

from ingest.mailboxes.connection import PORTS
from webapp.api.schemas import instant


class FileReason(Schema):
    file = String()
    reason = String()


class WatchedItem(Schema):
    folder = String()
    source = String()
    looked_at = instant()
    problem = String(allow_none=True, metadata={"description": "why the folder could not be looked at"})
    seen = Integer(metadata={"description": "the sum of the four counts after it"})
    taken = Integer()
    waiting = Integer(metadata={"description": "files that are not complete yet"})
    refused = Integer()
    stopped = Integer(metadata={"description": "files whose import stopped on its way"})
    reasons = List(Nested(FileReason))


class WatchedOut(Schema):
    items = List(Nested(WatchedItem))


class WatchedKey(Schema):
    folder = String(required=True, metadata={"description": "as `folder` of the list says it"})
    source = String(required=True)


class MailFolderOut(Schema):
    folder = String()
    uidvalidity = Integer(allow_none=True)
    messages = Integer(
        allow_none=True, metadata={"description": "on the server; null where it was not asked"}
    )
    accepted = Integer()
    duplicate = Integer()
    rejected = Integer()
    reverted = Integer(metadata={"description": "their import was taken back"})
    waiting = Integer(metadata={"description": "for the next synchronisation"})
    gone = Integer(metadata={"description": "fetched once, no longer on the server"})
    complete = Boolean(
        allow_none=True, metadata={"description": "messages = accepted + duplicate + rejected"}
    )


class MailboxOut(Schema):
    name = String()
    host = String()
    port = Integer()
    tls = String()
    user = String()
    password = String(metadata={"description": "the variable or the file that holds it"})
    synced_at = instant(allow_none=True)
    syncing = Boolean()
    problem = String(allow_none=True, metadata={"description": "why the last synchronisation stopped"})
    folders = List(Nested(MailFolderOut))


class MailboxesOut(Schema):
    items = List(Nested(MailboxOut))


class MailboxIn(Schema):
    name = String(required=True)
    host = String(required=True)
    user = String(required=True)
    port = Integer(load_default=None, validate=Range(min=1, max=65535))
    tls = String(load_default="tls", validate=OneOf(list(PORTS)))
    password_env = String(load_default=None, metadata={"description": "environment variable of the server"})
    password_file = String(load_default=None, metadata={"description": "file on the server"})
    ca_file = String(load_default=None)
    folders = List(String(), load_default=lambda: ["INBOX"])
