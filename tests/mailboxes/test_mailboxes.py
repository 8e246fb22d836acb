"""Mail fetched from a real IMAP server: each message once, whatever happens in between, and all of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.mailboxes import spool
from ingest.mailboxes.adding import NewMailbox
from ingest.mailboxes.connection import Connection
from ingest.mailboxes.mailboxes import FolderProof
from ingest.mailboxes.syncing import Batch
from ingest.sources import mail as source
from kb.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from kb.model.moment import to_iso
from kb.model.viewer import Role, Viewer
from kb.store.feed import Feed
from tests.kb.parts import ADMIN
from tests.mailboxes.conftest import Place
from tests.mailboxes.dovecot import PASSWORD, Server, dovecot

Counts = tuple[int | None, ...]


def mail(n: int, text: str = "", **headers: str) -> bytes:
    """A message; `headers` that are "" are left out."""
    told = {
        "From": "Marijke <m@kloosterveen.example>",
        "To": "us@pumps.example",
        "Date": "Tue, 13 Jan 2026 09:12:00 +0100",
        "Subject": f"Pump {n}",
        "Message-ID": f"<{n}@kloosterveen.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    return "\r\n".join((*lines, "", text or f"Pump {n} leaks.", "")).encode()


def fill(imap: Server, user: str, messages: Iterable[bytes], folder: str = "INBOX") -> None:
    with imap.visit(user) as there:
        if folder != "INBOX" and not there.folder_exists(folder):
            there.create_folder(folder)
        for raw in messages:
            there.append(folder, raw, msg_time=datetime(2026, 2, 1, 10, 30, tzinfo=UTC))


def described(imap: Server, user: str, **more: Any) -> NewMailbox:
    about = NewMailbox(
        name="support", host="127.0.0.1", port=imap.port, tls="none", user=user, password_env="MAIL_PASSWORD"
    )
    return replace(about, **more)


def synced(place: Place, **how: Any) -> list[Batch]:
    batches: list[Batch] = []
    place.mailboxes.sync(ADMIN, "support", batches.append, **how)
    return batches


def proof(place: Place) -> FolderProof:
    (folder,) = place.mailboxes.status(ADMIN, "support").folders
    return folder


def counts(found: FolderProof) -> Counts:
    """Messages on the server, accepted, duplicate, rejected, waiting, gone."""
    ended = (found.accepted, found.duplicate, found.rejected)
    return (found.messages, *ended, found.waiting, found.gone)


def records(place: Place) -> list[tuple[str, int, int, int]]:
    """(status, accepted, duplicate, rejected) of all runs, the oldest first."""
    found = place.runs.list(ADMIN, limit=500).items
    return [(run.status, run.accepted, run.duplicate, run.rejected) for run in reversed(found)]


@pytest.fixture
def support(place: Place, imap: Server, user: str) -> Place:
    """Fetches from a mailbox with five messages."""
    fill(imap, user, map(mail, range(5)))
    place.mailboxes.add(ADMIN, described(imap, user))
    return place


def test_the_first_synchronisation_brings_all_and_the_next_only_what_is_new(
    support: Place, imap: Server, user: str
) -> None:
    assert counts(proof(support)) == (5, 0, 0, 0, 5, 0)
    (batch,) = synced(support)
    assert (batch.folder, batch.messages, batch.gone) == ("INBOX", 5, 0)
    assert counts(proof(support)) == (5, 5, 0, 0, 0, 0)
    assert proof(support).complete
    assert synced(support) == []
    fill(imap, user, map(mail, (5, 6, 2)))
    assert counts(proof(support)) == (8, 5, 0, 0, 3, 0)
    assert not proof(support).complete
    (batch,) = synced(support)
    assert batch.messages == 3
    assert counts(proof(support)) == (8, 7, 1, 0, 0, 0), "the copy of a message is a duplicate"
    assert support.mailboxes.one(ADMIN, "support").mailbox.problem is None


def test_messages_come_byte_by_byte_as_the_server_holds_them(
    place: Place, imap: Server, user: str, tmp_path: Path
) -> None:
    odd = [
        mail(
            1,
            "Hello.\r\n\r\nFrom here on it leaks.\r\n>From there too.\r\n\r\nFrom a@b.c Tue 09:12:00 2026",
        ),
        mail(2, "再见。\r\n" + "x" * 70_000 + "\r\n\r\nFrom the end"),
        mail(3, "no line end")[:-2],
        mail(4, "\r\n\r\n"),
    ]
    fill(imap, user, odd)
    place.mailboxes.add(ADMIN, described(imap, user))
    (batch,) = synced(place)
    assert batch.run
    assert (batch.run.records, batch.run.accepted) == (4, 4)
    (kept,) = (tmp_path / "home" / "files").iterdir()
    with kept.open("rb") as file:
        read = [message.split(b"\n", 1)[1].rstrip(b"\r\n") for message in source._messages(file)]
    assert read == [raw.rstrip(b"\r\n") for raw in odd]


def test_a_message_without_a_date_is_dated_by_its_arrival_on_the_server(
    place: Place, imap: Server, user: str
) -> None:
    fill(imap, user, [mail(1, Date="")])
    place.mailboxes.add(ADMIN, described(imap, user))
    (batch,) = synced(place)
    assert batch.run
    (touch,) = Feed(place.engine).interactions()
    assert to_iso(touch.payload["at"]) == "2026-02-01T10:30:00.000Z"
    assert touch.payload["direction"] == "unknown"


def test_broken_mails_are_rejected_with_their_reason_and_count(place: Place, imap: Server, user: str) -> None:
    fill(
        imap,
        user,
        [mail(1), mail(2, From=""), b"\r\n", b"no header at all", mail(3, Date="yesterday"), mail(4)],
    )
    place.mailboxes.add(ADMIN, described(imap, user))
    (batch,) = synced(place)
    assert batch.run
    assert (batch.messages, batch.run.records) == (6, 6)
    found = proof(place)
    assert found.messages == 6 == found.accepted + found.rejected
    assert found.complete
    rejected = place.runs.rejected(ADMIN, batch.run.id).items
    assert {row.field for row in rejected} >= {"from", "headers"}


def test_batches_are_runs_and_a_folder_may_have_any_name(place: Place, imap: Server, user: str) -> None:
    fill(imap, user, map(mail, range(3)))
    fill(imap, user, map(mail, range(3, 10)), folder="客户/投诉 & more")
    place.mailboxes.add(ADMIN, described(imap, user, folders=("INBOX", "客户/投诉 & more")))
    batches = synced(place, batch=3)
    assert [(batch.folder, batch.messages) for batch in batches] == [
        ("INBOX", 3),
        ("客户/投诉 & more", 3),
        ("客户/投诉 & more", 3),
        ("客户/投诉 & more", 1),
    ]
    folders = place.mailboxes.status(ADMIN, "support").folders
    assert [(folder.messages, folder.complete) for folder in folders] == [(3, True), (7, True)]


def test_a_folder_that_is_numbered_anew_is_fetched_again_and_recognised(
    place: Place, imap: Server, user: str
) -> None:
    fill(imap, user, map(mail, range(4)), folder="Old")
    place.mailboxes.add(ADMIN, described(imap, user, folders=("Old",)))
    synced(place)
    before = proof(place).validity
    with imap.visit(user) as there:
        there.delete_folder("Old")
    fill(imap, user, map(mail, range(6)), folder="Old")
    assert not proof(place).complete
    synced(place)
    assert proof(place).validity != before
    assert counts(proof(place)) == (6, 2, 4, 0, 0, 0)
    assert records(place) == [("done", 4, 0, 0), ("done", 2, 4, 0)]


def test_messages_that_are_deleted_on_the_server_stay_in_the_ledger(
    support: Place, imap: Server, user: str
) -> None:
    synced(support)
    with imap.visit(user) as there:
        there.select_folder("INBOX")
        there.delete_messages([2, 3])
        there.expunge()
    assert counts(proof(support)) == (3, 3, 0, 0, 0, 2)
    assert proof(support).complete
    assert synced(support) == []


def test_messages_that_vanish_while_they_are_fetched_are_passed_over(
    support: Place, imap: Server, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = Connection.sizes

    def slowly(self: Connection, uids: Any) -> dict[int, int]:
        found = sizes(self, uids)
        with imap.visit(user) as there:
            there.select_folder("INBOX")
            there.delete_messages([2])
            there.expunge()
        return found

    monkeypatch.setattr(Connection, "sizes", slowly)
    (batch,) = synced(support)
    assert (batch.messages, batch.gone) == (4, 1)
    assert counts(proof(support)) == (4, 4, 0, 0, 0, 0)


def cut_off(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, times: int = 1) -> None:
    """The `times`-th call breaks off as a killed process would; later ones work."""
    original, calls = getattr(where, name), iter(range(1, 1000))

    def once(*args: Any, **more: Any) -> Any:
        if next(calls) == times:
            raise KeyboardInterrupt
        return original(*args, **more)

    monkeypatch.setattr(where, name, once)


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (lambda place: spool, "write"),
        (lambda place: place.once, "start"),
        (lambda place: place.runs, "wait"),
        (lambda place: place.store, "landed"),
    ],
    ids=["before it is fetched", "before the run", "while the run is at work", "before the mark moves"],
)
def test_cut_off_anywhere_the_next_one_goes_on_without_duplicates_or_losses(
    support: Place, monkeypatch: pytest.MonkeyPatch, where: Callable[[Place], Any], name: str
) -> None:
    with monkeypatch.context() as broken:
        cut_off(broken, where(support), name, times=2)
        with pytest.raises(KeyboardInterrupt):
            synced(support, batch=2)
    synced(support, batch=2)
    assert counts(proof(support)) == (5, 5, 0, 0, 0, 0)
    assert records(support) == [("done", 2, 0, 0), ("done", 2, 0, 0), ("done", 1, 0, 0)]


def test_a_run_that_was_taken_back_shows_and_everything_can_be_fetched_again(support: Place) -> None:
    (batch,) = synced(support)
    assert batch.run
    support.runs.revert(ADMIN, batch.run.id)
    found = proof(support)
    assert (found.accepted, found.reverted, found.complete) == (0, 5, False)
    assert synced(support) == []
    synced(support, again=True)
    assert counts(proof(support)) == (5, 5, 0, 0, 0, 0)
    synced(support, again=True)
    assert counts(proof(support)) == (5, 0, 5, 0, 0, 0), "the same messages again are duplicates"


def test_a_wrong_password_is_told_with_its_place_and_remedy(support: Place, imap: Server, user: str) -> None:
    support.variables["MAIL_PASSWORD"] = "swordfish"
    with pytest.raises(Invalid) as raised:
        synced(support)
    said = str(raised.value)
    assert said.startswith(f"password: 127.0.0.1:{imap.port} refuses the user {user}")
    assert "MAIL_PASSWORD" in said
    assert "swordfish" not in said
    assert (support.mailboxes.one(ADMIN, "support").mailbox.problem or "") in said
    support.variables.clear()
    with pytest.raises(Invalid, match="The environment variable MAIL_PASSWORD is not set"):
        synced(support)


def test_the_password_is_nowhere_in_the_data_folder(support: Place, tmp_path: Path) -> None:
    synced(support)
    for path in (tmp_path / "home").rglob("*"):
        assert path.is_dir() or PASSWORD.encode() not in path.read_bytes(), path


def test_a_password_may_stand_in_a_file_or_in_the_setting(
    place: Place, imap: Server, user: str, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n")
    about = described(imap, user, password_env=None, password_file=str(secret))
    place.mailboxes.add(ADMIN, about)
    assert proof(place).complete
    secret.write_text("")
    with pytest.raises(Invalid, match=r"The first line of .*secret is empty"):
        proof(place)
    secret.unlink()
    with pytest.raises(Invalid, match="cannot be read as text"):
        proof(place)
    with pytest.raises(Invalid, match="KBCRM_MAILBOX_PASSWORD"):
        place.mailboxes.add(ADMIN, replace(about, name="other", password_file=None))


def test_a_server_that_is_gone_is_told_and_found_again(place: Place, user: str) -> None:
    with dovecot() as server:
        fill(server, user, map(mail, range(3)))
        place.mailboxes.add(ADMIN, described(server, user))
        server.stop()
        with pytest.raises(Unavailable, match=r"does not answer \(Connection refused\)"):
            synced(place)
        assert "does not answer" in (place.mailboxes.one(ADMIN, "support").mailbox.problem or "")
        server.start()
        synced(place)
        assert proof(place).complete
        fill(server, user, [mail(9)])
        batches: list[Batch] = []

        def end(batch: Batch) -> None:
            batches.append(batch)
            server.stop()

        fill(server, user, [mail(10)])
        with pytest.raises(Unavailable, match="next synchronisation goes on"):
            place.mailboxes.sync(ADMIN, "support", end, batch=1)
        assert len(batches) == 1
        server.start()
        synced(place)
        assert counts(proof(place)) == (5, 5, 0, 0, 0, 0)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_is_checked(place: Place, imap: Server, user: str, tls: str) -> None:
    port = imap.tls_port if tls == "tls" else imap.port
    about = described(imap, user, tls=tls, port=port)
    with pytest.raises(Unavailable, match="is not trusted"):
        place.mailboxes.add(ADMIN, about)
    place.mailboxes.add(ADMIN, replace(about, ca_file=str(imap.certificate)))
    assert proof(place).complete


def test_tls_is_not_spoken_on_every_port(place: Place, imap: Server, user: str) -> None:
    with pytest.raises(Unavailable, match="does not speak TLS as expected"):
        place.mailboxes.add(ADMIN, described(imap, user, tls="tls"))


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "name": ({"name": " "}, "is no name"),
    "host": ({"host": ""}, "Give the name of the IMAP server"),
    "user": ({"user": " "}, "Give the user"),
    "tls": ({"tls": "ssl3"}, "choose tls, starttls or none"),
    "port": ({"port": 70_000}, "is no port"),
    "folders": ({"folders": ()}, "Name at least one folder"),
    "ca_file": ({"ca_file": "/nowhere"}, "There is no file /nowhere"),
    "password": ({"password_file": "/x"}, "not both"),
}


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_field_is_named(place: Place, imap: Server, user: str, field: str) -> None:
    given, said = WRONG[field]
    with pytest.raises(Invalid, match=said) as raised:
        place.mailboxes.add(ADMIN, replace(described(imap, user), **given))
    assert raised.value.data["field"] == field


def test_a_password_never_crosses_a_network_readably(place: Place, imap: Server, user: str) -> None:
    with pytest.raises(Invalid, match="would cross the network readably"):
        place.mailboxes.add(ADMIN, described(imap, user, host="imap.example.com"))


def test_a_folder_that_is_not_there_is_named_with_those_that_are(
    place: Place, imap: Server, user: str
) -> None:
    with pytest.raises(Invalid, match=r"has no folder Sent; it has INBOX"):
        place.mailboxes.add(ADMIN, described(imap, user, folders=("Sent",)))
    assert place.mailboxes.all(ADMIN) == []


def test_a_mailbox_is_one_and_its_removal_keeps_what_it_brought(
    support: Place, imap: Server, user: str
) -> None:
    with pytest.raises(Conflict):
        support.mailboxes.add(ADMIN, described(imap, user))
    synced(support)
    support.mailboxes.remove(ADMIN, "support")
    with pytest.raises(NotFound):
        support.mailboxes.one(ADMIN, "support")
    assert records(support) == [("done", 5, 0, 0)]
    support.mailboxes.add(ADMIN, described(imap, user))
    synced(support)
    assert records(support) == [("done", 5, 0, 0), ("done", 0, 5, 0)]


def test_mailboxes_are_for_administrators(support: Place, imap: Server, user: str) -> None:
    manager = Viewer(name="pieter", roles=frozenset({Role.ACCOUNT_MANAGER}))
    for act in (
        lambda: support.mailboxes.all(manager),
        lambda: support.mailboxes.status(manager, "support"),
        lambda: support.mailboxes.sync(manager, "support"),
        lambda: support.mailboxes.begin(manager, "support"),
        lambda: support.mailboxes.remove(manager, "support"),
        lambda: support.mailboxes.add(manager, described(imap, user)),
    ):
        with pytest.raises(Forbidden):
            act()


def test_one_at_a_time_fetches_from_a_mailbox(support: Place) -> None:
    seen: list[bool] = []

    def meanwhile(_batch: Batch) -> None:
        seen.append(support.mailboxes.one(ADMIN, "support").syncing)
        with pytest.raises(Unavailable):
            synced(support)

    support.mailboxes.sync(ADMIN, "support", meanwhile)
    assert seen == [True]
    assert not support.mailboxes.one(ADMIN, "support").syncing
