"""kbcrm export and kbcrm validate: the graph in the terms of the ontology."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from kb.errors import Unavailable
from kb.rdf.export import Format
from kb.rdf.export import export as write
from kb.rdf.validate import Violation
from kb.rdf.validate import validate as violations_of
from ontology.terms import REMEDIES
from webapp.cli import tables
from webapp.cli.session import Session, pass_session


@click.command(epilog="Example: kbcrm export --format turtle -o graph.ttl")
@click.option(
    "--format", "format_", type=click.Choice([f.value for f in Format]), default="turtle", show_default=True
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Default: stdout."
)
@pass_session
def export(session: Session, format_: str, output: Path | None) -> None:
    """Write the whole graph as RDF, the same graph always as the same bytes. For administrators."""
    with session.open() as desk:
        desk.viewer.may_administer("export the graph")
        with _whole(output) as out:
            write(desk.parts.graph_rows, out, Format(format_))


@contextmanager
def _whole(path: Path | None) -> Iterator[IO[bytes]]:
    """stdout, or the file, which appears whole or not at all."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be written ({error.strerror}). Choose another file with -o."
        ) from error
    finally:
        part.unlink(missing_ok=True)


@click.command(epilog="Example: kbcrm validate --json")
@click.option("--json", "as_json", is_flag=True, help="One violation a line.")
@pass_session
@click.pass_context
def validate(ctx: click.Context, session: Session, as_json: bool) -> None:
    """Hold the graph against the ontology's shapes; exit code 1 if something violates them.

    For administrators.
    """
    with session.open() as desk:
        desk.viewer.may_administer("validate the graph")
        violations = violations_of(desk.parts.graph_rows)
    locale = session.settings.locale
    if as_json:
        for violation in violations:
            tables.json_line(violation_json(violation, locale))
    else:
        _tell(violations, locale)
    if any(violation.severity == "violation" for violation in violations):
        ctx.exit(1)


def violation_json(violation: Violation, locale: str) -> dict[str, object]:
    """A line of `validate --json` (docs/cli.md)."""
    return {
        "node": violation.node,
        "shape": violation.shape,
        "path": violation.path or None,
        "severity": violation.severity,
        "message": violation.message(locale),
        "remedy": REMEDIES[violation.remedy].text(locale),
    }


def _tell(violations: list[Violation], locale: str) -> None:
    if not violations:
        click.echo("The graph is sound.")
        return
    rows = (
        (v.severity, v.node, v.path, v.message(locale), REMEDIES[v.remedy].text(locale)) for v in violations
    )
    tables.table(("", "node", "property", "what is wrong", "remedy"), rows)
