"""The frozen gold sets (bench/gold): talk acts, complaints, messages, dates and personal data."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ingest.extract.candidates import FactKind, Side
from ingest.extract.classifiers.features import Views
from ingest.extract.classifiers.shipped import shipped
from ingest.extract.classifiers.training import calibration_error, f1
from ingest.extract.pipeline import Extracts, Message, shipped_extractor
from ingest.extract.when import dates
from kb.language.personal import personal

GOLD = Path(__file__).parents[1] / "gold"
OVERLAP = 0.5  # of two spans, for them to be the same
# What the messages are annotated for; of other kinds they may state more than is written down.
PLANTED = (FactKind.COMMITMENT, FactKind.PREFERENCE, FactKind.ROLE_CHANGE, FactKind.NEED)


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of a gold file."""
    with (GOLD / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def classified(task: str, names: Sequence[str], *, careful: bool = True) -> dict[str, Any]:
    """Macro-F1, F1 of "true" and calibration of the shipped classifier, a file."""
    return {name: _judged(task, lines(f"{name}.jsonl"), careful=careful) for name in names}


def _judged(task: str, rows: Sequence[Mapping[str, Any]], *, careful: bool) -> dict[str, Any]:
    classifier = shipped(task)
    views = Views([row["text"] for row in rows])
    chances = classifier.probabilities(views, careful=careful)
    best = np.array(classifier.labels)[chances.argmax(axis=1)]
    said = np.array([one.label for one in classifier.judge(views, careful=careful)])
    true = np.array([str(row["label"]).lower() for row in rows])
    each = {label: f1(said == label, true == label) for label in classifier.labels}
    figures = {
        "macro_f1": round(float(np.mean([*each.values()])), 3),
        "ece": round(calibration_error(chances.max(axis=1), best == true), 3),
        "n": len(rows),
    }
    return figures | ({"f1": round(each["true"], 3)} if classifier.yes_no else {})


def messages(names: Sequence[str], *, careful: bool) -> dict[str, Any]:
    """F1 of facts right in kind, span and due date, a file, and of each kind; and what confidence is worth.

    The expected calibration error holds how sure the candidates are against how many of them are right.
    """
    return judged(shipped_extractor(), names, careful=careful)[0]


def judged(
    extractor: Extracts, names: Sequence[str], *, careful: bool
) -> tuple[dict[str, Any], list[tuple[float, bool]]]:
    """The same of any extractor; and of each candidate how sure it is and whether it is right."""
    scored = {name: _extracted(extractor, lines(f"{name}.jsonl"), careful) for name in names}
    pairs = [pair for _, said in scored.values() for pair in said]
    sure, right = zip(*pairs, strict=True) if pairs else ((), ())
    error = calibration_error(np.array(sure, np.float32), np.array(right)) if pairs else 0.0
    return {name: figures for name, (figures, _) in scored.items()} | {"ece": round(error, 3)}, pairs


def message_of(row: Mapping[str, Any]) -> Message:
    """A gold message as the pipeline takes it: the names of sender and receiver tell the sides apart."""
    side = Side(row["side"])
    return Message(
        text=row["text"],
        at=datetime.fromisoformat(row["at"]),
        side=side,
        channel=row["channel"],
        sides={**_names(row["to"], side.other), **_names(row["from"], side)},
    )


def _names(stated: str, side: Side) -> dict[str, Side]:
    name = stated.split("<", maxsplit=1)[0].strip()
    return {one.strip(): side for one in name.replace("、", ",").split(",") if one.strip() and "@" not in one}


def _extracted(
    extractor: Extracts, rows: Sequence[Mapping[str, Any]], careful: bool
) -> tuple[dict[str, Any], list[tuple[float, bool]]]:
    counts = {kind: [0, 0, 0] for kind in PLANTED}  # right, said, true
    sure: list[tuple[float, bool]] = []
    found = extractor.extract([message_of(row) for row in rows], careful=careful)
    for row, candidates in zip(rows, found, strict=True):
        left = list(row["facts"])
        for fact in left:
            counts[fact["kind"]][2] += 1
        for one in (one for one in candidates if one.kind in PLANTED):
            counts[one.kind][1] += 1
            match = next((fact for fact in left if _same(one, fact)), None)
            sure.append((one.confidence, match is not None))
            if match:
                left.remove(match)
                counts[one.kind][0] += 1
    total = [sum(count[n] for count in counts.values()) for n in range(3)]
    figures = {"f1": _f1(*total), "n": total[2]} | {str(kind): _f1(*count) for kind, count in counts.items()}
    return figures, sure


def _f1(right: int, said: int, true: int) -> float:
    return round(2 * right / max(said + true, 1), 3)


def _same(one: Any, fact: Mapping[str, Any]) -> bool:
    common = min(one.end, fact["end"]) - max(one.start, fact["start"])
    overlap = common / (max(one.end, fact["end"]) - min(one.start, fact["start"]))
    dated = one.due.isoformat() if one.due else None
    return one.kind == fact["kind"] and overlap >= OVERLAP and dated == fact.get("due")


def when(name: str) -> dict[str, Any]:
    """Share of lines whose one date is right, or in which none is found where none is; spans by both days."""
    rows = lines(f"{name}.jsonl")
    wanted = ([(row["date"], row["until"] or row["date"])] if row["date"] else [] for row in rows)
    wrong = sum(_days(row) != days for row, days in zip(rows, wanted, strict=True))
    return {"exact": round(1 - wrong / len(rows), 3), "n": len(rows)}


def _days(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = dates(row["text"], datetime.fromisoformat(row["at"]).date())
    return [(one.first.isoformat(), one.last.isoformat()) for one in found]


def masking(name: str) -> dict[str, Any]:
    """Recall and precision of personal data, exact spans; the kind counts too."""
    right = said = true = 0
    for row in lines(f"{name}.jsonl"):
        wanted = {(one["start"], one["end"], one["type"]) for one in row["spans"]}
        found = {(one.start, one.end, str(one.kind)) for one in personal(row["text"])}
        right, said, true = right + len(wanted & found), said + len(found), true + len(wanted)
    return {"recall": round(right / true, 3), "precision": round(right / max(said, 1), 3), "n": true}
