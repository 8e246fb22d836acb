"""kbcrm review: decide about candidate facts that were not sure enough to be stated."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from webapp.cli import tables
from webapp.cli.session import Session, pass_session

if TYPE_CHECKING:
    from ingest.conversational.reviews import Decision

COLUMNS = ("candidate", "kind", "#sure", "why", "words", "alternatives")
EXAMPLE = """
Examples:

\b
  kbcrm review
  kbcrm review accept candidate:0f3a5c7e9b1d2f40 --about product:HP-200
  kbcrm review correct candidate:0f3a5c7e9b1d2f40 --kind request
  kbcrm review reject candidate:0f3a5c7e9b1d2f40
  kbcrm review undo
"""
_json = click.option("--json", "as_json", is_flag=True, help="The decision as JSON.")


@click.group(invoke_without_command=True, epilog=EXAMPLE)
@click.pass_context
def review(ctx: click.Context) -> None:
    """What waits for a person. Without a subcommand: the list, the surest first."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@review.command("list", epilog="Example: kbcrm review list --kind need --unsure")
@click.option("--kind", help="Only candidates of this kind.")
@click.option("--reason", help="Only those that wait for this reason.")
@click.option("--unsure", is_flag=True, help="The least sure first.")
@click.option("--offset", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="One candidate a line.")
@pass_session
def list_(
    session: Session,
    /,
    unsure: bool = False,
    as_json: bool = False,
    offset: int = 0,
    limit: int = 50,
    **only: Any,
) -> None:
    """List the candidates that wait for a decision."""
    with session.open() as desk:
        found = desk.parts.reviews.queue(desk.viewer, surest=not unsure, offset=offset, limit=limit, **only)
    if as_json:
        from webapp.review_shapes import waiting_json

        for one in found.items:
            tables.json_line(waiting_json(one))
    else:
        tables.table(
            COLUMNS,
            (
                (
                    *(one.id, one.candidate.kind, f"{one.candidate.confidence:.0%}", one.reason),
                    one.candidate.text,
                    ", ".join(other.id for other in one.alternatives),
                )
                for one in found.items
            ),
        )
    tables.cut(len(found.items), found.total, aside=as_json)


def _chosen(command: Any) -> Any:
    for name, said in (
        ("matter", "Statement that it is said of again; '' for none of the alternatives."),
        ("about", "Id of the product that it is about; '' for none."),
        ("subject", "Id of the customer or contact whose fact it is."),
    ):
        command = click.option(f"--{name}", metavar="ID", help=said)(command)
    return command


@review.command(epilog="Example: kbcrm review accept candidate:0f3a5c7e9b1d2f40")
@click.argument("candidate")
@_chosen
@_json
@pass_session
def accept(session: Session, /, candidate: str, as_json: bool, **given: str | None) -> None:
    """Accept CANDIDATE: it is stated with its words as evidence."""
    _decide(session, candidate, "accepted", given, as_json)


@review.command(epilog="Example: kbcrm review correct candidate:0f3a5c7e9b1d2f40 --kind request")
@click.argument("candidate")
@click.option("--kind", help="What it is, such as need, request or commitment.")
@click.option("--aspect", help="Of a preference or an intention.")
@click.option("--holder", help="Who owes it: customer or us.")
@click.option("--due", metavar="DAY", help="By which day it is owed, e.g. 2025-03-14; '' for none.")
@click.option("--words", metavar="TEXT", help="The words of the text that state it.")
@_chosen
@_json
@pass_session
def correct(session: Session, /, candidate: str, as_json: bool, **given: str | None) -> None:
    """Accept CANDIDATE with corrections; what is not given stays as it was found."""
    _decide(session, candidate, "corrected", given, as_json)


@review.command(epilog="Example: kbcrm review reject candidate:0f3a5c7e9b1d2f40")
@click.argument("candidate")
@_json
@pass_session
def reject(session: Session, candidate: str, *, as_json: bool) -> None:
    """Reject CANDIDATE: it does not become a fact; one that has become one is retracted."""
    _decide(session, candidate, "rejected", {}, as_json)


@review.command(epilog="Example: kbcrm review undo")
@_json
@pass_session
def undo(session: Session, *, as_json: bool) -> None:
    """Take back the own last decision: the candidate waits again."""
    with session.open() as desk:
        undone = desk.parts.reviews.undo(desk.viewer)
    _tell(undone, as_json, "Undone")


@review.command(epilog="Example: kbcrm review figures --json")
@click.option("--json", "as_json", is_flag=True, help="All figures as JSON.")
@pass_session
def figures(session: Session, *, as_json: bool) -> None:
    """How many wait, what was decided, which models are in use and how good they are."""
    from ingest.conversational.retraining import Models
    from webapp.review_shapes import counts_json

    with session.open() as desk:
        counts = counts_json(desk.parts.reviews.counts(desk.viewer))
        learnt = Models(desk.settings.home).figures()
    if as_json:
        tables.json_line({**counts, **learnt})
        return
    decided = ", ".join(f"{number:,} {verdict}" for verdict, number in counts["decided"].items())
    click.echo(f"{counts['waiting']:,} waiting; {decided}.")
    _tell_models(learnt)


@review.command(epilog="Example: kbcrm review retrain --json")
@click.option("--json", "as_json", is_flag=True, help="The figures before and after as JSON.")
@pass_session
def retrain(session: Session, *, as_json: bool) -> None:
    """Learn from what was decided; what helps on held-out decisions is used from now on.

    Takes about a minute, and may be run each night. `kbcrm review restore` goes back.
    """
    from ingest.conversational.retraining import Models

    with session.open() as desk:
        learnt = Models(desk.settings.home).retrain(desk.parts.reviews.verdicts(desk.viewer))
    if as_json:
        tables.json_line(learnt)
    else:
        _tell_models(learnt)


@review.command(epilog="Example: kbcrm review restore")
@click.option("--json", "as_json", is_flag=True, help="Which model is in use then, as JSON.")
@pass_session
def restore(session: Session, *, as_json: bool) -> None:
    """Go back to the models in use before the last retraining: the same answers, exactly."""
    from ingest.conversational.retraining import Models

    with session.open() as desk:
        desk.viewer.may_administer("retrain")
        models = Models(desk.settings.home)
        models.restore()
        learnt = models.figures()
    if as_json:
        tables.json_line(learnt)
    else:
        _tell_models(learnt)


def _tell_models(learnt: Mapping[str, Any]) -> None:
    number = learnt["model"]
    click.echo(f"In use: {f'model {number}' if number else 'the models that ship'}.")
    for task, told in learnt["tasks"].items():
        used = "in use" if told["in_use"] else "not used: it would not help"
        click.echo(f"{task}, {tables.counted(told['lessons'], 'lesson')}, {used}; on held-out ones:")
        rows = (("before", told["before"]), ("after", told["after"]))
        curve = ((f"after {one['lessons']}", one) for one in told["curve"])
        tables.table(
            ("", "#accuracy", "#macro F1", "#log loss"),
            [
                (name, *(f"{one[figure]:.3f}" for figure in ("accuracy", "macro_f1", "log_loss")))
                for name, one in (*rows, *curve)
            ],
        )


def _decide(
    session: Session, candidate: str, verdict: str, given: dict[str, str | None], as_json: bool
) -> None:
    changes = {name: value for name, value in given.items() if value is not None}
    with session.open() as desk:
        decision = desk.parts.reviews.decide(desk.viewer, candidate, verdict, changes)
    _tell(decision, as_json, verdict.capitalize())


def _tell(decision: "Decision", as_json: bool, said: str) -> None:
    if as_json:
        from webapp.review_shapes import decision_json

        tables.json_line(decision_json(decision))
    else:
        click.echo(f"{said}: {decision.candidate} of {decision.interaction} (run {decision.run})")
