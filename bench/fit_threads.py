"""Fit the small models of linking and aggregation (ingest/resolve/weights.json) on development threads.

    python bench/fit_threads.py THREADS… [--folds 6] [--write]

Prints how well held-out threads fare (grouped by thread) with the planted quotes as candidates, and with
--write puts the weights of all threads where the package finds them. Where a matter was closed is not
planted, only that it is: of all later clauses the likeliest counts, chosen anew in each round.
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
from sklearn.linear_model import LogisticRegression  # noqa: E402

from bench.extraction import threads as bench  # noqa: E402
from bench.extraction.thread_files import Thread, threads_of  # noqa: E402
from ingest.extract.candidates import Candidate  # noqa: E402
from ingest.resolve import closings, matter  # noqa: E402
from ingest.resolve.about import About, By  # noqa: E402
from ingest.resolve.changes import Amend, Begin, Close, Support  # noqa: E402
from ingest.resolve.resolver import Resolver, place_of  # noqa: E402
from ingest.resolve.scoring import BIAS, WEIGHTS, chance, weights  # noqa: E402

ROUNDS = 4
LEARNT_FROM = 0.6  # probability from which on a planted closure is taken to have happened here
BEFORE = 0.3  # weight of a clause before the one that closed a matter
STRENGTH = {"about": 0.1, "same": 0.1, "closes": 0.05}  # inverse of the penalty on large weights


@dataclass(frozen=True)
class Row:
    """Features with what is true; rows of one `group` are about one matter, in the order of the text."""

    features: dict[str, float]
    true: bool
    group: tuple[str, int] = ("", 0)
    place: int = 0


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
            closes = self.thread.facts[number]["status"] == "closed"
            self.rows["closes"].append(Row(features, closes, (self.thread.id, number), place))
            why = closings.closing(ending, one)
            if closes and why and chance(weights()["closes"], features) >= LEARNT_FROM:
                at = run.spoken.message.at
                run.change(Close(statement=one.statement, at=at, closing=why, cited=ending.cited))


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


def fitted_closes(rows: Sequence[Row], first: dict[str, float]) -> dict[str, float]:
    """The likeliest clause of each closed matter is taken for the one that closed it, round after round."""
    model = first
    for _ in range(ROUNDS):
        best: dict[tuple[str, int], tuple[float, int]] = {}
        for number, row in enumerate(rows):
            if row.true:
                best[row.group] = max(best.get(row.group, (-1.0, 0)), (chance(model, row.features), number))
        chosen = {number for _, number in best.values()}
        kept, weight = [], []
        for number, row in enumerate(rows):
            if not row.true or number in chosen:
                kept.append(row)
                weight.append(1.0)
            elif row.place < rows[best[row.group][1]].place:
                kept.append(Row(row.features, true=False))
                weight.append(BEFORE)
        model = fitted(kept, STRENGTH["closes"], weight)
    return model


def learnt(threads: Sequence[Thread], found: dict[str, list[list[Candidate]]]) -> dict[str, dict[str, float]]:
    """The weights that threads teach; the models are in use while they are made."""
    for _ in range(2):
        rows = taught(threads, found)
        made = {name: fitted(rows[name], STRENGTH[name]) for name in ("about", "same")}
        made["closes"] = fitted_closes(rows["closes"], weights()["closes"])
        weights().update(made)
    return dict(weights())


def held_out(
    threads: Sequence[Thread], found: dict[str, list[list[Candidate]]], folds: int
) -> dict[str, Any]:
    """Figures of threads that the weights had not seen, a language."""
    first = json.loads(WEIGHTS.read_text("utf-8"))
    counted: dict[str, bench.Counted] = {}
    for fold in range(folds):
        weights().clear()
        weights().update(json.loads(json.dumps(first)))
        learnt([one for n, one in enumerate(threads) if n % folds != fold], found)
        for thread in (one for n, one in enumerate(threads) if n % folds == fold):
            stood, doubts = bench.stands(thread, bench.with_quotes(thread, found[thread.id]))
            bench.count(thread, stood, doubts, counted.setdefault(thread.language, bench.Counted()))
    weights().clear()
    weights().update(first)
    return {language: one.figures() for language, one in sorted(counted.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("threads", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    threads = [one for path in given.threads for one in threads_of(path)]
    found = bench.extracted(threads)
    print(json.dumps({"held_out": held_out(threads, found, given.folds)}))
    if given.write:
        WEIGHTS.write_text(json.dumps(learnt(threads, found), indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
