"""kbcrm extract: what a message says, without graph or server."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ingest.extract.candidates import Candidate, Side
from kb.errors import LanguageModelUnavailable
from webapp.cli import moments, tables
from webapp.cli.session import Session, pass_session

if TYPE_CHECKING:  # imported by the command that needs them; help does without
    from ingest.extract.comparing import Pair
    from ingest.extract.pipeline import Extracts, Message
    from webapp.settings import Settings

BUILT_IN, MODEL = "built-in", "language-model"  # who reads
EXAMPLE = """
Examples:

\b
  kbcrm extract mail.txt --at 2026-03-04 --by customer
  echo "我们下周二把图纸发给您。" | kbcrm extract - --by us --json
  kbcrm extract mail.txt --by customer --compare
  kbcrm extract review.txt --model our-reviews/ --json
"""


@click.command(epilog=EXAMPLE)
@click.argument("file", type=click.File("rb"))
@click.option("--at", metavar="TIME", help="When it was said: days count from it. Default: now.")
@click.option(
    "--by", "side", type=click.Choice([str(one) for one in Side]), help="Who wrote it: tells who owes what."
)
@click.option("--quick", is_flag=True, help="Ask the slow encoder only where the quick ones are unsure.")
@click.option(
    "--with",
    "reader",
    type=click.Choice([BUILT_IN, MODEL]),
    default=BUILT_IN,
    show_default=True,
    help="Who reads; language-model needs KBCRM_LLM_URL.",
)
@click.option("--compare", is_flag=True, help="Print where the two readers differ.")
@click.option(
    "--model",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Opinions by a model of `kbcrm train --task opinion`; else by the one that ships with KBCRM.",
)
@click.option("--json", "as_json", is_flag=True, help="One candidate a line.")
@pass_session
def extract(
    session: Session,
    *,
    file: IO[bytes],
    at: str | None,
    side: str | None,
    quick: bool,
    reader: str,
    compare: bool,
    model: Path | None,
    as_json: bool,
) -> None:
    """Print what a message says as candidate facts: kind, words, and how sure it is."""
    from ingest.extract.pipeline import Message
    from ingest.text import decode, normal

    zone = session.settings.timezone
    said_at = datetime.now(zone)
    if at is not None:
        said_at = (moments.EPOCH + timedelta(milliseconds=moments.millis(at, zone))).astimezone(zone)
    message = Message(text=normal(decode(file.read())), at=said_at, side=Side(side) if side else None)
    if compare:
        _tell_differences(session.settings, message, careful=not quick, as_json=as_json)
        return
    extractor = _extractor(session.settings, reader, model)
    for candidate in next(extractor.extract([message], careful=not quick)):
        if as_json:
            tables.json_line(candidate_json(candidate))
        else:
            click.echo(_line(candidate))


def _extractor(settings: "Settings", reader: str, model: Path | None) -> "Extracts":
    """What reads; where a language model cannot, the built-in extractor does, and stderr says why."""
    from ingest.extract.opinions.model import load
    from ingest.extract.opinions.stating import WithOpinions
    from ingest.extract.pipeline import shipped_extractor
    from ingest.extract.spans.shipped import shipped_opinions
    from webapp.extractors import language_model

    own = load(model) if model else None
    built_in = WithOpinions(shipped_extractor(), lambda: own or shipped_opinions())

    def tell(error: LanguageModelUnavailable) -> None:
        click.echo(f"{error} The built-in extractor reads instead.", err=True)

    return built_in if reader == BUILT_IN else language_model(settings, built_in, tell)


def _tell_differences(settings: "Settings", message: "Message", *, careful: bool, as_json: bool) -> None:
    from ingest.extract.comparing import compared
    from ingest.extract.pipeline import shipped_extractor
    from webapp.extractors import language_model

    ours = next(shipped_extractor().extract([message], careful=careful))
    theirs = next(language_model(settings, None).extract([message]))
    for pair in compared(ours, theirs):
        if as_json:
            tables.json_line(pair_json(pair))
        elif pair.first is None or pair.second is None or pair.differing:
            click.echo(_difference(pair))


def pair_json(pair: "Pair") -> dict[str, object]:
    """A line of `extract --compare --json` (docs/cli.md)."""
    return {
        "found_by": _found_by(pair),
        "differing": list(pair.differing),
        "built_in": pair.first and candidate_json(pair.first),
        "language_model": pair.second and candidate_json(pair.second),
    }


def _found_by(pair: "Pair") -> str:
    if pair.first and pair.second:
        return "both"
    return BUILT_IN if pair.first else MODEL


def _difference(pair: "Pair") -> str:
    sides = ((BUILT_IN, pair.first), (MODEL, pair.second))
    lines = [f"{name:14}  {_line(one)}" for name, one in sides if one]
    return "\n".join([*lines, ""] if pair.differing else lines)


def candidate_json(candidate: Candidate) -> dict[str, object]:
    """A line of `extract --json` (docs/cli.md)."""
    return {
        "kind": str(candidate.kind),
        "target": candidate.target,
        "aspect": candidate.aspect,
        "opinion": candidate.opinion,
        "polarity": candidate.polarity,
        "holder": candidate.holder and str(candidate.holder),
        "person": candidate.person,
        "role": candidate.role,
        "start": candidate.start,
        "end": candidate.end,
        "text": candidate.text,
        "confidence": round(candidate.confidence, 3),
        "date": candidate.due and candidate.due.isoformat(),
        "version": candidate.version,
    }


def _line(candidate: Candidate) -> str:
    told = {
        "by": candidate.holder,
        "due": candidate.due,
        "of": candidate.target,
        "about": candidate.aspect,
        "says": candidate.opinion,
        "person": candidate.person,
        "role": candidate.role,
    }
    rest = "; ".join(f"{name} {value}" for name, value in told.items() if value)
    words = f"{candidate.confidence:.2f}  {candidate.kind}: {candidate.text}"
    return tables.plain(f"{words} ({rest})" if rest else words)
