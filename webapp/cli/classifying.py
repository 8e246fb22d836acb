"""kbcrm classify and kbcrm train: what a text does, without graph or server."""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import click

from webapp.cli import naming, tables

TASKS = ("talk-act", "suggestion", "complaint", "request", "comparison", "sentiment")
CHUNK = 256  # texts that are judged together

CLASSIFY = """
Examples:

\b
  echo "Could you send the invoice again?" | kbcrm classify --task talk-act
  kbcrm classify --task complaint comments.txt
  kbcrm classify --task suggestion --model our-forum/ comments.txt
"""
TRAIN = """
Example: kbcrm train --task suggestion --data labelled.jsonl --out our-forum/
"""


@click.command(epilog=CLASSIFY)
@click.option("--task", type=click.Choice(TASKS), required=True, help="The question to answer of each text.")
@click.option(
    "--model",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="A model of `kbcrm train`; else the one that ships with KBCRM.",
)
@click.option("--quick", is_flag=True, help="Ask the slow encoder only where the quick ones are unsure.")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"), default="-")
def classify(task: str, model: Path | None, quick: bool, file: IO[str]) -> None:
    """Read one text a line and print for each, in order, its label and probability as JSON.

    The label of a yes-or-no task is true or false and the probability that of true. An empty line has none.
    """
    from ingest.extract.classifiers.features import Views
    from ingest.extract.classifiers.model import load
    from ingest.extract.classifiers.shipped import shipped
    from kb.errors import Invalid

    classifier = shipped(task) if model is None else load(model)
    if classifier.task != task:
        raise Invalid("model", f"{model} was trained for {classifier.task}, not for {task}.")
    for lines in _chunks(file):
        texts = [line for line in lines if line]
        judged = iter(classifier.judge(Views(texts), careful=not quick) if texts else [])
        for line in lines:
            judgement = next(judged) if line else None
            tables.json_line(
                {
                    "label": judgement and judgement.label,
                    "probability": judgement and round(judgement.probability, 4),
                }
            )
        sys.stdout.flush()


def _chunks(file: IO[str]) -> Iterator[list[str]]:
    stripped = (line.strip() for line in file)
    while lines := list(islice(stripped, CHUNK)):
        yield lines


@click.command(epilog=TRAIN)
@click.option(
    "--task", type=click.Choice((*TASKS, *naming.TASKS)), required=True, help="What the labels answer."
)
@click.option(
    "--data",
    type=click.File("r", encoding="utf-8-sig"),
    required=True,
    metavar="FILE",
    help='One object a line: {"text": …, "label": …}; "-" for stdin. Opinions and entities: see docs/cli.md.',
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="FOLDER",
    help="Where the model goes.",
)
@click.option(
    "--with-seed", is_flag=True, help="Learn from KBCRM's own examples, too, for texts of other domains."
)
@click.option("--json", "as_json", is_flag=True, help="The model's figures as JSON.")
def train(task: str, data: IO[str], out: Path, with_seed: bool, as_json: bool) -> None:
    """Train a classifier on your own examples, and say how good it is on held-out fifths of them.

    With --task opinion or entities, a finder of opinions or of what is named; it learns from yours alone.
    """
    if task in naming.TASKS:
        naming.train_spans(task, data, out, as_json=as_json)
        return
    from ingest.extract.classifiers.examples import examples_of, read_examples
    from ingest.extract.classifiers.training import train as trained

    examples = list(read_examples(data, task))
    helping = examples_of(task) if with_seed else []
    classifier = trained(task, [*examples, *helping], told=lambda said: click.echo(said, err=True))
    classifier.save(out)
    if as_json:
        tables.json_line({"version": classifier.version, **classifier.figures})
        return
    held_out = classifier.figures["held_out"]
    click.echo(f"{tables.counted(len(examples), 'example')}; on held-out fifths of them:")
    for name in ("accuracy", "macro_f1", "calibration_error"):
        click.echo(f"  {name.replace('_', ' ')}: {held_out[name]:.3f}")
    tables.table(("label", "#F1"), [(label, f"{score:.3f}") for label, score in held_out["f1"].items()])
