"""The channels by which conversations come in by themselves: watched folders and mailboxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.mailboxes.connection import PORTS
from ingest.mailboxes.mailboxes import FolderProof, MailboxView
from ingest.watching import FolderStatus
from webapp import display
from webapp.links import address
from webapp.translate import gettext as _
from webapp.translate import problem as translated

REASONS = 100  # shown of one folder


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedLine:
    """A watched folder; `reasons` are (file, sentence) of those that were refused or have stopped."""

    folder: str
    source: str  # code
    looked_at: int
    problem: str
    counts: tuple[tuple[str, str], ...]  # (label, number) of seen, taken, waiting, refused, stopped
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFolder:
    """A folder of a mailbox; `messages` is "" and `complete` None where the server was not asked."""

    name: str
    messages: str
    accepted: str
    duplicate: str
    rejected: str
    reverted: str
    waiting: str
    gone: str
    complete: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLine:
    href: str
    name: str
    user: str
    server: str
    password: str  # where it stands, never what it is
    synced_at: int | None
    syncing: bool
    problem: str
    folders: tuple[MailFolder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    folders: tuple[WatchedLine, ...]
    mailboxes: tuple[MailboxLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPage:
    mailbox: MailboxLine
    counted: bool  # the server was asked
    trouble: str  # why it could not be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxForm:
    """`guards` are the ways to guard the connection: (code, label)."""

    guards: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)


def channels(watched: Sequence[FolderStatus], mailboxes: Sequence[MailboxView]) -> Channels:
    return Channels(
        folders=tuple(_watched(one) for one in watched),
        mailboxes=tuple(mailbox_line(one) for one in mailboxes),
    )


def mailbox_line(view: MailboxView) -> MailboxLine:
    mailbox = view.mailbox
    return MailboxLine(
        href=address("mailboxes.show", name=mailbox.name),
        name=mailbox.name,
        user=mailbox.user,
        server=f"{mailbox.host}:{mailbox.port}",
        password=mailbox.password_place,
        synced_at=mailbox.synced_at,
        syncing=view.syncing,
        problem=translated(mailbox.problem) if mailbox.problem else "",
        folders=tuple(_folder(one) for one in view.folders),
    )


def mailbox_form(values: Mapping[str, str], problems: Mapping[str, str] | None = None) -> MailboxForm:
    labels = {
        "tls": _("TLS, port 993"),
        "starttls": _("STARTTLS, port 143"),
        "none": _("none, on this machine only"),
    }
    fresh = {"tls": "tls", "folders": "INBOX"}
    guards = tuple((code, labels[code]) for code in PORTS)
    return MailboxForm(guards=guards, values=fresh | dict(values), problems=problems or {})


def _watched(one: FolderStatus) -> WatchedLine:
    counts = {
        _("Files"): one.seen,
        _("Taken in"): one.taken,
        _("Waiting"): one.waiting,
        _("Refused"): one.refused,
        _("Stopped"): one.stopped,
    }
    return WatchedLine(
        folder=one.place.folder,
        source=one.place.source,
        looked_at=one.looked_at,
        problem=translated(one.problem) if one.problem else "",
        counts=tuple((label, display.number(count)) for label, count in counts.items()),
        reasons=tuple((name, translated(reason)) for name, reason in one.reasons[:REASONS]),
    )


def _folder(proof: FolderProof) -> MailFolder:
    asked = proof.messages is not None
    return MailFolder(
        name=proof.folder,
        messages=display.number(proof.messages) if proof.messages is not None else "",
        accepted=display.number(proof.accepted),
        duplicate=display.number(proof.duplicate),
        rejected=display.number(proof.rejected),
        reverted=display.number(proof.reverted),
        waiting=display.number(proof.waiting) if asked else "",
        gone=display.number(proof.gone) if asked else "",
        complete=proof.complete if asked else None,
    )
