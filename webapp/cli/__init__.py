"""The command line: `kbcrm`. Subcommands are imported when they are called, so that help is quick."""

import sys
from importlib import import_module
from typing import Any

import click

from kb.errors import KbcrmError
from webapp.cli.session import Session

EXAMPLE = """
Examples:

\b
  kbcrm serve
  kbcrm ingest orders orders.csv
  kbcrm facts C-1001 --as-of 2025-03-14
"""

# name -> module that defines it, and what the list of commands says of it
COMMANDS = {
    "serve": ("serve", "Start KBCRM and serve its pages."),
    "graph": ("serve", "Start, stop or look at the embedded graph."),
    "ingest": ("ingest", "Take in files: orders, contacts, mail, calls …"),
    "watch": ("watch", "Take in the files of a folder, whenever one comes or changes."),
    "mailbox": ("mailbox", "Fetch mail by IMAP, and prove that all of it is here."),
    "log": ("log", "Log a call, visit, meeting or chat right after it."),
    "runs": ("runs", "What was taken in, what was refused and why; revert a run."),
    "customers": ("customers", "List the customers."),
    "customer": ("customers", "Who a customer is, and with whom one speaks there."),
    "facts": ("customers", "What is known of a customer, as of any moment."),
    "timeline": ("interactions", "What happened with a customer, newest first."),
    "interaction": ("interactions", "Show one call, mail, chat, visit or order."),
    "commitments": ("told", "What is open with customers: promises, requests, incidents, complaints."),
    "voice": ("told", "What customers say about a product and its features."),
    "product": ("products", "What a product is, and what it can do."),
    "fact": ("fact", "Show what a fact rests on; state, correct, end, dispute or retract one."),
    "read": ("reading", "Read what has come in for facts."),
    "review": ("review", "Decide about what was not sure enough to become a fact."),
    "extract": ("extracting", "What a message says, as candidate facts; needs no graph."),
    "classify": ("classifying", "What texts do: talk acts, complaints, requests …; needs no graph."),
    "entities": ("naming", "What a text names: people, companies, places, amounts …; needs no graph."),
    "train": ("classifying", "Train a classifier on your own examples."),
    "export": ("rdf", "Write the graph as RDF."),
    "validate": ("rdf", "Hold the graph against its shapes."),
    "rebuild": ("upkeep", "Fold the graph anew from its ledger."),
    "demo": ("upkeep", "Load the demonstration company."),
    "doctor": ("doctor", "Check this machine and this data folder."),
    "users": ("users", "Who may sign in."),
}


class Failure(click.ClickException):
    """A KbcrmError as the command line tells it: one sentence on stderr, exit code 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"kbcrm: {self.message}", file=file or sys.stderr)


class Kbcrm(click.Group):
    """Knows its subcommands by name without importing them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"webapp.cli.{COMMANDS[name][0]}")
        command = getattr(module, name)
        assert isinstance(command, click.Command)  # noqa: S101 - a slip in COMMANDS, seen by the tests
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KbcrmError as error:
            raise Failure(str(error)) from error


@click.command(cls=Kbcrm, epilog=EXAMPLE, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--as", "user", metavar="USER", help="Act as this user, within their rights; else as administrator."
)
@click.version_option(package_name="kbcrm", message="kbcrm %(version)s")
@click.pass_context
def main(ctx: click.Context, user: str | None) -> None:
    """KBCRM holds what is known of customers: how surely, since when, and by which words.

    Where the data lies and how the graph is reached is set by KBCRM_… variables (docs/settings.md).
    """
    ctx.obj = Session(user)
