"""What programs get of the channels by which conversations come in: watched folders and mailboxes."""

from ingest.mailboxes.mailboxes import FolderProof, MailboxView
from ingest.mailboxes.syncing import Batch
from ingest.watching import FolderStatus
from kb.model.moment import to_iso
from webapp.json_shapes import Shape


def watched_json(one: FolderStatus) -> Shape:
    """A watched folder; `seen` is the sum of the four counts after it."""
    return {
        "folder": one.place.folder,
        "source": one.place.source,
        "looked_at": to_iso(one.looked_at),
        "problem": one.problem,
        "seen": one.seen,
        "taken": one.taken,
        "waiting": one.waiting,
        "refused": one.refused,
        "stopped": one.stopped,
        "reasons": [{"file": name, "reason": reason} for name, reason in one.reasons],
    }


def mailbox_json(view: MailboxView) -> Shape:
    """A mailbox, how far it came. Never its password: `password` says where that is."""
    mailbox = view.mailbox
    return {
        "name": mailbox.name,
        "host": mailbox.host,
        "port": mailbox.port,
        "tls": mailbox.tls,
        "user": mailbox.user,
        "password": mailbox.password_place,
        "synced_at": None if mailbox.synced_at is None else to_iso(mailbox.synced_at),
        "syncing": view.syncing,
        "problem": mailbox.problem,
        "folders": [folder_json(folder) for folder in view.folders],
    }


def folder_json(proof: FolderProof) -> Shape:
    """`messages` is what the server counts, null where it was not asked; see `complete`."""
    return {
        "folder": proof.folder,
        "uidvalidity": proof.validity,
        "messages": proof.messages,
        "accepted": proof.accepted,
        "duplicate": proof.duplicate,
        "rejected": proof.rejected,
        "reverted": proof.reverted,
        "waiting": proof.waiting,
        "gone": proof.gone,
        "complete": None if proof.messages is None else proof.complete,
    }


def batch_json(batch: Batch) -> Shape:
    """Messages that have just come in; `run` is null where all of them were deleted meanwhile."""
    run = batch.run
    return {
        "mailbox": batch.mailbox,
        "folder": batch.folder,
        "messages": batch.messages,
        "gone": batch.gone,
        "run": run.id if run else None,
        "accepted": run.accepted if run else 0,
        "duplicate": run.duplicate if run else 0,
        "rejected": run.rejected if run else 0,
    }
