"""kbcrm mailbox: mail is fetched by IMAP, and proved to be all here."""

import time
from typing import Any

import click

from webapp.cli import tables
from webapp.cli.moments import shown
from webapp.cli.session import Desk, Session, pass_session

TLS = ("tls", "starttls", "none")
FOLDERS_SHOWN = (
    *("folder", "#on the server", "#accepted", "#duplicate", "#rejected", "#reverted", "#waiting", "#gone"),
    "",
)
EXAMPLE = """
Examples:

\b
  kbcrm mailbox add support --host imap.example.com --user support@example.com \\
    --password-file /run/secrets/support
  kbcrm mailbox sync
  kbcrm mailbox status support --json
"""

name_argument = click.argument("name")


@click.group(epilog=EXAMPLE)
def mailbox() -> None:
    """Fetch mail by IMAP: each message once, whatever happens in between. Nothing changes on the server."""


@mailbox.command(
    epilog="Example: kbcrm mailbox add support --host imap.example.com --user me --password-env MAIL_PASSWORD"
)
@name_argument
@click.option("--host", required=True, help="The IMAP server, such as imap.example.com.")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: 993 with tls, else 143.")
@click.option("--tls", type=click.Choice(TLS), default="tls", show_default=True)
@click.option("--user", required=True, help="Who signs in there, often the mail address.")
@click.option("--password-env", metavar="VARIABLE", help="The environment variable that holds the password.")
@click.option("--password-file", metavar="PATH", help="The file whose first line is the password.")
@click.option("--ca-file", metavar="PATH", help="Certificate of an authority that only you trust.")
@click.option(
    "--folder",
    "folders",
    multiple=True,
    default=("INBOX",),
    show_default=True,
    help="What to fetch; repeatable.",
)
@click.option("--no-check", is_flag=True, help="Do not try to sign in now.")
@click.option("--json", "as_json", is_flag=True, help="The mailbox as JSON.")
@pass_session
def add(session: Session, /, no_check: bool, as_json: bool, **given: Any) -> None:
    """Add the mailbox NAME, once its server lets us in.

    The password is never stored: it is read where --password-env or --password-file says, else from
    KBCRM_MAILBOX_PASSWORD.
    """
    from ingest.mailboxes.adding import NewMailbox
    from webapp.json_shapes_channels import mailbox_json

    with session.open() as desk:
        desk.parts.mailboxes.add(desk.viewer, NewMailbox(**given), check=not no_check)
        view = desk.parts.mailboxes.one(desk.viewer, given["name"])
    if as_json:
        tables.json_line(mailbox_json(view))
    else:
        click.echo(f"Added. `kbcrm mailbox sync {given['name']}` fetches its mail.")


@mailbox.command("list", epilog="Example: kbcrm mailbox list --json")
@click.option("--json", "as_json", is_flag=True, help="One mailbox a line.")
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """List the mailboxes and what of them is in the ledger; asks no server."""
    from webapp.json_shapes_channels import mailbox_json

    with session.open() as desk:
        found = desk.parts.mailboxes.all(desk.viewer)
    for view in found:
        if as_json:
            tables.json_line(mailbox_json(view))
        else:
            _tell(view, session)


@mailbox.command(epilog="Example: kbcrm mailbox sync support")
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--from-start", "again", is_flag=True, help="Fetch everything; what is known is recognised.")
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="Messages of one run.",
)
@click.option("--every", type=click.IntRange(min=1), metavar="MIN", help="Go on, every so many minutes.")
@click.option("--json", "as_json", is_flag=True, help="One line for each batch.")
@pass_session
@click.pass_context
def sync(
    ctx: click.Context,
    session: Session,
    /,
    *,
    names: tuple[str, ...],
    again: bool,
    batch: int,
    every: int | None,
    as_json: bool,
) -> None:
    """Fetch what is new in the mailboxes NAME…, or in all. Cut off anywhere, the next one goes on."""
    with session.open(reads=True) as desk:
        mailboxes = desk.parts.mailboxes
        mailboxes.all(desk.viewer)
        desk.parts.runs.recover()
        while True:
            wanted = names or tuple(view.mailbox.name for view in mailboxes.all(desk.viewer))
            done = [_sync(desk, name, as_json, again=again, batch=batch) for name in wanted]
            desk.parts.runs.read_soon(desk.viewer)
            if every is None:
                break
            time.sleep(every * 60)
    if not all(done):
        ctx.exit(1)


def _sync(desk: Desk, name: str, as_json: bool, **how: Any) -> bool:
    """Whether it came to its end. One that fails does not keep the next from being fetched."""
    from kb.errors import KbcrmError
    from webapp.json_shapes_channels import batch_json

    def tell(batch: Any) -> None:
        if as_json:
            tables.json_line(batch_json(batch))
            return
        run = batch.run
        counts = f"{run.accepted:,} accepted, {run.duplicate:,} duplicate, {run.rejected:,} rejected"
        click.echo(
            f"{name}, {batch.folder}: {tables.counted(batch.messages, 'message')}"
            + (f", {counts} (run {run.id})" if run else "")
        )

    try:
        desk.parts.mailboxes.sync(desk.viewer, name, tell, **how)
    except KbcrmError as error:
        click.echo(f"{name}: {error}", err=True)
        return False
    if not as_json:
        click.echo(f"{name}: up to date.")
    return True


@mailbox.command(epilog="Example: kbcrm mailbox status support --json")
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--json", "as_json", is_flag=True, help="One mailbox a line.")
@pass_session
@click.pass_context
def status(ctx: click.Context, session: Session, names: tuple[str, ...], as_json: bool) -> None:
    """Count each folder on the server against the ledger; exit code 1 where something is missing here.

    A folder is complete where its messages are as many as those accepted, duplicate and rejected. `waiting`
    ones come with the next sync; `gone` ones were fetched and are no longer on the server.
    """
    from webapp.json_shapes_channels import mailbox_json

    with session.open() as desk:
        mailboxes = desk.parts.mailboxes
        wanted = names or tuple(view.mailbox.name for view in mailboxes.all(desk.viewer))
        found = [mailboxes.status(desk.viewer, name) for name in wanted]
    for view in found:
        if as_json:
            tables.json_line(mailbox_json(view))
        else:
            _tell(view, session)
    if not all(folder.complete for view in found for folder in view.folders):
        ctx.exit(1)


@mailbox.command(epilog="Example: kbcrm mailbox remove support")
@name_argument
@pass_session
def remove(session: Session, name: str) -> None:
    """Fetch from NAME no longer; what it brought stays."""
    with session.open() as desk:
        desk.parts.mailboxes.remove(desk.viewer, name)
    click.echo(f"{name} is removed; what it brought stays.")


def _tell(view: Any, session: Session) -> None:
    box = view.mailbox
    when = shown(box.synced_at, session.settings.timezone) if box.synced_at else "never"
    click.echo(f"{box.name}: {box.user} at {box.host}:{box.port} ({box.tls}); up to date: {when}")
    if box.problem:
        click.echo(f"  {tables.plain(box.problem)}")
    tables.table(FOLDERS_SHOWN, (_cells(folder) for folder in view.folders))


def _cells(folder: Any) -> tuple[object, ...]:
    asked = folder.messages is not None
    verdict = ("complete" if folder.complete else "not complete") if asked else ""
    counts = (folder.accepted, folder.duplicate, folder.rejected, folder.reverted)
    return (folder.folder, folder.messages, *counts, folder.waiting if asked else None, folder.gone, verdict)
