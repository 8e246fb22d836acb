"""Watched folders and mailboxes, as an administrator's program looks after them."""

from pathlib import Path
from typing import Any

from apiflask import APIBlueprint

from ingest.mailboxes.adding import NewMailbox
from webapp.api import schemas_channels as schemas
from webapp.json_shapes import Shape
from webapp.json_shapes_channels import mailbox_json, watched_json
from webapp.parts import mailboxes, watching
from webapp.sign_in import viewer

bp = APIBlueprint("api_channels", __name__, url_prefix="/api/v1", tag="Channels")


@bp.get("/watched")
@bp.output(schemas.WatchedOut)
def watched() -> Shape:
    """The watched folders: files seen, taken in, waiting, refused and stopped, with the reasons."""
    return {"items": [watched_json(one) for one in watching().status(viewer())]}


@bp.delete("/watched")
@bp.input(schemas.WatchedKey, location="query")
@bp.output({}, status_code=204)
def forget(query_data: dict[str, str]) -> str:
    """Drop a folder from the list; what its files brought in stays."""
    watching().forget(viewer(), Path(query_data["folder"]), query_data["source"])
    return ""


@bp.get("/mailboxes")
@bp.output(schemas.MailboxesOut)
def all_mailboxes() -> Shape:
    """The mailboxes and what of them is in the ledger; no server is asked."""
    return {"items": [mailbox_json(view) for view in mailboxes().all(viewer())]}


@bp.post("/mailboxes")
@bp.input(schemas.MailboxIn)
@bp.output(schemas.MailboxOut, status_code=201)
def add(json_data: dict[str, Any]) -> Shape:
    """Add a mailbox, once its server lets us in. The password is named by its place, never sent."""
    given = json_data | {"folders": tuple(json_data["folders"])}
    made = mailboxes().add(viewer(), NewMailbox(**given), confined=True)
    return mailbox_json(mailboxes().one(viewer(), made.name))


@bp.get("/mailboxes/<name>")
@bp.output(schemas.MailboxOut)
def status(name: str) -> Shape:
    """The mailbox with each folder counted on its server against the ledger."""
    return mailbox_json(mailboxes().status(viewer(), name))


@bp.post("/mailboxes/<name>/sync")
@bp.output(schemas.MailboxOut, status_code=202)
def sync(name: str) -> Shape:
    """Begin to fetch what is new. `syncing` is true until it ends; `problem` says why it broke off."""
    mailboxes().begin(viewer(), name)
    return mailbox_json(mailboxes().one(viewer(), name))


@bp.delete("/mailboxes/<name>")
@bp.output({}, status_code=204)
def remove(name: str) -> str:
    """Fetch from it no longer; what it brought stays."""
    mailboxes().remove(viewer(), name)
    return ""
