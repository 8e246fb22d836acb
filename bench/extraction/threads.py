"""Linking and aggregation over planted threads: which facts stand at the end, and what went wrong on the way.

A fact is exact where kind, subject, about, value, status and due are right and its evidence lies in the very
messages that state it; `loose` leaves the evidence at one message in common. A merge is wrong where a fact
rests on quotes of two planted facts, a closure where the planted fact is open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.extraction.thread_files import Thread, quoted, threads_of
from ingest.extract.candidates import Candidate, FactKind
from ingest.extract.pipeline import shipped_extractor
from ingest.resolve.changes import Doubt, Reason, apply
from ingest.resolve.resolver import Resolver
from ingest.resolve.spoken import Spoken
from ingest.resolve.standing import MATTERS, Standing
from kb.model.spelling import normalised

PLANTED = frozenset(FactKind) - {FactKind.OUTCOME, FactKind.QUESTION, FactKind.COMPARISON}
OPEN_SUBJECTS = frozenset(
    {Reason.AMBIGUOUS_SUBJECT, Reason.UNKNOWN_SUBJECT, Reason.UNKNOWN_PERSON, Reason.AMBIGUOUS_PERSON}
)
LONGER = 4  # times that a value may be as long as the planted one that it holds


@dataclass
class Counted:
    """What was right, said and true, and what was wrongly joined or closed."""

    exact: int = 0
    loose: int = 0
    said: int = 0
    true: int = 0
    joined: int = 0
    wrongly_joined: int = 0
    closed: int = 0
    wrongly_closed: int = 0
    should_close: int = 0
    wrong: dict[str, int] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        """As printed."""
        return {
            "exact_f1": _f1(self.exact, self.said, self.true),
            "loose_f1": _f1(self.loose, self.said, self.true),
            "facts": self.true,
            "stood": self.said,
            "merges": self.joined,
            "wrong_merges": round(self.wrongly_joined / max(1, self.joined), 3),
            "closures": self.closed,
            "wrong_closures": round(self.wrongly_closed / max(1, self.closed), 3),
            "to_be_closed": self.should_close,
            "wrong": dict(sorted(self.wrong.items())),
        }


def measured(paths: Sequence[Path], *, perfect: bool) -> dict[str, Any]:
    """Figures a language; with `perfect` the planted quotes are the candidates: extraction is left out."""
    threads = [one for path in paths for one in threads_of(path)]
    found = extracted(threads)
    counted: dict[str, Counted] = {}
    for thread in threads:
        candidates = with_quotes(thread, found[thread.id]) if perfect else found[thread.id]
        stood, doubts = stands(thread, candidates)
        count(thread, stood, doubts, counted.setdefault(thread.language, Counted()))
    return {language: one.figures() for language, one in sorted(counted.items())}


def extracted(threads: Sequence[Thread]) -> dict[str, list[list[Candidate]]]:
    """The candidates of each message, by thread."""
    all_of = iter(shipped_extractor().extract([message for one in threads for message in one.messages]))
    return {one.id: [next(all_of) for _ in one.messages] for one in threads}


def with_quotes(thread: Thread, found: Sequence[Sequence[Candidate]]) -> list[list[Candidate]]:
    """The planted quotes, and of what the extractor found the outcomes: how things ended is not planted."""
    planted = quoted(thread)
    ends = [
        [
            one
            for one in found[n]
            if one.kind is FactKind.OUTCOME and not any(_meets(one, other) for other in there)
        ]
        for n, there in enumerate(planted)
    ]
    return [[*one, *other] for one, other in zip(planted, ends, strict=True)]


def _meets(one: Candidate, other: Candidate) -> bool:
    return one.start < other.end and other.start < one.end


def spoken(thread: Thread, place: int, before: Sequence[str]) -> Spoken:
    """A message of a thread as the resolver takes it."""
    return Spoken(
        interaction=thread.interaction(place),
        message=thread.messages[place],
        thread=thread.threads[place],
        participants=thread.participants[place],
        before=tuple(before),
    )


def stands(
    thread: Thread, candidates: Sequence[Sequence[Candidate]], resolver: Resolver | None = None
) -> tuple[list[Standing], list[Doubt]]:
    """What stands at the end of a thread, and what is left to a person."""
    resolver = resolver or Resolver(thread.directory, features=thread.features)
    standing: list[Standing] = []
    doubts: list[Doubt] = []
    before: list[str] = []
    for place, found in enumerate(candidates):
        one = spoken(thread, place, before)
        changes = resolver.resolve(one, found, standing)
        doubts += [change for change in changes if isinstance(change, Doubt)]
        standing = apply(standing, changes)
        before += resolver.involved(one)
    return [one for one in standing if one.ended_at is None], doubts


def count(thread: Thread, stood: Sequence[Standing], doubts: Sequence[Doubt], counted: Counted) -> None:
    """Add a thread's facts."""
    said = [_of_standing(thread, one) for one in stood if one.kind in PLANTED]
    said += [
        _of_doubt(thread, one)
        for one in doubts
        if one.reason in OPEN_SUBJECTS and one.candidate.kind in PLANTED
    ]
    counted.said += len(said)
    counted.true += len(thread.facts)
    pairs = _paired(said, thread.facts)
    counted.loose += sum(1 for one, fact in pairs if not _wrong(one, fact))
    counted.exact += sum(
        1 for one, fact in pairs if not _wrong(one, fact) and one["messages"] == _messages(fact)
    )
    for one, fact in pairs:
        for name in (*_wrong(one, fact), *(["evidence"] if one["messages"] != _messages(fact) else [])):
            counted.wrong[name] = counted.wrong.get(name, 0) + 1
    for one in said:
        planted = _planted(thread, one)
        quotes = [numbers for numbers in planted if numbers]
        together = max((sum(n in numbers for numbers in quotes) for n in range(len(thread.facts))), default=0)
        counted.joined += max(0, len(planted) - 1)
        counted.wrongly_joined += len(quotes) - together
        if quotes and one["status"] is not None:
            stated = [thread.facts[n]["status"] for n in quotes[0]]
            counted.closed += one["status"] == "closed"
            counted.wrongly_closed += one["status"] == "closed" and "closed" not in stated
    counted.should_close += sum(fact["status"] == "closed" for fact in thread.facts)


def _of_standing(thread: Thread, one: Standing) -> dict[str, Any]:
    places = {thread.interaction(n): n for n in range(len(thread.messages))}
    return {
        "kind": str(one.kind),
        "subject": one.subject,
        "about": one.about,
        "value": one.value,
        "status": one.status,
        "due": one.due.isoformat() if one.due else None,
        "messages": {places[cited.interaction] for cited in one.evidence},
        "quotes": [(places[cited.interaction], cited.start, cited.end) for cited in one.evidence],
    }


def _of_doubt(thread: Thread, doubt: Doubt) -> dict[str, Any]:
    one, cited = doubt.candidate, doubt.cited
    place = [thread.interaction(n) for n in range(len(thread.messages))].index(cited.interaction)
    return {
        "kind": str(one.kind),
        "subject": None,
        "about": None,
        "value": one.role or one.text,
        "status": "open" if one.kind in MATTERS else None,
        "due": one.due.isoformat() if one.due else None,
        "messages": {place},
        "quotes": [(place, cited.start, cited.end)],
    }


def _paired(said: Sequence[Mapping[str, Any]], facts: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    """Said and planted facts of one kind with a message in common, the best fits first; each once."""
    ranked = sorted(
        (
            (len(_wrong(one, fact)), one["messages"] != _messages(fact), n, m)
            for n, one in enumerate(said)
            for m, fact in enumerate(facts)
            if one["kind"] == fact["kind"] and one["messages"] & _messages(fact)
        ),
    )
    used: set[tuple[str, int]] = set()
    pairs = []
    for _, _, n, m in ranked:
        if ("said", n) not in used and ("true", m) not in used:
            used |= {("said", n), ("true", m)}
            pairs.append((said[n], facts[m]))
    return pairs


def _wrong(one: Mapping[str, Any], fact: Mapping[str, Any]) -> list[str]:
    """What of a fact is not as planted."""
    wrong = [name for name in ("subject", "about", "status", "due") if one[name] != fact.get(name)]
    return (
        wrong if fact.get("value") is None or _same_value(one["value"], fact["value"]) else [*wrong, "value"]
    )


def _same_value(said: str, planted: str) -> bool:
    mine, theirs = normalised(said or ""), normalised(planted)
    short, long = sorted((mine, theirs), key=len)
    return bool(short) and short in long and len(long) <= LONGER * len(short)


def _messages(fact: Mapping[str, Any]) -> set[int]:
    return {place for place, _ in fact["evidence"]}


def _planted(thread: Thread, one: Mapping[str, Any]) -> list[set[int]]:
    """For each quote that a fact rests on, the planted facts of its kind that rest on it, too."""
    return [
        {
            number
            for number, fact in enumerate(thread.facts)
            if fact["kind"] == one["kind"] and any(_holds(thread, one, span) for one in fact["evidence"])
        }
        for span in one["quotes"]
    ]


def _holds(thread: Thread, evidence: Sequence[Any], span: tuple[int, int, int]) -> bool:
    (where, quote), (place, start, end) = evidence, span
    first = thread.messages[where].text.find(quote)
    return bool(where == place and first < end and start < first + len(quote))


def _f1(right: int, said: int, true: int) -> float:
    return round(2 * right / max(said + true, 1), 3)
