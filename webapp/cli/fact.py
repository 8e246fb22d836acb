"""kbcrm fact: what one rests on; what a person states, corrects, ends, disputes or retracts by hand."""

from typing import Any

import click

from kb.model.fact import Fact, Kind, Value
from kb.model.moment import FOREVER, to_iso
from ontology.terms import PREDICATES, QUALIFIERS
from webapp.cli import moments, tables
from webapp.cli.customers import customer_id
from webapp.cli.opened import tell as tell_opened
from webapp.cli.session import Desk, Session, pass_session
from webapp.json_shapes import fact_json, opened_json

EXAMPLE = """
Examples:

\b
  kbcrm fact show FACT
  kbcrm fact state C-1001 prefersChannel email --note "said so at the fair"
  kbcrm fact correct FACT --value phone --note "misheard"
  kbcrm fact end FACT --at 2025-06-30 --note "moved to another supplier"
"""

note_option = click.option("--note", required=True, metavar="TEXT", help="How we know; kept as the evidence.")
json_option = click.option("--json", "as_json", is_flag=True, help="The fact as JSON.")
fact_argument = click.argument("id", metavar="FACT")


@click.group(epilog=EXAMPLE)
def fact() -> None:
    """Show what a fact rests on; state, correct, end, dispute or retract one.

    FACT is the id of any version, as `kbcrm facts` shows it. Times T are ISO 8601, in KBCRM_TIMEZONE
    where they state no zone; a date is its first moment.
    """


@fact.command(epilog="Example: kbcrm fact show FACT --json")
@fact_argument
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON.")
@pass_session
def show(session: Session, id: str, as_json: bool) -> None:
    """Show FACT with the words it rests on, its history, and what it was computed from."""
    with session.open() as desk:
        opened = desk.parts.knowledge.opened(desk.viewer, id)
        if as_json:
            tables.json_line(opened_json(opened))
        else:
            tell_opened(desk, opened)


@fact.command(epilog='Example: kbcrm fact state C-1001 prefersChannel email --note "said so at the fair"')
@click.argument("subject")
@click.argument("predicate", type=click.Choice(sorted(PREDICATES)), metavar="PREDICATE")
@click.argument("value")
@click.option("--unit", metavar="UNIT", help="Of the value, such as EUR.")
@click.option("--confidence", type=click.FloatRange(0, 1), default=1.0, show_default=True)
@click.option("--kind", type=click.Choice([k.value for k in Kind]), default="expert", show_default=True)
@click.option("--from", "since", metavar="T", help="True from then on. Default: now.")
@click.option("--to", "until", metavar="T", help="True until then. Default: without end.")
@click.option("--said-at", metavar="T", help="When somebody said so. Default: now.")
@note_option
@json_option
@pass_session
def state(session: Session, /, subject: str, predicate: str, value: str, as_json: bool, **given: Any) -> None:
    """State of SUBJECT (a customer, or any node by its id) that PREDICATE is VALUE."""
    zone = session.settings.timezone
    since, until, said_at = (
        moments.maybe_millis(given[name], zone) for name in ("since", "until", "said_at")
    )
    with session.open() as desk:
        stated = desk.parts.knowledge.state(
            desk.viewer,
            subject=customer_id(subject),
            predicate=predicate,
            **value_or_object(predicate, value),
            unit=given["unit"],
            kind=Kind(given["kind"]),
            confidence=given["confidence"],
            valid_from=desk.parts.clock() if since is None else since,
            valid_to=until,
            note=given["note"],
            said_at=said_at,
        )
    _tell("Stated", stated, as_json)


def value_or_object(predicate: str, text: str) -> dict[str, Any]:
    """What the predicate holds, from `text`: an id, or a value of its type. Raises click.BadParameter."""
    term = PREDICATES[predicate]
    if term.object_class:
        return {"value": None, "object": text}
    return {"value": _value(term.range, text), "object": None}


def _value(range_: str, text: str) -> Value:
    if range_ != "integer":
        return text
    try:
        return int(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no whole number.", param_hint="VALUE") from None


@fact.command(epilog='Example: kbcrm fact correct FACT --value phone --note "misheard"')
@fact_argument
@click.option("--value", help="What is true instead; for a relation, the id of the node.")
@click.option("--unit", metavar="UNIT")
@click.option("--confidence", type=click.FloatRange(0, 1))
@click.option("--from", "since", metavar="T", help="True from then on.")
@click.option("--to", "until", metavar="T", help="True until then.")
@note_option
@json_option
@pass_session
def correct(session: Session, /, id: str, value: str | None, as_json: bool, **given: Any) -> None:
    """We were wrong about FACT: replace what is given, keep the rest."""
    since, until = (
        moments.maybe_millis(given[name], session.settings.timezone) for name in ("since", "until")
    )
    with session.open() as desk:
        wrong = _fact(desk, id)
        changed = value_or_object(wrong.claim.predicate, value) if value is not None else {}
        corrected = desk.parts.knowledge.correct(
            desk.viewer,
            wrong.statement,
            **changed,
            unit=given["unit"],
            confidence=given["confidence"],
            valid_from=since,
            valid_to=until,
            note=given["note"],
        )
    _tell("Corrected", corrected, as_json)


@fact.command(epilog="Example: kbcrm fact end FACT --closing kept --at 2025-06-30 --note 'the quote is here'")
@fact_argument
@click.option("--at", metavar="T", help="It was true until then. Default: now.")
@click.option(
    "--closing",
    type=click.Choice(QUALIFIERS["closing"].codes),
    help="How a commitment, request, incident or complaint was closed.",
)
@note_option
@json_option
@pass_session
def end(
    session: Session, /, *, id: str, at: str | None, closing: str | None, note: str, as_json: bool
) -> None:
    """FACT stopped being true; we were not wrong before."""
    moment = moments.maybe_millis(at, session.settings.timezone)
    with session.open() as desk:
        until = desk.parts.clock() if moment is None else moment
        statement = _fact(desk, id).statement
        ended = desk.parts.knowledge.end(desk.viewer, statement, at=until, note=note, closing=closing)
    _tell("Ended", ended, as_json)


@fact.command(epilog="Example: kbcrm fact dispute FACT --note 'their buyer denies it'")
@fact_argument
@note_option
@json_option
@pass_session
def dispute(session: Session, id: str, note: str, as_json: bool) -> None:
    """Somebody contradicts FACT."""
    with session.open() as desk:
        disputed = desk.parts.knowledge.dispute(desk.viewer, _fact(desk, id).statement, note=note)
    _tell("Disputed", disputed, as_json)


@fact.command(epilog="Example: kbcrm fact retract FACT --note 'typed at the wrong customer'")
@fact_argument
@note_option
@pass_session
def retract(session: Session, id: str, note: str) -> None:
    """We should never have believed FACT; what was believed stays readable."""
    with session.open() as desk:
        wrong = _fact(desk, id)
        desk.parts.knowledge.retract(desk.viewer, wrong.statement, note=note)
    click.echo(f"Retracted {wrong.statement}.")


def _fact(desk: Desk, id: str) -> Fact:
    """Raises NotFound."""
    return desk.parts.knowledge.opened(desk.viewer, id).fact


def _tell(what: str, fact: Fact, as_json: bool) -> None:
    if as_json:
        tables.json_line(fact_json(fact))
        return
    claim = fact.claim
    value = claim.object or claim.value
    until = "" if fact.valid_to >= FOREVER else f" until {to_iso(fact.valid_to)}"
    click.echo(
        f"{what}: {claim.subject} {claim.predicate} {tables.plain(str(value))}, "
        f"from {to_iso(fact.valid_from)}{until} ({fact.status}, {fact.id})"
    )
