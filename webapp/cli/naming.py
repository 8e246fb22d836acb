"""kbcrm entities, and how finders of spans are trained: without graph or server."""

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import click

from webapp.cli import tables

TASKS = ("opinion", "entities")  # of `kbcrm train`, beside those of classifiers

EXAMPLE = """
Examples:

\b
  kbcrm entities mail.txt
  echo "李敏五月起担任华东仪器有限公司的采购经理。" | kbcrm entities - --json
  kbcrm entities report.txt --model our-names/
"""


@click.command(epilog=EXAMPLE)
@click.argument("file", type=click.File("rb"))
@click.option("--lang", "language", type=click.Choice(("en", "zh")), help="Default: what each line is in.")
@click.option(
    "--model",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Names by a model of `kbcrm train --task entities`; else by the one that ships with KBCRM.",
)
@click.option("--json", "as_json", is_flag=True, help="One entity a line.")
def entities(file: IO[bytes], language: str | None, model: Path | None, as_json: bool) -> None:
    """Print what a text names: people, companies, positions, products, places, days, amounts, addresses."""
    from ingest.extract.entities.model import load
    from ingest.extract.spans.shipped import shipped_entities
    from ingest.text import decode, normal

    finder = load(model) if model else shipped_entities()
    text = normal(decode(file.read()))
    for one in finder.find([text], language)[0]:
        words = text[one.start : one.end]
        if as_json:
            tables.json_line(
                {
                    "type": one.type,
                    "text": words,
                    "start": one.start,
                    "end": one.end,
                    "confidence": round(one.confidence, 3),
                }
            )
        else:
            click.echo(tables.plain(f"{one.confidence:.2f}  {one.type}: {words}"))


def train_spans(task: str, data: IO[str], out: Path, *, as_json: bool) -> None:
    """`kbcrm train` for opinions and entities: train, save, and say how good it is on held-out examples."""
    version, figures = (_train_opinions if task == "opinion" else _train_entities)(data, out)
    if as_json:
        tables.json_line({"version": version, **figures})
        return
    held_out = dict(figures["held_out"])
    each = held_out.pop("each", {})
    click.echo(f"{tables.counted(figures['examples'], 'example')}; on held-out ones:")
    for name, score in held_out.items():
        click.echo(f"  {name.replace('_', ' ')}: {score:.3f}")
    if each:
        tables.table(("type", "#F1"), [(label, f"{score:.3f}") for label, score in each.items()])


def _train_opinions(data: IO[str], out: Path) -> tuple[str, Mapping[str, Any]]:
    from ingest.extract.opinions.examples import read_judged
    from ingest.extract.opinions.training import train

    trained = train(list(read_judged(data)), told=_tell)
    trained.save(out)
    return trained.version, trained.figures


def _train_entities(data: IO[str], out: Path) -> tuple[str, Mapping[str, Any]]:
    from ingest.extract.entities.examples import read_labelled
    from ingest.extract.entities.training import train

    trained = train(list(read_labelled(data)), told=_tell)
    trained.save(out)
    return trained.version, trained.figures


def _tell(said: str) -> None:
    click.echo(said, err=True)
