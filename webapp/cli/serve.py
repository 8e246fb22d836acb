"""kbcrm serve and kbcrm graph: what runs."""

import click

from kb.errors import Unavailable
from webapp.cli import tables
from webapp.cli.session import Session, pass_session
from webapp.settings import Settings


@click.command(epilog="Example: KBCRM_PORT=8080 kbcrm serve")
@click.option(
    "--beside",
    metavar="COMMAND",
    help="A shell command that runs along and ends with the server (`make run` installs the encoder so).",
)
@pass_session
def serve(session: Session, beside: str | None) -> None:
    """Start the graph where it does not run, and serve the pages until Ctrl-C.

    An empty data folder gets the demonstration company first.
    """
    settings = session.settings
    from webapp.serve import serve as start

    start(settings, say=click.echo, beside=beside)


@click.group(epilog="Example: kbcrm graph status")
def graph() -> None:
    """Start, stop or look at the embedded graph."""


@graph.command(epilog="Example: kbcrm graph start")
@pass_session
def start(session: Session) -> None:
    """Start the embedded graph and leave it running."""
    settings = _embedded(session)
    from kb.store import server

    running = server.start(settings.home, heap=settings.graph_memory)
    if running.note:
        click.echo(running.note)
    state = "started" if running.started else "running already"
    click.echo(f"The graph is {state}: {running.url} (process {running.pid}).")


@graph.command(epilog="Example: kbcrm graph stop")
@pass_session
def stop(session: Session) -> None:
    """Stop the embedded graph once all is on disk."""
    settings = _embedded(session)
    from kb.store import server

    endings = {
        "stopped": "The graph is stopped.",
        "killed": "The graph did not stop in time and was killed; nothing is lost, its log is replayed.",
        "absent": "The graph was not running.",
    }
    click.echo(endings[server.stop(settings.home)])


@graph.command(epilog="Example: kbcrm graph status --json")
@click.option("--json", "as_json", is_flag=True, help="Whether it runs, and where, as JSON.")
@pass_session
@click.pass_context
def status(ctx: click.Context, session: Session, as_json: bool) -> None:
    """Say whether the embedded graph runs; exit code 3 if it does not."""
    settings = _embedded(session)
    from kb.store import server

    running = server.status(settings.home)
    if as_json:
        where = {"url": running and running.url, "pid": running and running.pid}
        tables.json_line({"running": running is not None, **where})
    elif running:
        click.echo(f"The graph is running: {running.url} (process {running.pid}).")
    else:
        click.echo("The graph is not running.")
    if running is None:
        ctx.exit(3)


def _embedded(session: Session) -> Settings:
    """Raises Unavailable where KBCRM_GRAPH names a server that is not ours to start and stop."""
    if not session.settings.embedded:
        raise Unavailable(
            f"The graph is the server {session.settings.graph} (KBCRM_GRAPH). "
            "Start and stop it where it runs."
        )
    return session.settings
