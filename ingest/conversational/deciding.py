"""What a decision about a candidate changes: the words as a person means them, the acts that state them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from threading import Lock
from typing import Any, NamedTuple

from ingest.conversational.candidates_json import from_json, to_json
from ingest.conversational.memory import Memory
from ingest.conversational.predicates import OF_KIND, predicate_of
from ingest.conversational.spoken import spoken
from ingest.conversational.stating import Stating
from ingest.conversational.told import CORRECTED, REJECTED, subjects_of, told_of
from ingest.directory import Directory, directory_of
from ingest.extract import people, preferences
from ingest.extract.candidates import Candidate, FactKind, Side
from ingest.extract.pipeline import FELT, Message, holder_of
from ingest.extract.when import due
from ingest.resolve.changes import Amend, Begin, Change, Close, Doubt, Reason, Support
from ingest.resolve.chosen import Chosen
from ingest.resolve.resolver import Resolver
from ingest.resolve.spoken import Spoken
from ingest.resolve.standing import Cited
from kb.errors import Conflict, Invalid
from kb.model.identity import label_of
from kb.model.ledger import Draft, Json, RecordKind, Run
from kb.store.feed import Feed
from kb.store.ledger import Ledger
from kb.store.pending import Found, Pending
from ontology.terms import PREDICATES

CONFIRMED = 0.95  # confidence of what a person confirms: it was said, and is meant so
WHOSE = (
    Reason.AMBIGUOUS_SUBJECT,
    Reason.UNKNOWN_SUBJECT,
    Reason.UNKNOWN_PERSON,
    Reason.AMBIGUOUS_PERSON,
)  # reasons that only a subject settles
KINDS = tuple(kind.value for kind in OF_KIND)  # that can be stated
ASPECTS = {
    "preference": ("channel", "time", "manner", "no_contact", "language", "payment", "delivery", "product"),
    "intention": ("buy", "renew", "expand", "try", "leave", "switch", "reduce", "postpone"),
}
MEANT = ("kind", "aspect", "holder", "due", "words")  # what may be corrected of the candidate itself
CHOSEN = ("subject", "about", "matter")

Changes = Mapping[str, str | None]  # what a person gives; "" for nothing, None (or absent) keeps


class _Scope(NamedTuple):
    """The nodes whose facts may change, as known at position `seq` of the ledger."""

    subjects: frozenset[str]
    seq: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decision, ready to be recorded as long as the ledger stands where it stood."""

    found: Found
    verdict: str
    meant: Candidate
    chosen: Chosen
    scope: _Scope
    changes: tuple[Change, ...]


class Deciding:
    """Makes the records of decisions. Safe to share between threads: one decision at a time."""

    def __init__(self, ledger: Ledger, pending: Pending, zone: tzinfo) -> None:
        self._ledger = ledger
        self._feed = Feed(ledger.engine)
        self._pending = pending
        self._zone = zone
        self._lock = Lock()
        self._known: tuple[object, Directory, Resolver] | None = None

    def prepare(self, found: Found, verdict: str, given: Changes) -> Prepared:
        """Work out what the decision changes.

        Raises Invalid for a field that cannot be used, Conflict where the words are not there any more.
        """
        with self._lock:
            return self._prepare(found, verdict, given)

    def drafts(self, run: Run, prepared: Prepared, by: str) -> list[Draft]:
        """The verdict, and the acts that state or take back."""
        found, known = prepared.found, Memory(self._feed).of(prepared.scope.subjects, prepared.scope.seq)
        stating = Stating(run, known)
        before = found.entry.get("statement")
        again = {one.standing.statement for one in prepared.changes if isinstance(one, Begin)}
        acts = list(stating.withdrawn(before)) if before and before not in again else []
        acts += stating.drafts(prepared.changes)
        return [_verdict(prepared, by), *acts]

    def _prepare(self, found: Found, verdict: str, given: Changes) -> Prepared:
        seq = self._ledger.last_seq()
        directory, resolver = self._resolver()
        (told,) = told_of(self._feed, [found.interaction], seq)
        said = spoken(told.payload, told.links, directory, self._zone)
        candidate = from_json(found.entry)
        text = said.message.text
        if text[candidate.start : candidate.end] != candidate.text:
            raise Conflict("The text has changed since it was read; it will be read anew.")
        chosen = Chosen(**{name: given.get(name) for name in CHOSEN}) if verdict != REJECTED else Chosen()
        meant = candidate
        if verdict != REJECTED:
            changes = given if verdict == CORRECTED else {}
            meant = replace(corrected(candidate, said.message, changes), confidence=CONFIRMED)
        subjects = subjects_of(said, resolver.involved(said), (*told.chosen, chosen))
        scope = _Scope(subjects, seq)
        changed = () if verdict == REJECTED else tuple(self._changed(said, meant, chosen, scope))
        return Prepared(found, verdict, meant, chosen, scope, changed)

    def _changed(self, said: Spoken, meant: Candidate, chosen: Chosen, scope: _Scope) -> Iterator[Change]:
        """What the candidate changes in what stood when it was said."""
        told = Memory(self._feed).of(scope.subjects, scope.seq).told.values()
        standing = [
            one.standing
            for one in told
            if one.standing.subject in scope.subjects
            and one.standing.evidence[0].interaction != said.interaction
            and one.standing.evidence[0].at <= said.message.at
        ]
        place = (meant.start, meant.end, meant.kind)
        for one in self._resolver()[1].resolve(said, [meant], standing, {place: chosen}):
            if not _is_of(one, meant):
                continue
            if isinstance(one, Doubt) and one.reason in WHOSE:
                raise Invalid("subject", "Choose whose fact it is.")
            if isinstance(one, Begin):
                _check_subject(one)
            yield one

    def _resolver(self) -> tuple[Directory, Resolver]:
        """By the names that are known now; made anew when something came in."""
        key = self._pending.imports()
        if self._known is None or self._known[0] != key:
            directory = directory_of(self._feed.nodes(key[0] + 1))
            self._known = (key, directory, Resolver(directory))
        return self._known[1], self._known[2]


def _is_of(change: Change, meant: Candidate) -> bool:
    """Whether the change comes from the candidate, not from another clause of its message."""
    match change:
        case Close(cited=cited):
            return meant.kind is FactKind.OUTCOME and cited.start < meant.end and meant.start < cited.end
        case Begin(standing=standing):
            return _at(standing.evidence[0], meant)
        case Support(cited=cited) | Amend(cited=cited) | Doubt(cited=cited):
            return _at(cited, meant)


def _at(cited: Cited, meant: Candidate) -> bool:
    return (cited.start, cited.end) == (meant.start, meant.end)


def _check_subject(change: Begin) -> None:
    known = PREDICATES[predicate_of(change.standing)]
    if label_of(change.standing.subject) not in known.domain:
        raise Invalid("subject", "A fact of this kind is not stated of such a subject.")


def corrected(candidate: Candidate, message: Message, given: Changes) -> Candidate:
    """The candidate as a person means it; what follows from kind and words is found anew.

    What does not belong to its kind is passed over. Raises Invalid for a kind, an aspect, a holder or a day
    that there is none of, and for words that are not in the text.
    """
    kind = _choice("kind", given.get("kind"), KINDS)
    words = (given.get("words") or "").strip()
    if kind or words:
        start = _place(message.text, words, candidate.start) if words else candidate.start
        text = words or candidate.text
        candidate = _of_kind(
            replace(candidate, start=start, end=start + len(text), text=text),
            FactKind(kind) if kind else candidate.kind,
            message,
        )
    named: dict[str, Any] = {}
    if given.get("aspect") is not None and candidate.kind in ASPECTS:
        named["aspect"] = _choice("aspect", given["aspect"], ASPECTS[candidate.kind])
    if given.get("holder") is not None and candidate.kind is FactKind.COMMITMENT:
        holder = _choice("holder", given["holder"], tuple(Side))
        named["holder"] = Side(holder) if holder else None
    if given.get("due") is not None and candidate.kind is FactKind.COMMITMENT:
        named["due"] = _day(given["due"])
    return replace(candidate, **named)


def _of_kind(candidate: Candidate, kind: FactKind, message: Message) -> Candidate:
    """What belongs to the kind, by the same rules by which candidates are found."""
    text, owed = candidate.text, kind is FactKind.COMMITMENT
    changed = people.role_change(text) if kind is FactKind.ROLE_CHANGE else None
    speaker = candidate.side if candidate.speaker else None
    same = kind is candidate.kind
    aspect = preferences.aspect(text) if kind is FactKind.PREFERENCE else None
    return replace(
        candidate,
        kind=kind,
        holder=holder_of(message, text, speaker) if owed else None,
        due=due(text, message.at.date()) if owed else None,
        aspect=candidate.aspect if same and not aspect else aspect,
        person=changed.person if changed else None,
        role=changed.role if changed else None,
        polarity=candidate.polarity if kind in FELT else None,
    )


def _choice(field: str, given: str | None, allowed: Sequence[str]) -> str | None:
    if not given:
        return None
    if given not in allowed:
        raise Invalid(field, f"{given!r} is not possible here.")
    return given


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise Invalid("due", "Give a day such as 2025-03-14, or leave it empty.") from None


def _place(text: str, words: str, near: int) -> int:
    """Where the words stand, the place nearest to `near`."""
    places = [n for n in range(len(text)) if text.startswith(words, n)]
    if not places:
        raise Invalid("words", "These words do not stand in the text.")
    return min(places, key=lambda place: abs(place - near))


def _verdict(prepared: Prepared, by: str) -> Draft:
    found, chosen = prepared.found, prepared.chosen
    payload: dict[str, Json] = {
        "candidate": found.id,
        "interaction": found.interaction,
        "verdict": prepared.verdict,
        "found": {name: found.entry[name] for name in ("kind", "text", "confidence", "reason")},
        "as": to_json(prepared.meant),
        "by": by,
        **{name: value for name in CHOSEN if (value := getattr(chosen, name)) is not None},
    }
    return Draft(
        kind=RecordKind.VERDICT,
        key=f"verdict/{found.id}",
        unit=found.interaction,
        payload=payload,
        refs=(found.interaction,),
    )
