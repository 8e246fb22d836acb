"""Threads of a file: what the system knows already, the messages, and what should stand at the end."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.extraction.gold import message_of
from ingest.directory import Directory
from ingest.extract import commitments, people, preferences
from ingest.extract.candidates import Candidate, FactKind, Side
from ingest.extract.parts import parts
from ingest.extract.pipeline import NOTES, Message
from ingest.extract.sentences import sentences
from ingest.extract.when import due
from ingest.interactions import Participant
from ingest.names import mailto, tel

PREFIXES = {"c": "customer:", "k": "contact:", "p": "product:"}
_ADDRESSED = re.compile(r"(?P<name>[^<]*)<(?P<address>[^>]+)>")


@dataclass(frozen=True)
class Thread:
    """One line of the file. Ids get the prefix of their kind, as the graph's have: "customer:c1"."""

    id: str
    language: str
    directory: Directory
    features: Mapping[str, tuple[str, ...]]  # product -> feature ids
    messages: tuple[Message, ...]
    participants: tuple[tuple[Participant, ...], ...]
    threads: tuple[str, ...]
    facts: tuple[Mapping[str, Any], ...]

    def interaction(self, place: int) -> str:
        """The id of a message."""
        return f"mail:{self.id}/{place}"


def threads_of(path: Path) -> Iterator[Thread]:
    """The threads of a file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield _thread(json.loads(line))


def _thread(row: Mapping[str, Any]) -> Thread:
    directory, ids = Directory(), _ids(row["directory"])
    features: dict[str, tuple[str, ...]] = {}
    for node in _nodes(row["directory"], ids, features):
        directory.add(node)
    facts = [dict(fact) for fact in row["facts"]]
    for fact in facts:
        for key in ("subject", "about"):
            fact[key] = ids.get(fact[key]) if fact[key] else None
    return Thread(
        id=row["id"],
        language=row["language"],
        directory=directory,
        features=features,
        messages=tuple(message_of(one) for one in row["messages"]),
        participants=tuple(tuple(_participants(one)) for one in row["messages"]),
        threads=tuple(f"{row['id']}/{one.get('thread') or ''}" for one in row["messages"]),
        facts=tuple(facts),
    )


def _ids(directory: Mapping[str, Any]) -> dict[str, str]:
    labels = {"customers": "customer", "contacts": "contact", "products": "product"}
    return {
        one["id"]: f"{label}:{one['id']}" for key, label in labels.items() for one in directory.get(key, ())
    }


def _nodes(
    directory: Mapping[str, Any], ids: Mapping[str, str], features: dict[str, tuple[str, ...]]
) -> Iterator[dict[str, Any]]:
    for one in directory.get("customers", ()):
        yield {"id": ids[one["id"]], "names": [one["name"], *one.get("aliases", ())]}
    for one in directory.get("contacts", ()):
        at = [{"rel": "CONTACT_OF", "target": ids[one["customer"]]}] if one.get("customer") else []
        props = {key: one.get(key) for key in ("email", "phone") if one.get(key)}
        yield {
            "id": ids[one["id"]],
            "names": [one["name"], *one.get("aliases", ())],
            "props": props,
            "links": at,
        }
    for one in directory.get("products", ()):
        yield {"id": ids[one["id"]], "names": [one["name"], *one.get("aliases", ())]}
        named = {f"feature:{name}": name for name in one.get("features", ())}
        features[ids[one["id"]]] = tuple(named)
        for id, name in named.items():
            yield {"id": id, "names": [name]}


def _participants(row: Mapping[str, Any]) -> Iterator[Participant]:
    for role in ("from", "to"):
        for one in re.split(r"[,;、；]\s*", row[role]):
            if one.strip():
                yield _participant(role, one.strip())


def _participant(role: str, written: str) -> Participant:
    found = _ADDRESSED.fullmatch(written)
    name, address = (found["name"].strip(), found["address"]) if found else (written, written)
    reached = mailto(address) or (tel(address) if re.fullmatch(r"[+\d][\d ()-]{5,}", address) else None)
    return Participant(role=role, name=None if not found and reached else name or None, address=reached)


def quoted(thread: Thread) -> list[list[Candidate]]:
    """The quotes of the facts themselves as candidates, a message: what a perfect extractor finds."""
    found: list[list[Candidate]] = [[] for _ in thread.messages]
    for fact in thread.facts:
        if fact["kind"] not in frozenset(FactKind):  # a kind that no extractor finds yet
            continue
        for place, quote in fact["evidence"]:
            message = thread.messages[place]
            start = message.text.find(quote)
            found[place].append(_candidate(message, FactKind(fact["kind"]), start, quote))
    return [sorted(one, key=lambda candidate: (candidate.start, candidate.end)) for one in found]


def _candidate(message: Message, kind: FactKind, start: int, quote: str) -> Candidate:
    said = sentences(message.text, parts(message.text), message.sides.keys())
    before = [one for one in said if one.start <= start]
    name = before[-1].speaker if before else None
    side = _side(message, name)
    changed = people.role_change(quote) if kind is FactKind.ROLE_CHANGE else None
    note = None if message.channel is None else message.channel in NOTES
    owed = commitments.holder(quote, side if name else None, message.side, message.sides, note=note)
    return Candidate(
        kind=kind,
        start=start,
        end=start + len(quote),
        text=quote,
        confidence=1.0,
        speaker=name,
        side=side,
        holder=owed if kind is FactKind.COMMITMENT else None,
        due=due(quote, message.at.date()) if kind is FactKind.COMMITMENT else None,
        aspect=preferences.aspect(quote) if kind is FactKind.PREFERENCE else None,
        person=changed.person if changed else None,
        role=changed.role if changed else None,
    )


def _side(message: Message, speaker: str | None) -> Side | None:
    if speaker is None:
        return message.side
    return next((side for name, side in message.sides.items() if speaker in name or name in speaker), None)


def languages(threads: Sequence[Thread]) -> list[str]:
    """The languages of threads, in order."""
    return sorted({one.language for one in threads})
