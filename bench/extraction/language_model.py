"""A language model against the built-in extractor, on the gold messages: what it finds, and what it costs."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.extraction import gold
from ingest.extract.candidates import Candidate
from ingest.extract.language_model import Budget, Client, Endpoint, LanguageModelExtractor
from ingest.extract.language_model.asking import CONFIDENCE
from ingest.extract.language_model.budget import Spending
from ingest.extract.language_model.kept import Kept
from ingest.extract.pipeline import Message, shipped_extractor
from kb.errors import LanguageModelUnavailable

UNBOUNDED = Budget(tokens=10**12, requests=10**9)


class _Watched:
    """An extractor that counts what it was asked of, the seconds that took, and the answers that failed."""

    def __init__(self, url: str, model: str, folder: Path) -> None:
        endpoint = Endpoint(url=url, model=model, key=os.environ.get("KBCRM_LLM_KEY", ""), timeout=300)
        self.client = Client(endpoint, Spending(UNBOUNDED, folder, lambda: time.time_ns() // 1_000_000))
        self._extractor = LanguageModelExtractor(
            self.client, Kept(folder), lambda: 0, shipped_extractor(), self._tell
        )
        self.version = self._extractor.version
        self.messages = self.fell_back = 0
        self.seconds = 0.0

    def extract(self, messages: Sequence[Message], *, careful: bool = False) -> Iterator[list[Candidate]]:
        began = time.perf_counter()
        found = [*self._extractor.extract(messages, careful=careful)]
        self.seconds += time.perf_counter() - began
        self.messages += len(messages)
        return iter(found)

    def _tell(self, error: LanguageModelUnavailable) -> None:
        self.fell_back += 1
        sys.stderr.write(f"{error}\n")


def measured(names: Sequence[str], url: str, model: str) -> dict[str, Any]:
    """F1 on whole messages of both, by how much the model is better, how often its word was right, its price.

    `fell_back` counts messages without an answer, which the built-in extractor read: a figure with any is
    none of the model's.
    """
    ours = gold.messages(names, careful=True)
    with tempfile.TemporaryDirectory() as folder:
        reader = _Watched(url, model, Path(folder))
        theirs, pairs = gold.judged(reader, names, careful=True)
    usage = reader.client.usage
    beats = {name: round(theirs[name]["f1"] - ours[name]["f1"], 3) for name in names}
    return {
        "version": reader.version,
        "language_model": theirs,
        "built_in": ours,
        "beats_by": beats,
        "worth_its_price": min(beats.values()) > 0 and not reader.fell_back,
        "right_of": {word: _right(pairs, sure) for word, sure in CONFIDENCE.items()},
        "messages": reader.messages,
        "fell_back": reader.fell_back,
        "requests": usage.requests,
        "tokens": {"sent": usage.prompt_tokens, "received": usage.answer_tokens},
        "tokens_a_message": round((usage.prompt_tokens + usage.answer_tokens) / max(reader.messages, 1)),
        "seconds": round(reader.seconds, 1),
    }


def _right(pairs: Sequence[tuple[float, bool]], sure: float) -> dict[str, Any]:
    said = [right for confidence, right in pairs if confidence == sure]
    return {"share": round(sum(said) / len(said), 3) if said else None, "n": len(said)}
