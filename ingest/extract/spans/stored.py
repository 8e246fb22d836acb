"""Models on disk: a folder with what a model is, in JSON, and its numbers in half precision."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ingest.extract.spans.network import Weights
from ingest.extract.spans.tagger import Tagger
from kb.errors import Invalid
from kb.language.weights import Floats

FORMAT = 1
MODEL, ARRAYS = "model.json", "arrays.npz"


def write_folder(folder: Path, task: str, stated: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write a model into the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    halved: Any = {
        name: array.astype(np.float16) if array.dtype == np.float32 else array
        for name, array in arrays.items()
    }
    np.savez_compressed(folder / ARRAYS, **halved)
    text = json.dumps({"format": FORMAT, "task": task, **stated}, ensure_ascii=False, indent=1)
    (folder / MODEL).write_text(text + "\n", encoding="utf-8")


def read_folder(folder: Path, task: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a model is, and its numbers. Raises Invalid where there is none of this task and format."""
    try:
        stated = json.loads((folder / MODEL).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS) as kept:
            arrays = {name: _whole(kept[name]) for name in kept.files}
    except (OSError, ValueError) as error:
        raise Invalid("model", f"{folder} holds no trained model. Make one with `kbcrm train`.") from error
    if stated.get("task") != task:
        raise Invalid("model", f"{folder} was trained for {stated.get('task')}, not for {task}.")
    if stated.get("format") != FORMAT:
        raise Invalid("model", f"{folder} was made by another version of KBCRM. Train it again.")
    return stated, arrays


def _whole(array: Any) -> Any:
    return array.astype(np.float32) if array.dtype == np.float16 else array


def described(tagger: Tagger) -> dict[str, Any]:
    """What of a tagger is no array."""
    return {"labels": tagger.labels, "eager": tagger.eager}


def tagger_arrays(tagger: Tagger) -> dict[str, Any]:
    """A tagger's arrays by name."""
    return {
        **{f"tagger.{name}": one for name, one in tagger.weights.items()},
        **{f"centre.{name}": one for name, one in tagger.centres.items()},
        "spread": tagger.spread.astype(np.float32),
        "known": tagger.known,
    }


def tagger_of(stated: Mapping[str, Any], arrays: Mapping[str, Any]) -> Tagger:
    """The tagger again."""
    return Tagger(
        labels=tuple(stated["labels"]),
        weights=of_arrays("tagger.", arrays),
        known=arrays["known"],
        centres=of_arrays("centre.", arrays),
        spread=arrays["spread"],
        eager=float(stated["eager"]),
    )


def of_arrays(prefix: str, arrays: Mapping[str, Floats]) -> Weights:
    """The arrays whose names begin with the prefix, without it."""
    return {name.removeprefix(prefix): one for name, one in arrays.items() if name.startswith(prefix)}
