"""How well and how fast facts are read out of what people say.

    python bench/extract.py --data ../shared/data [--only talk_act,messages,…] [--quick]
    python bench/extract.py --only threads [--threads FILE…] [--perfect]
    python bench/extract.py --only llm --url URL --model MODEL

Shipped models on the frozen gold sets (bench/gold): talk_act, complaint, messages, dates, personal, and
threads, for linking and aggregation (or other files of threads; with --perfect apart from extraction). Models
trained here on public training parts and reported on the parts left: suggestion (and the same model on two
other domains), request, comparison, sentiment, quadruples (who thinks what of what), entities. What
corrections are worth in a new domain: review. And speed:
messages a second through the whole pipeline on one thread, and memory. With --quick the slow encoder is asked
only where the quick ones are unsure, as the pipeline does when it takes in files. `llm` holds the language
model at an OpenAI-compatible endpoint (its key is KBCRM_LLM_KEY) against the built-in extractor on the
messages: F1, tokens, seconds. Prints one JSON line.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.extraction import (  # noqa: E402 -- run from a checkout
    entities,
    gold,
    language_model,
    opinions,
    public,
    review,
    threads,
)
from ingest.extract.classifiers.examples import examples_of  # noqa: E402
from ingest.extract.pipeline import shipped_extractor  # noqa: E402

LANGUAGES = ("en", "zh")
SPOKEN = {"short": ("chat", "ticket", "survey"), "mail": ("email",)}
THREADS = [gold.GOLD / f"threads.{one}.jsonl" for one in LANGUAGES]
BOTH = {
    name: [f"{name}.{one}" for one in LANGUAGES] for name in ("talk_act", "complaint", "messages", "dates")
}


def sections(
    data: Path, quick: bool, planted: list[Path], perfect: bool
) -> dict[str, Callable[[], dict[str, Any]]]:
    """What can be measured, by name; `planted` are files of threads."""
    return {
        "talk_act": lambda: gold.classified("talk-act", BOTH["talk_act"], careful=not quick),
        "complaint": lambda: gold.classified("complaint", BOTH["complaint"], careful=not quick),
        "messages": lambda: gold.messages(BOTH["messages"], careful=not quick),
        "dates": lambda: {name: gold.when(name) for name in BOTH["dates"]},
        "personal": lambda: {one: gold.masking(f"pii.{one}") for one in LANGUAGES},
        "suggestion": lambda: public.suggestion(data, examples_of("suggestion")),
        "request": lambda: public.request(data),
        "comparison": lambda: public.comparison(data, examples_of("comparison")),
        "sentiment": lambda: public.sentiment(data),
        "quadruples": lambda: opinions.quadruples(data),
        "entities": lambda: entities.entities(data),
        "threads": lambda: threads.measured(planted, perfect=perfect),
        "review": review.measured,
        "speed": speed,
    }


def speed() -> dict[str, Any]:
    """Messages a second of one core's time, models loaded; memory of the process at its peak."""
    extractor = shipped_extractor()
    rows = [row for language in LANGUAGES for row in gold.lines(f"messages.{language}.jsonl")]
    figures: dict[str, Any] = {}
    for name, channels in SPOKEN.items():
        messages = [gold.message_of(row) for row in rows if row["channel"] in channels]
        list(extractor.extract(messages[:5]))
        began = time.process_time()
        list(extractor.extract(messages))
        figures[name] = {"per_s": round(len(messages) / (time.process_time() - began), 1), "n": len(messages)}
        figures[name]["characters"] = round(sum(len(one.text) for one in messages) / len(messages))
    return figures | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--only", metavar="NAME,…", help="Some of the sections; default: all.")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--threads", type=Path, nargs="+", default=THREADS, help="Files of planted threads.")
    parser.add_argument(
        "--perfect", action="store_true", help="Threads: take the planted quotes for what was extracted."
    )
    parser.add_argument("--url", help="Base address of a language model's endpoint, for llm.")
    parser.add_argument("--model", help="Its name there.")
    given = parser.parse_args()
    measured = sections(given.data, given.quick, given.threads, given.perfect)
    if given.url and given.model:
        measured["llm"] = lambda: language_model.measured(BOTH["messages"], given.url, given.model)
    elif given.url or given.model or "llm" in (given.only or "").split(","):
        parser.error("A language model takes both --url and --model.")
    wanted = given.only.split(",") if given.only else list(measured)
    print(json.dumps({"bench": "extract"} | {name: measured[name]() for name in wanted}))


if __name__ == "__main__":
    main()
