"""kbcrm extract: what a message says, without graph or server."""

from datetime import datetime, timedelta
from typing import IO

import click

from ingest.extract.candidates import Candidate, Side
from webapp.cli import moments, tables
from webapp.cli.session import Session, pass_session

EXAMPLE = """
Examples:

\b
  kbcrm extract mail.txt --at 2026-03-04 --by customer
  echo "我们下周二把图纸发给您。" | kbcrm extract - --by us --json
"""


@click.command(epilog=EXAMPLE)
@click.argument("file", type=click.File("rb"))
@click.option("--at", metavar="TIME", help="When it was said: days count from it. Default: now.")
@click.option(
    "--by", "side", type=click.Choice([str(one) for one in Side]), help="Who wrote it: tells who owes what."
)
@click.option(
    "--careful", is_flag=True, help="Ask the slow encoder of every sentence, not only where unsure."
)
@click.option("--json", "as_json", is_flag=True, help="One candidate a line.")
@pass_session
def extract(
    session: Session, *, file: IO[bytes], at: str | None, side: str | None, careful: bool, as_json: bool
) -> None:
    """Print what a message says as candidate facts: kind, words, and how sure it is."""
    from ingest.extract.pipeline import Message, shipped_extractor
    from ingest.text import decode, normal

    zone = session.settings.timezone
    said_at = datetime.now(zone)
    if at is not None:
        said_at = (moments.EPOCH + timedelta(milliseconds=moments.millis(at, zone))).astimezone(zone)
    message = Message(text=normal(decode(file.read())), at=said_at, side=Side(side) if side else None)
    extractor = shipped_extractor()
    for candidate in next(extractor.extract([message], careful=careful)):
        if as_json:
            tables.json_line(candidate_json(candidate))
        else:
            click.echo(_line(candidate))


def candidate_json(candidate: Candidate) -> dict[str, object]:
    """A line of `extract --json` (docs/cli.md)."""
    return {
        "kind": str(candidate.kind),
        "target": candidate.target,
        "aspect": candidate.aspect,
        "opinion": None,
        "polarity": candidate.polarity,
        "holder": candidate.holder and str(candidate.holder),
        "person": candidate.person,
        "role": candidate.role,
        "start": candidate.start,
        "end": candidate.end,
        "text": candidate.text,
        "confidence": round(candidate.confidence, 3),
        "date": candidate.due and candidate.due.isoformat(),
    }


def _line(candidate: Candidate) -> str:
    told = {
        "by": candidate.holder,
        "due": candidate.due,
        "about": candidate.aspect,
        "person": candidate.person,
        "role": candidate.role,
    }
    rest = "; ".join(f"{name} {value}" for name, value in told.items() if value)
    words = f"{candidate.confidence:.2f}  {candidate.kind}: {candidate.text}"
    return tables.plain(f"{words} ({rest})" if rest else words)
