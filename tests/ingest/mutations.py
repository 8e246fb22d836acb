"""Damaged files, and a harness that reads them in a process of its own with bounded time and memory.

A case is any (source, name, content): the mutants of real files that
`mutants` makes from a seed, or whatever else should not break a source.
`run` reports what crashed, hung or used too much memory; InvalidFile and
rejections are what damaged files are expected to end in.
"""

import importlib
import json
import multiprocessing
import random
import resource
import signal
import tempfile
import time
import traceback
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from ingest.records import RAW_LIMIT, VALUE_LIMIT, Entry, Parsed, Reading, Rejected, Source
from kb.errors import InvalidFile
from tests.ingest.damages import DAMAGES, Damage

SECONDS = 5.0  # of the processor, for one case: a busy machine makes nothing hang
SILENCE = 60.0  # seconds after which a process that says nothing is given up
MEMORY = 1024**3  # bytes that the reading process may hold at most
ADDRESSES = 3 * 1024**3  # bytes of address space: libraries map more than they hold
READING = {"modified": 1_700_000_000_000, "timezone": ZoneInfo("Europe/Amsterdam"), "day_first": True}


@dataclass(frozen=True, slots=True)
class Case:
    """`source` is "module:function"; `content` makes the file's bytes, when and where they are needed."""

    source: str
    name: str
    content: Callable[[], bytes]


@dataclass(slots=True)
class Report:
    ran: int = 0
    endings: Counter[str] = field(default_factory=Counter)  # cases with at least one "parsed", "rejected"
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    peak: int = 0  # bytes held by the reading process
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")

    @property
    def sound(self) -> bool:
        return not self.crashes and not self.hangs and self.peak <= MEMORY


def mutants(samples: Sequence[tuple[str, Path]], count: int, seed: int = 1) -> Iterator[Case]:
    """`count` cases from (source, file) pairs; the same seed makes the same ones."""
    rng = random.Random(seed)
    for number in range(count):
        source, path = rng.choice(samples)
        damage = rng.choice(DAMAGES)
        own = rng.randrange(2**32)
        name = f"{path.name} [{damage.__name__[1:]} {own}, {number}]"
        yield Case(source, name, partial(_mutant, path, source, damage, own))


def _mutant(path: Path, source: str, damage: Damage, seed: int) -> bytes:
    rng = random.Random(seed)
    content = path.read_bytes()
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        content = damage(content, rng, source)
    return content


class _Hung(BaseException):
    """Raised by the alarm; no source catches it."""


def run(cases: Iterable[Case], batch: int = 500, seconds: float = SECONDS) -> Report:
    """Reads the cases in child processes, one batch in each, and adds up what happened."""
    report, begun = Report(), time.monotonic()
    waiting = list(cases)
    while waiting:
        done = _run_batch(waiting[:batch], report, seconds)
        waiting = waiting[done:]
    report.seconds = time.monotonic() - begun
    return report


def _run_batch(cases: Sequence[Case], report: Report, seconds: float) -> int:
    """How many of the cases were dealt with: all, or up to the one that killed the process."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    child = spawn.Process(target=_work, args=(theirs, list(cases), seconds), daemon=True)
    child.start()
    theirs.close()
    done = 0
    try:
        while done < len(cases) and ours.poll(SILENCE):
            ending, message, took, peak = ours.recv()
            report.peak = max(report.peak, peak)
            _count(report, cases[done].name, ending, message, took)
            done += 1
        if done < len(cases):
            report.hangs.append(f"{cases[done].source} {cases[done].name}: does not answer to the alarm")
            done += 1
    except EOFError:
        report.crashes.append(f"{cases[done].source} {cases[done].name}: the process died")
        done += 1
    child.kill()
    child.join()
    return done


def _count(report: Report, name: str, endings: set[str], message: str, took: float) -> None:
    report.ran += 1
    report.endings.update(endings)
    report.slowest = max(report.slowest, (took, name))
    if "crash" in endings:
        report.crashes.append(f"{name}: {message}")
    if "hang" in endings:
        report.hangs.append(f"{name}: {message}")


def _work(parent: Connection, cases: Sequence[Case], seconds: float) -> None:
    """The child: one answer a case."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    signal.signal(signal.SIGPROF, _alarmed)
    peak = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            file = Path(folder) / "mutant"
            file.write_bytes(case.content())
            begun = time.process_time()
            endings, message = _endings(case, file, seconds)
            peak = max(peak, _held())
            parent.send((endings, message, time.process_time() - begun, peak))


def _held() -> int:
    """Bytes that this process held at most; `ru_maxrss` would count what its parent held at its start."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _alarmed(number: int, frame: FrameType | None) -> None:
    raise _Hung


def _endings(case: Case, file: Path, seconds: float) -> tuple[set[str], str]:
    try:
        return _within(seconds, case, file), ""
    except InvalidFile:
        return {"invalid"}, ""
    except _Hung:
        return {"hang"}, traceback.format_exc(limit=-4)
    except Exception:  # whatever it is, it is a crash, and the report shall say which
        return {"crash"}, traceback.format_exc(limit=-6)


def _within(seconds: float, case: Case, file: Path) -> set[str]:
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        return _read(case, file)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _read(case: Case, file: Path) -> set[str]:
    module, function = case.source.split(":")
    source: Source = getattr(importlib.import_module(module), function)
    keys: set[str] = set()
    endings = {"nothing"}
    for entry in source(file, Reading(name=case.name, **READING)):  # type: ignore[arg-type]
        check(entry, keys)
        endings.add("parsed" if isinstance(entry, Parsed) else "rejected")
    return endings if endings == {"nothing"} else endings - {"nothing"}


def check(entry: Entry, keys: set[str]) -> None:
    """What must hold of every entry, whatever the file. Raises AssertionError."""
    assert entry.place >= 1 and len(entry.raw) <= RAW_LIMIT
    if isinstance(entry, Rejected):
        assert entry.field and len(entry.value) <= VALUE_LIMIT
        return
    assert entry.key not in keys, f"the key {entry.key} comes twice"
    keys.add(entry.key)
    json.dumps(entry.payload, ensure_ascii=False, allow_nan=False).encode("utf-8")
    text = str(entry.payload.get("text", ""))
    assert "\r" not in text and "\0" not in text and unicodedata.is_normalized("NFC", text)
    segments = entry.payload.get("segments", ())
    assert isinstance(segments, Sequence)
    for segment in segments:
        assert 0 <= segment["start"] < segment["end"] <= len(text)  # type: ignore[index,call-overload,operator]
