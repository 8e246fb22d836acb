"""Fit the small models of linking and aggregation (ingest/resolve/scoring.py) on threads.

    python bench/fit_threads.py THREADS… --held-out THREADS… [--write]

Prints how well the held-out threads fare with the planted quotes as candidates, and with --write puts the
weights where the package finds them. Where the words that close a matter are not planted, only that it is
closed, of all later clauses the likeliest counts, chosen anew in each round.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 -- run from a checkout
from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from bench.extraction import threads as bench  # noqa: E402
from bench.extraction.thread_files import Thread, threads_of  # noqa: E402
from ingest.extract.candidates import Candidate  # noqa: E402
from ingest.resolve import closings, matter  # noqa: E402
from ingest.resolve.about import About, By  # noqa: E402
from ingest.resolve.changes import Amend, Begin, Close, Support  # noqa: E402
from ingest.resolve.resolver import Resolver, place_of  # noqa: E402
from ingest.resolve.scoring import BIAS, TREES, WEIGHTS, chance, trees, weights  # noqa: E402

ROUNDS = 4
LEARNT_FROM = 0.6  # probability from which on a planted closure is taken to have happened here
BEFORE = 0.3  # weight of a clause before the one that closed a matter
STRENGTH = {"same": 0.1, "closes": 0.05}  # inverse of the penalty on large weights
GROWN = {"max_depth": 4, "max_iter": 120, "learning_rate": 0.05, "l2_regularization": 5.0}  # the trees


@dataclass(frozen=True)
class Row:
    """Features with what is true; rows of one `group` are about one matter, in the order of the text."""

    features: dict[str, float]
    true: bool
    group: tuple[str, int] = ("", 0)
    place: int = 0
    sure: bool = False  # whether it is planted that it was this row


class Teacher(Resolver):
    """A resolver that does what was planted, and notes what its models would have had to say."""

    def __init__(self, thread: Thread) -> None:
        super().__init__(thread.directory, features=thread.features)
        self.thread = thread
        self.rows: dict[str, list[Row]] = {"about": [], "same": [], "closes": []}
        self.planted: dict[str, int] = {}  # statement -> number of the planted fact

    def _fact(self, candidate: Candidate, interaction: str) -> int | None:
        place = int(interaction.rpartition("/")[2])
        text = self.thread.messages[place].text
        for number, fact in enumerate(self.thread.facts):
            for where, quote in fact["evidence"]:
                if where == place and text.find(quote) == candidate.start and fact["kind"] == candidate.kind:
                    return number
        return None

    def _about(self, candidate: Candidate, run: Any) -> About:
        number = self._fact(candidate, run.spoken.interaction)
        place = place_of(candidate.start, candidate.end, run, candidate.kind)
        if number is None or self._products.named(place):
            return super()._about(candidate, run)
        true = self.thread.facts[number]["about"]
        for id, features in self._products.weighed(place).items():
            self.rows["about"].append(
                Row(dict(features), id == true, (self.thread.id, number), candidate.start)
            )
        return About(true, By.WEIGHED) if true else About(None)

    def _take_matter(self, said: Any, run: Any) -> None:
        number = self._fact(said.candidate, said.cited.interaction)
        could = [one for one in run.standing if matter.may_be_same(said, one)]
        for one in could:
            others = [other for other in could if other is not one]
            features = dict(matter.features(said, one, others, self._likeness, self._numbers))
            self.rows["same"].append(Row(features, self.planted.get(one.statement) == number))
        same = next((one for one in run.standing if self.planted.get(one.statement) == number), None)
        if same is None:
            new = self._begun(said)
            self.planted[new.statement] = -1 if number is None else number
            run.change(Begin(standing=new))
        elif said.candidate.due and said.candidate.due != same.due:
            run.change(Amend(statement=same.statement, due=said.candidate.due, cited=said.cited))
        else:
            run.change(
                Support(statement=same.statement, cited=said.cited, confidence=said.candidate.confidence)
            )

    def _close(self, clause: Any, candidates: Sequence[Candidate], run: Any) -> None:
        ending = self._ending(clause, candidates, run)
        if not closings.may_close(ending):
            return
        could = [one for one in run.standing if closings.could_close(ending, one)]
        place = int(run.spoken.interaction.rpartition("/")[2]) * 100_000 + clause.start
        for one in could:
            number = self.planted.get(one.statement, -1)
            if number < 0:
                continue
            rivals = [other for other in could if other is not one]
            features = dict(closings.features(ending, one, rivals, self._likeness, self._numbers))
            fact = self.thread.facts[number]
            told = fact.get("closed_by")
            closes = self._closes(told, run, clause) if told else fact["status"] == "closed"
            if closes is None:
                continue
            group = (self.thread.id, number)
            self.rows["closes"].append(Row(features, closes, group, place, sure=bool(told)))
            why = closings.closing(ending, one)
            if closes and why and (told or chance(weights()["closes"], features) >= LEARNT_FROM):
                at = run.spoken.message.at
                run.change(Close(statement=one.statement, at=at, closing=why, cited=ending.cited))

    def _closes(self, told: Sequence[Any], run: Any, clause: Any) -> bool | None:
        """Whether a clause is among the words that close a matter; None where it may only be near them."""
        where, quote = told
        place = int(run.spoken.interaction.rpartition("/")[2])
        if place != where or not quote:
            return False if place < where else None
        start = self.thread.messages[where].text.find(quote)
        return (start < clause.end and clause.start < start + len(quote)) or None


def taught(threads: Sequence[Thread], found: dict[str, list[list[Candidate]]]) -> dict[str, list[Row]]:
    """The rows of threads."""
    rows: dict[str, list[Row]] = {"about": [], "same": [], "closes": []}
    for thread in threads:
        teacher = Teacher(thread)
        bench.stands(thread, bench.with_quotes(thread, found[thread.id]), teacher)
        for name, theirs in teacher.rows.items():
            rows[name] += theirs
    return rows


def fitted(rows: Sequence[Row], strength: float, sure: Sequence[float] | None = None) -> dict[str, float]:
    """The weights of a logistic regression on the rows."""
    names = sorted({name for row in rows for name in row.features})
    matrix = np.array([[row.features.get(name, 0.0) for name in names] for row in rows])
    spread = np.where(
        matrix.std(axis=0) > 0, matrix.std(axis=0), 1.0
    )  # the penalty is on weights of like spread
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(matrix / spread, [row.true for row in rows], sample_weight=sure)
    found = dict(zip(names, (model.coef_[0] / spread).tolist(), strict=True)) | {
        BIAS: float(model.intercept_[0])
    }
    return {name: round(weight, 3) for name, weight in found.items() if abs(weight) >= 0.0005}


def grown(rows: Sequence[Row]) -> dict[str, Any]:
    """Boosted trees on the rows, as scoring.py reads them."""
    names = sorted({name for row in rows for name in row.features})
    matrix = np.array([[row.features.get(name, 0.0) for name in names] for row in rows])
    model: Any = HistGradientBoostingClassifier(**GROWN, min_samples_leaf=15, random_state=0)
    model.fit(matrix, [row.true for row in rows])
    found = []
    for (one,) in model._predictors:
        found.append([_node(node) for node in one.nodes])
    return {"features": names, BIAS: round(float(model._baseline_prediction[0][0]), 4), "trees": found}


def _node(node: Any) -> list[float]:
    if node["is_leaf"]:
        return [-1, 0, 0, 0, round(float(node["value"]), 4)]
    return [
        int(node["feature_idx"]),
        float(node["num_threshold"]),
        int(node["left"]),
        int(node["right"]),
        0,
    ]


def fitted_closes(rows: Sequence[Row], first: dict[str, float]) -> dict[str, float]:
    """The likeliest clause of each closed matter is taken for the one that closed it, round after round."""
    model = first
    for _ in range(ROUNDS):
        best: dict[tuple[str, int], tuple[float, int]] = {}
        for number, row in enumerate(rows):
            if row.true and not row.sure:
                best[row.group] = max(best.get(row.group, (-1.0, 0)), (chance(model, row.features), number))
        chosen = {number for _, number in best.values()}
        kept, weight = [], []
        for number, row in enumerate(rows):
            if row.sure or not row.true or number in chosen:
                kept.append(row)
                weight.append(1.0)
            elif row.place < rows[best[row.group][1]].place:
                kept.append(Row(row.features, true=False))
                weight.append(BEFORE)
        model = fitted(kept, STRENGTH["closes"], weight)
    return model


def learn(threads: Sequence[Thread], found: dict[str, list[list[Candidate]]]) -> None:
    """Put what the threads teach in use."""
    for _ in range(2):
        rows = taught(threads, found)
        trees().update(grown(rows["about"]))
        weights()["same"] = fitted(rows["same"], STRENGTH["same"])
        weights()["closes"] = fitted_closes(rows["closes"], weights()["closes"])


def _written(model: dict[str, Any]) -> str:
    """A tree a line."""
    rest = json.dumps({name: value for name, value in model.items() if name != "trees"}, indent=1)
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in model["trees"])
    return f'{rest[:-2]},\n "trees": [\n{lines}\n]}}\n'


def fared(threads: Sequence[Thread], found: dict[str, list[list[Candidate]]]) -> dict[str, Any]:
    """Figures of threads by the weights in use, a language."""
    counted: dict[str, bench.Counted] = {}
    for thread in threads:
        stood, doubts = bench.stands(thread, bench.with_quotes(thread, found[thread.id]))
        bench.count(thread, stood, doubts, counted.setdefault(thread.language, bench.Counted()))
    return {language: one.figures() for language, one in sorted(counted.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("threads", type=Path, nargs="+")
    parser.add_argument("--held-out", type=Path, nargs="+", required=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    threads = [one for path in given.threads for one in threads_of(path)]
    left = [one for path in given.held_out for one in threads_of(path)]
    found = bench.extracted([*threads, *left])
    learn(threads, found)
    print(json.dumps({"held_out": fared(left, found)}))
    if given.write:
        WEIGHTS.write_text(json.dumps(weights(), indent=1, sort_keys=True) + "\n", "utf-8")
        TREES.write_text(_written(trees()), "utf-8")


if __name__ == "__main__":
    main()
