"""An interaction as the ledger has it: what was said, who is in it, what people decided about its words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from ingest.conversational.candidates_json import from_json, id_of
from ingest.conversational.spoken import links_of
from ingest.extract.candidates import Candidate
from ingest.linking import Link
from ingest.resolve.chosen import NOTHING, Choices, Chosen
from ingest.resolve.spoken import Spoken
from kb.model.identity import label_of
from kb.model.ledger import LiveRecord, RecordKind
from kb.store.feed import Feed, in_effect
from kb.store.schema import hashed

ACCEPTED, CORRECTED, REJECTED = VERDICTS = ("accepted", "corrected", "rejected")
_KINDS = (RecordKind.INTERACTION, RecordKind.LINK, RecordKind.READING, RecordKind.VERDICT)


@dataclass(frozen=True, slots=True)
class Told:
    """An interaction with what the ledger holds about it."""

    payload: dict[str, Any]
    links: tuple[Link, ...]
    verdicts: dict[str, dict[str, Any]]  # by candidate
    before: tuple[str, ...]  # statements of its last reading

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """What people chose for its candidates."""
        return tuple(chosen_of(one) for one in self.verdicts.values())


class Decided(NamedTuple):
    """A candidate as found, or as a person corrected it."""

    id: str
    candidate: Candidate
    verdict: str | None
    chosen: Chosen


def told_of(feed: Feed, ids: Sequence[str], upto: int) -> list[Told]:
    """The interactions, up to this position of the ledger. Raises KeyError where one is not there."""
    records = feed.of_units([hashed(id) for id in ids], _KINDS, upto)
    by_unit: dict[int, list[LiveRecord]] = {
        unit: list(group)
        for unit, group in groupby(sorted(records, key=lambda one: one.unit), key=lambda one: one.unit)
    }
    return [_told(by_unit[hashed(id)]) for id in ids]


def _told(records: Sequence[LiveRecord]) -> Told:
    records = sorted(records, key=lambda one: (one.run, one.seq))
    told = [one for one in records if one.kind is RecordKind.INTERACTION]
    links = in_effect([one for one in records if one.kind is RecordKind.LINK])
    readings = [one for one in records if one.kind is RecordKind.READING]
    verdicts = in_effect([one for one in records if one.kind is RecordKind.VERDICT])
    return Told(
        told[-1].payload,
        links_of(links),
        {one.payload["candidate"]: one.payload for one in verdicts if _stands(told[-1].payload, one.payload)},
        tuple(readings[-1].payload.get("stated", ())) if readings else (),
    )


def _stands(told: Mapping[str, Any], verdict: Mapping[str, Any]) -> bool:
    """Whether the words that were decided about are still in the text, which may have been amended."""
    meant = verdict["as"]
    return bool((told.get("text") or "")[meant["start"] : meant["end"]] == meant["text"])


def chosen_of(verdict: Mapping[str, Any]) -> Chosen:
    """Whose fact it is, and what it is about, as a person said."""
    return Chosen(subject=verdict.get("subject"), about=verdict.get("about"), matter=verdict.get("matter"))


def decided_of(
    interaction: str, candidates: Sequence[Candidate], verdicts: Mapping[str, Mapping[str, Any]]
) -> list[Decided]:
    """The candidates as people decided about them: what they accepted stays, though nothing finds it now."""
    found = {id_of(interaction, one): one for one in candidates}
    decided = []
    for id in sorted({*found, *verdicts}, key=lambda id: _place(found.get(id), verdicts.get(id))):
        verdict = verdicts.get(id)
        if verdict is None:
            decided.append(Decided(id, found[id], None, NOTHING))
        else:
            decided.append(Decided(id, from_json(verdict["as"]), str(verdict["verdict"]), chosen_of(verdict)))
    return decided


def choices_of(decided: Iterable[Decided]) -> Choices:
    """What people chose, by the place of each candidate."""
    return {
        (one.candidate.start, one.candidate.end, one.candidate.kind): one.chosen
        for one in decided
        if one.chosen != NOTHING
    }


def _place(candidate: Candidate | None, verdict: Mapping[str, Any] | None) -> tuple[int, int, str]:
    one = candidate or from_json(verdict["as"] if verdict else {})
    return one.start, one.end, one.kind


def subjects_of(said: Spoken, involved: Sequence[str], chosen: Sequence[Chosen] = ()) -> frozenset[str]:
    """The customers and contacts whose facts the message may change."""
    named = (one.subject for one in chosen if one.subject)
    nodes = (*involved, *(one.target for one in said.linked), *said.before, *named)
    return frozenset(node for node in nodes if label_of(node) in {"Customer", "Contact"})
