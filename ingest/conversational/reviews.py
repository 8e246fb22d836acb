"""The review queue: candidate facts that were not sure enough to be stated, and what people decide of them.

A decision is a run by hand in one transaction: the verdict, and the acts that state the fact or take it back.
Reading again keeps to it; taking the run back undoes it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ingest.conversational.candidates_json import from_json
from ingest.extract.candidates import Candidate
from kb.errors import Conflict, Invalid, NotFound
from kb.model.identity import LABELS
from kb.model.ledger import Draft, Run
from kb.model.listing import Listing
from kb.model.reading import Interaction
from kb.model.viewer import Viewer
from kb.projection.keeping import Keeping
from kb.reading import Reading
from kb.store.ledger import Ledger
from kb.store.pending import Found, Pending, Verdict

if TYPE_CHECKING:
    from ingest.conversational.deciding import Changes, Deciding

VERDICTS = ("accepted", "corrected", "rejected")
FAR = 240  # code points shown on each side of the words, where no sentence ends before
_ENDS = re.compile(r"[.!?…](?=\s)|[。！？；\n]")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A node, or a statement, that may be meant."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A candidate with what a person needs to decide; [`first`, `last`) is its sentence in the text."""

    id: str
    interaction: Interaction
    candidate: Candidate  # as found; its words as the viewer may read them
    reason: str
    alternatives: tuple[Alternative, ...]
    statement: str | None  # that the words have become already
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, by which run."""

    candidate: str
    interaction: str
    verdict: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many wait for the viewer, by kind and by reason; and all that were decided, by verdict."""

    waiting: int
    kinds: Mapping[str, int]
    reasons: Mapping[str, int]
    decided: Mapping[str, int]


class Reviews:
    """Everything about the queue, within a viewer's rights. Safe to share between threads."""

    def __init__(self, reading: Reading, ledger: Ledger, keeping: Keeping, zone: tzinfo = UTC) -> None:
        self._reading = reading
        self._ledger = ledger
        self._keeping = keeping
        self._zone = zone
        self._pending = Pending(ledger.engine)
        self._decider: Deciding | None = None

    def queue(
        self,
        viewer: Viewer,
        *,
        kind: str | None = None,
        reason: str | None = None,
        surest: bool = True,
        offset: int = 0,
        limit: int = 50,
    ) -> Listing[Waiting]:
        """What waits, the surest first (or the least sure). Raises NotFound for whom nothing ever waits."""
        found = [
            one
            for one in self._visible(viewer)
            if kind in (None, one.entry["kind"]) and reason in (None, one.entry["reason"])
        ]
        found.sort(key=_by_place)
        found.sort(key=_confidence, reverse=surest)
        return Listing(self._shown(viewer, found[offset : offset + limit]), len(found), offset)

    def one(self, viewer: Viewer, candidate: str) -> Waiting:
        """One that waits. Raises NotFound."""
        return self._shown(viewer, [self._found(viewer, candidate)])[0]

    def counts(self, viewer: Viewer) -> Counts:
        """How many wait, and how many have been decided. Raises NotFound for whom nothing ever waits."""
        found = self._visible(viewer)
        verdicts = Counter(str(one.payload["verdict"]) for one in self._verdicts(viewer))
        return Counts(
            waiting=len(found),
            kinds=dict(sorted(Counter(str(one.entry["kind"]) for one in found).items())),
            reasons=dict(sorted(Counter(str(one.entry["reason"]) for one in found).items())),
            decided={name: verdicts[name] for name in VERDICTS},
        )

    def decide(
        self, viewer: Viewer, candidate: str, verdict: str, changes: "Changes | None" = None
    ) -> Decision:
        """Decide about a candidate; returns when the graph shows it.

        `changes` are of kind, aspect, holder, due and words where it is corrected; subject, about and matter
        also where it is accepted: one of the alternatives, "" for none of them. Raises NotFound, Conflict
        where somebody has decided already, Invalid for what cannot be.
        """
        if verdict not in VERDICTS:
            raise Invalid("verdict", "A candidate is accepted, corrected or rejected.")
        found = self._found(viewer, candidate)
        given = self._checked(viewer, found, changes or {})
        prepared = self._deciding().prepare(found, verdict, given)

        def drafts(run: Run) -> Sequence[Draft]:
            if self._pending.verdict(candidate) is not None:
                raise Conflict("Somebody has decided this already.")
            now = prepared
            if self._ledger.last_seq() != prepared.scope.seq:
                now = self._deciding().prepare(found, verdict, given)
            return self._deciding().drafts(run, now, viewer.name)

        title = f"{verdict} {found.interaction}"
        run = self._ledger.append(title=title, started_by=viewer.name, drafts=drafts)
        self._keeping.apply(run.last_seq or 0)
        return Decision(candidate=candidate, interaction=found.interaction, verdict=verdict, run=run.id)

    def undo(self, viewer: Viewer) -> Decision:
        """Take back the viewer's own last decision; the candidate waits again.

        Raises NotFound where there is none, Conflict where its interaction has been read again since.
        """
        _may_review(viewer)
        mine = [one for one in self._pending.verdicts() if one.payload.get("by") == viewer.name]
        if not mine:
            raise NotFound("decision", viewer.name)
        last = mine[-1]
        if self._pending.read_since(last):
            raise Conflict("What was decided has been read again since; correct the fact itself instead.")
        run = self._ledger.run(f"r{last.run}")
        self._keeping.revert(run)
        return Decision(
            candidate=str(last.payload["candidate"]),
            interaction=str(last.payload["interaction"]),
            verdict=str(last.payload["verdict"]),
            run=run.id,
        )

    def verdicts(self, viewer: Viewer) -> list[Mapping[str, Any]]:
        """What people have decided, as the ledger has it, in order. Raises Forbidden but."""
        viewer.may_administer("retrain")
        return [one.payload for one in self._pending.verdicts()]

    def _visible(self, viewer: Viewer) -> list[Found]:
        _may_review(viewer)
        found = self._pending.waiting()
        seen = self._reading.seen(viewer, {one.interaction for one in found})
        return [one for one in found if one.interaction in seen]

    def _verdicts(self, viewer: Viewer) -> list[Verdict]:
        found = self._pending.verdicts()
        seen = self._reading.seen(viewer, {str(one.payload["interaction"]) for one in found})
        return [one for one in found if one.payload["interaction"] in seen]

    def _found(self, viewer: Viewer, candidate: str) -> Found:
        """Raises NotFound where it does not wait for the viewer, Conflict where somebody has decided."""
        _may_review(viewer)
        decided = self._pending.verdict(candidate)
        interaction = str(decided.payload["interaction"]) if decided else None
        if interaction and self._reading.seen(viewer, [interaction]):
            raise Conflict("Somebody has decided this already.")
        found = next((one for one in self._pending.waiting() if one.id == candidate), None)
        if found is None or not self._reading.interactions(viewer, [found.interaction]):
            raise NotFound("candidate", candidate)
        return found

    def _checked(self, viewer: Viewer, found: Found, given: "Changes") -> "Changes":
        """What is given, once the nodes in it exist for the viewer. Raises Invalid, NotFound."""
        known = ("kind", "aspect", "holder", "due", "words", "subject", "about", "matter")
        strange = sorted(given.keys() - set(known))
        if strange:
            raise Invalid(strange[0], "There is no such field of a candidate.")
        nodes = {one for name in ("subject", "about") if (one := given.get(name))}
        missing = sorted(nodes - self._reading.names(viewer, nodes).keys())
        if missing:
            raise NotFound("node", missing[0])
        matter = given.get("matter")
        if matter and matter not in found.entry.get("alternatives", ()):
            raise Invalid("matter", "Choose one of the alternatives.")
        seen = self._reading.interaction(viewer, found.interaction).text
        if given.get("words") == seen[found.entry["start"] : found.entry["end"]]:
            return {name: value for name, value in given.items() if name != "words"}
        return given

    def _shown(self, viewer: Viewer, found: Sequence[Found]) -> list[Waiting]:
        interactions = self._reading.interactions(viewer, {one.interaction for one in found})
        alternatives = {id for one in found for id in one.entry.get("alternatives", ())}
        names = self._names(viewer, alternatives)
        return [
            _waiting(one, interactions[one.interaction], names)
            for one in found
            if one.interaction in interactions
        ]

    def _names(self, viewer: Viewer, ids: Iterable[str]) -> dict[str, str]:
        """What nodes are called, and statements say, as far as they exist for the viewer."""
        known = {id for id in ids if id.partition(":")[0] in LABELS}
        names = self._reading.names(viewer, known)
        for id in set(ids) - known:
            try:
                names[id] = str(self._reading.versions(viewer, id)[0].claim.value)
            except NotFound:
                continue
        return names

    def _deciding(self) -> "Deciding":
        """Made when somebody decides: it loads models of language."""
        if self._decider is None:
            make: Callable[..., Deciding] = import_module("ingest.conversational.deciding").Deciding
            self._decider = make(self._ledger, self._pending, self._zone)
        return self._decider


def _may_review(viewer: Viewer) -> None:
    if not viewer.reviews:
        raise NotFound("page", "review")


def _waiting(found: Found, interaction: Interaction, names: Mapping[str, str]) -> Waiting:
    candidate = from_json(found.entry)
    text = interaction.text
    first, last = sentence_around(text, candidate.start, candidate.end)
    shown = {**found.entry, "text": text[candidate.start : candidate.end]}
    return Waiting(
        id=found.id,
        interaction=interaction,
        candidate=from_json(shown),
        reason=str(found.entry["reason"]),
        alternatives=tuple(
            Alternative(id, names[id]) for id in found.entry.get("alternatives", ()) if id in names
        ),
        statement=found.entry.get("statement"),
        first=first,
        last=last,
    )


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence, or sentences, in which [start, end) stands; at most FAR code points more on each side."""
    floor, roof = max(0, start - FAR), min(len(text), end + FAR)
    before = [found.end() for found in _ENDS.finditer(text, floor, start)]
    after = _ENDS.search(text, max(end - 1, 0), roof)
    first, last = before[-1] if before else floor, after.end() if after else roof
    return first + len(text[first:start]) - len(text[first:start].lstrip()), max(last, end)


def _by_place(one: Found) -> tuple[str, int, str]:
    return one.interaction, int(one.entry["start"]), one.id


def _confidence(one: Found) -> float:
    return float(one.entry["confidence"])
