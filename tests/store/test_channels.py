"""What is remembered of watched folders and mailboxes, on both databases."""

from dataclasses import replace

import pytest

from kb.errors import Conflict, NotFound
from kb.model.ledger import Draft, Reason, RecordKind, Rejection, RunStatus
from kb.store.database import connect
from kb.store.ledger import Ledger
from kb.store.mailboxes import Mailbox, MailboxStore, Progress
from kb.store.watched import FileState, Place, WatchedFile, WatchedFiles
from tests.kb.parts import Clock

NOTES = Place("/srv/notes", "notes")
BOX = Mailbox(
    name="support",
    host="imap.example.com",
    port=993,
    tls="tls",
    user="support@example.com",
    secret="env:MAIL_PASSWORD",
    folders=("INBOX", "客户"),
)


def test_a_watched_file_is_remembered_as_it_was_last_seen(database_url: str) -> None:
    files = WatchedFiles(connect(database_url))
    seen = [
        WatchedFile(
            name=f"{n}.md", size=n << 40, modified=1_795_406_373_123_456_789, state=FileState.SEEN, at=n
        )
        for n in range(1, 1001)
    ]
    files.put(NOTES, seen)
    taken = replace(seen[0], state=FileState.TAKEN, kept="a.md", after=3, run="r4")
    files.put(NOTES, [taken])
    files.put(Place("/srv/notes", "mail"), [seen[1]])
    known = files.files(NOTES)
    assert len(known) == 1000
    assert known["1.md"] == taken
    assert known["1000.md"] == seen[-1]
    assert list(files.files(Place("/srv/notes", "mail"))) == ["2.md"]
    files.looked(NOTES, 5)
    files.looked(NOTES, 6, "It is gone.")
    assert files.places() == [(NOTES, 6, "It is gone.")]


def test_a_mailbox_is_remembered_until_it_is_removed(database_url: str) -> None:
    store = MailboxStore(connect(database_url))
    store.add(BOX)
    with pytest.raises(Conflict):
        store.add(BOX)
    store.synced("support", 7, None)
    store.synced("support", 8, "It is gone.")
    assert store.one("support") == replace(BOX, synced_at=7, problem="It is gone.")
    store.put("support", "客户", Progress(validity=1 << 40, uid=5, after=2, upto=9))
    assert store.progress("support", "客户") == Progress(validity=1 << 40, uid=5, after=2, upto=9)
    store.remove("support")
    assert store.all() == []
    assert store.progress("support", "客户") is None
    with pytest.raises(NotFound):
        store.remove("support")


def test_how_messages_ended_is_told_by_the_ledger(database_url: str) -> None:
    engine = connect(database_url)
    ledger, store = Ledger(engine, Clock()), MailboxStore(engine)
    run = ledger.open_run(source="mail", title="support: INBOX 11–14", started_by="admin")
    refused = Rejection(reason=Reason.EMPTY, field="text")
    drafts = [
        Draft(kind=RecordKind.ROW, key=key, unit=key, payload={"n": 1}, place=place, rejection=rejection)
        for place, (key, rejection) in enumerate((("a", None), ("a", None), ("b", refused)), 1)
    ]
    derived = Draft(kind=RecordKind.ROW, key="c", unit="c", payload={}, place=2, derived=True)
    ledger.land(run, [*drafts, derived], entries=3, last=True)
    store.landed("support", "INBOX", Progress(validity=1, uid=14), run.id, {11: 1, 12: 2, 14: 3, 15: 9})
    ended = {11: "accepted", 12: "duplicate", 14: "rejected"}
    assert store.outcomes("support", "INBOX", 1) == ended, "a message without a record has not ended"
    assert store.outcomes("support", "INBOX", 2) == {}
    store.landed("support", "INBOX", Progress(validity=1, uid=14), run.id, {11: 1, 12: 2})
    assert store.outcomes("support", "INBOX", 1) == ended, "the same batch twice is one"
    ledger.finish(run, RunStatus.REVERTED)
    assert set(store.outcomes("support", "INBOX", 1).values()) == {"reverted"}
