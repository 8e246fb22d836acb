"""Reading interactions for facts: the work of a run of source "extraction".

Each interaction becomes one READING record with all candidates found in it, by which version of the steps,
and what became of each; and the acts that state the sure ones. An interrupted run goes on from there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from ingest.conversational.candidates_json import id_of, to_json
from ingest.conversational.memory import Memory
from ingest.conversational.spoken import spoken
from ingest.conversational.stating import Stating
from ingest.conversational.told import REJECTED, Decided, Told, choices_of, decided_of, subjects_of, told_of
from ingest.directory import Directory, directory_of
from ingest.extract.candidates import Candidate
from ingest.extract.pipeline import Extracts
from ingest.resolve.changes import Change, Doubt, Reason
from ingest.resolve.resolver import Resolver
from ingest.resolve.spoken import Spoken
from ingest.resolve.standing import Cited, statement_of
from kb.model.ledger import Draft, Json, RecordKind, Run
from kb.store.feed import Feed
from kb.store.ledger import Ledger
from kb.store.unread import Unread

BATCH = 40  # interactions read and landed together
SURE = 0.6  # confidence from which a candidate states a fact; below, a person decides

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Heard:
    """An interaction as a message, with the customers and contacts whose facts it may change."""

    told: Told
    said: Spoken
    subjects: frozenset[str]


@dataclass(slots=True)
class _Thread:
    """The nodes that were named in the threads of this run so far, the latest last."""

    named: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def before(self, thread: str | None) -> tuple[str, ...]:
        return self.named.get(thread, ()) if thread else ()

    def add(self, thread: str | None, nodes: Sequence[str]) -> None:
        if thread:
            kept = [one for one in self.before(thread) if one not in nodes]
            self.named[thread] = (*kept, *nodes)


class Reader:
    """Reads what is unread. One at a time: the caller holds the lease."""

    def __init__(
        self, ledger: Ledger, extractor: Callable[[], Extracts], *, zone: tzinfo = UTC, sure: float = SURE
    ) -> None:
        """`extractor` is made when there is something to read: models take a moment and memory."""
        self._ledger = ledger
        self._feed = Feed(ledger.engine)
        self._unread = Unread(ledger.engine)
        self._make = extractor
        self._extractor: Extracts | None = None
        self._zone = zone
        self._sure = sure

    def land(self, run: Run, check: Check) -> Run:
        """Read what the run has not read yet, in the order in which it was said."""
        if run.landed:
            return run
        again = bool(run.reading.get("again"))
        order = sorted(
            (record.payload["at"], record.payload["id"])
            for record in self._unread.interactions(run, again=again)
            if record.payload["channel"] != "record"
        )
        directory = directory_of(self._feed.nodes(run.position))
        resolver, threads = Resolver(directory), _Thread()
        for start in range(0, len(order), BATCH):
            check()
            part = [id for _, id in order[start : start + BATCH]]
            drafts = self._read(run, part, directory, resolver, threads)
            run = self._ledger.land(run, drafts, entries=len(part))
        return self._ledger.land(run, [], entries=0, last=True)

    def _read(
        self, run: Run, ids: Sequence[str], directory: Directory, resolver: Resolver, threads: _Thread
    ) -> list[Draft]:
        heard: list[_Heard] = []
        for one in told_of(self._feed, ids, self._ledger.last_seq()):
            thread = one.payload.get("thread")
            said = spoken(one.payload, one.links, directory, self._zone, threads.before(thread))
            involved = resolver.involved(said)
            threads.add(thread, involved)
            heard.append(_Heard(one, said, subjects_of(said, involved, one.chosen)))
        found = self._extracts().extract([one.said.message for one in heard], careful=True)
        subjects = {subject for one in heard for subject in one.subjects}
        known = Memory(self._feed).of(subjects, self._ledger.last_seq())
        drafts: list[Draft] = []
        for place, (message, candidates) in enumerate(zip(heard, found, strict=True), run.done + 1):
            drafts += self._read_one(message, place, candidates, resolver, Stating(run, known))
        return drafts

    def _read_one(
        self,
        heard: _Heard,
        place: int,
        candidates: Sequence[Candidate],
        resolver: Resolver,
        stating: Stating,
    ) -> list[Draft]:
        interaction = heard.said.interaction
        decided = decided_of(interaction, candidates, heard.told.verdicts)
        sure = [
            one.candidate
            for one in decided
            if one.verdict != REJECTED and (one.verdict or one.candidate.confidence >= self._sure)
        ]
        standing = stating.standing(heard.subjects, interaction)
        changes = resolver.resolve(heard.said, sure, standing, choices_of(decided))
        acts = list(stating.drafts(changes))
        for gone in heard.told.before:
            if gone not in stating.stated:
                acts += stating.withdrawn(gone)
        payload: dict[str, Json] = {
            "version": self._extracts().version,
            "found": list(self._found(interaction, decided, changes, stating.stated)),
            "stated": sorted(stating.stated),
        }
        reading = Draft(
            kind=RecordKind.READING,
            key=f"reading/{interaction}",
            unit=interaction,
            payload=payload,
            refs=(interaction,),
            place=place,
        )
        return [reading, *acts]

    def _found(
        self,
        interaction: str,
        decided: Sequence[Decided],
        changes: Sequence[Change],
        stated: Mapping[str, Cited],
    ) -> Iterator[Json]:
        """Each candidate with what became of it: a statement, a person's verdict, or why it waits for one."""
        doubts = {id_of(interaction, one.candidate): one for one in changes if isinstance(one, Doubt)}
        joined = {(cited.start, cited.end): statement for statement, cited in stated.items()}
        for id, candidate, verdict, _ in decided:
            entry = {"id": id, **to_json(candidate)}
            doubt = doubts.get(id_of(interaction, candidate))
            if verdict:
                entry["verdict"] = verdict
            elif doubt is not None:
                entry |= {"reason": doubt.reason.value, "alternatives": list(doubt.alternatives)}
            elif candidate.confidence < self._sure:
                entry["reason"] = Reason.UNSURE.value
            own = statement_of(interaction, candidate.start, candidate.kind)
            statement = own if own in stated else joined.get((candidate.start, candidate.end))
            if statement and entry.get("reason") != Reason.UNSURE.value:
                entry["statement"] = statement
            yield entry

    def _extracts(self) -> Extracts:
        if self._extractor is None:
            self._extractor = self._make()
        return self._extractor
