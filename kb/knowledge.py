"""What is known, and what people state about it: the one door for web, API and command line.

Whatever is stated becomes ledger records first: a note with the very words,
and the act on the statement. The call returns when the graph shows it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from kb import notes
from kb.errors import Invalid, InvalidFact, NotFound
from kb.model.acts import Act, Correct, Dispute, End, Retract, State
from kb.model.fact import Claim, Fact, Kind, Quote, Value
from kb.model.ledger import Draft, Payload, RecordKind, Run
from kb.model.moment import BEGINNING, FOREVER, Interval
from kb.model.viewer import Viewer, administrator
from kb.ports import Graph
from kb.projection.acts_json import payload_of
from kb.projection.keeping import Keeping
from kb.reading import Reading
from kb.store.feed import Feed
from kb.store.ledger import Ledger
from kb.store.reverting import Reverting
from kb.store.schema import hashed
from kb.vocabulary import checked, checked_closing, checked_unit, predicate_of

HIDDEN = "•"  # stands for a character that the viewer may not see
STATABLE = (Kind.EXPERT, Kind.CONVERSATIONAL)  # what is observed or predicted comes from data, not from hands


class Knowledge(Reading):
    """Reads what is known (see Reading) and changes it by hand, within a viewer's rights."""

    def __init__(self, graph: Graph, ledger: Ledger, keeping: Keeping, clock: Callable[[], int]) -> None:
        super().__init__(graph, Reverting(ledger.engine).folding)
        self._ledger = ledger
        self._keeping = keeping
        self._feed = Feed(ledger.engine)
        self._clock = clock

    def state(
        self,
        viewer: Viewer,
        *,
        subject: str,
        predicate: str,
        note: str,
        value: Value | None = None,
        object: str | None = None,
        unit: str | None = None,
        kind: Kind = Kind.EXPERT,
        confidence: float = 0.9,
        valid_from: int | None = None,
        valid_to: int | None = None,
        said_at: int | None = None,
    ) -> Fact:
        """State a fact; `note` says in words how it is known and becomes its evidence.

        Without `valid_from` it holds from now on. Raises NotFound for a subject or object that is not
        there for the viewer, InvalidFact for what the ontology does not allow, Forbidden for customers.
        """
        self._may_write(viewer, subject, object)
        known = predicate_of(predicate, subject)
        value, object = checked(known, value, object)
        unit = checked_unit(known, unit)
        if kind not in STATABLE:
            raise InvalidFact("kind", "By hand one states expert or conversational knowledge.")
        InvalidFact.check_confidence(confidence)
        interval = _interval(self._clock() if valid_from is None else valid_from, valid_to)
        if said_at is not None and not BEGINNING <= said_at < FOREVER:
            raise Invalid("said_at", "Give a moment between the years 1 and 9999.")
        text = notes.stored(note)

        def acts(run: Run, quote: Quote) -> Act:
            claim = Claim(
                subject=subject,
                predicate=predicate,
                kind=kind,
                confidence=confidence,
                evidence=(quote,),
                value=value,
                object=object,
                unit=unit,
            )
            return State(statement=f"hand:{run.id}", claim=claim, interval=interval)

        return self._act(viewer, (subject, predicate), text, acts, said_at=said_at)

    def correct(
        self,
        viewer: Viewer,
        statement: str,
        *,
        note: str,
        value: Value | None = None,
        object: str | None = None,
        unit: str | None = None,
        confidence: float | None = None,
        valid_from: int | None = None,
        valid_to: int | None = None,
    ) -> Fact:
        """We were wrong: replace what is given and keep the rest; the note becomes the evidence.

        Raises NotFound, InvalidFact (also for a computed figure: correct what it is computed from).
        """
        believed = self._pieces(viewer, statement)
        claim = believed[-1].claim
        value = self._known(statement, claim, value)
        if claim.kind not in STATABLE and claim.rule:
            raise InvalidFact("statement", "A computed figure is corrected where it was computed from.")
        self._may_write(viewer, claim.subject, object)
        if value is not None or object is not None:
            value, object = checked(predicate_of(claim.predicate, claim.subject), value, object)
        unit = checked_unit(predicate_of(claim.predicate, claim.subject), unit)
        if confidence is not None:
            InvalidFact.check_confidence(confidence)
        interval = None
        if valid_from is not None or valid_to is not None:
            start = believed[0].valid_from if valid_from is None else valid_from
            interval = _interval(start, believed[-1].valid_to if valid_to is None else valid_to)
        return self._act(
            viewer,
            (claim.subject, claim.predicate),
            notes.stored(note),
            lambda _, quote: Correct(
                statement=statement,
                evidence=(quote,),
                value=value,
                object=object,
                unit=unit,
                confidence=confidence,
                interval=interval,
            ),
            also=[Retract(statement=other) for other in self._joined(statement)],
        )

    def end(self, viewer: Viewer, statement: str, *, at: int, note: str, closing: str | None = None) -> Fact:
        """It stopped being true at `at` (epoch ms); before that it was. Returns the ended version.

        With `closing` a matter is closed (kept, resolved …): then the note joins its evidence. Raises
        InvalidFact for a closing that the ontology does not list for the predicate.
        """
        before = self._pieces(viewer, statement)[0]
        self._may_write(viewer, before.claim.subject)
        if not before.valid_from < at <= FOREVER:
            raise InvalidFact("at", "An end lies after the beginning.")
        how = checked_closing(before.claim.predicate, closing)
        also = [End(statement=other, at=at, qualifiers=how) for other in self._joined(statement)]
        return self._act(
            viewer,
            _slot(before),
            notes.stored(note),
            lambda _, quote: End(
                statement=statement, at=at, evidence=(quote,) if how else (), qualifiers=how
            ),
            also=also,
        )

    def dispute(self, viewer: Viewer, statement: str, *, note: str) -> Fact:
        """Somebody contradicts: the statement stays, marked as disputed; the note joins its evidence."""
        before = self._believed(viewer, statement)
        self._may_write(viewer, before.claim.subject)
        return self._act(
            viewer,
            _slot(before),
            notes.stored(note),
            lambda _, quote: Dispute(statement=statement, evidence=(quote,)),
        )

    def retract(self, viewer: Viewer, statement: str, *, note: str) -> None:
        """It should never have been believed. Its versions stay readable as what was once known."""
        before = self._believed(viewer, statement)
        self._may_write(viewer, before.claim.subject)
        run = self._append(
            viewer,
            _slot(before),
            notes.stored(note),
            lambda *_: Retract(statement=statement),
            also=[Retract(statement=other) for other in self._joined(statement)],
        )
        self._keeping.apply(run.last_seq or 0)

    def _act(
        self,
        viewer: Viewer,
        slot: tuple[str, str],
        note: str,
        act: Callable[[Run, Quote], Act],
        *,
        said_at: int | None = None,
        also: Sequence[Act] = (),
    ) -> Fact:
        """Record the note and the acts, wait until they are applied, and return what stands now."""
        run = self._append(viewer, slot, note, act, said_at=said_at, also=also)
        self._keeping.apply(run.last_seq or 0)
        resting = self.citing(notes.id_of(run))
        if resting:
            return self._facts.one(viewer, resting[0])
        return self._believed(viewer, act(run, Quote(notes.id_of(run))).statement)

    def _append(
        self,
        viewer: Viewer,
        slot: tuple[str, str],
        note: str,
        act: Callable[[Run, Quote], Act],
        *,
        said_at: int | None = None,
        also: Sequence[Act] = (),
    ) -> Run:
        subject, predicate = slot
        about = dict.fromkeys((subject, *self._customers.employers(subject)))

        def drafts(run: Run) -> Sequence[Draft]:
            quote = Quote(notes.id_of(run), 0, len(note), note)
            acts = (act(run, quote), *also)
            return (
                *notes.drafts(run, viewer.name, note, self._clock() if said_at is None else said_at, about),
                *(notes.act(run, n, payload_of(one, subject, predicate)) for n, one in enumerate(acts)),
            )

        return self._ledger.append(title=f"{predicate} {subject}", started_by=viewer.name, drafts=drafts)

    def _believed(self, viewer: Viewer, statement: str) -> Fact:
        """The version of the statement that is believed now, of several the latest valid. Raises NotFound."""
        return self._pieces(viewer, statement)[-1]

    def _pieces(self, viewer: Viewer, statement: str) -> list[Fact]:
        """All versions of the statement that are believed now, by their time. Raises NotFound for none."""
        believed = [fact for fact in self.versions(viewer, statement) if fact.superseded_at == FOREVER]
        if not believed:
            raise NotFound("statement", statement)
        return sorted(believed, key=lambda fact: (fact.valid_from, fact.id))

    def _known(self, statement: str, seen: Claim, value: Value | None) -> Value | None:
        """The value that is meant: None, for keeping it, where it is what the viewer sees of it.

        Raises InvalidFact for another one with dots in it: nobody knows what they stand for.
        """
        if not isinstance(value, str) or HIDDEN not in value:
            return value
        if self._pieces(administrator(), statement)[-1].claim.value == seen.value:
            return value
        if value == seen.value:
            return None
        raise InvalidFact("value", "Parts of this value are hidden from you; give a whole value instead.")

    def _joined(self, statement: str) -> list[str]:
        """The other statements that corroborate this one and are shown as one fact with it, in order.

        They are those of its slot that rest on the fact's evidence. What is done to the fact is done to all.
        """
        shown = self._pieces(administrator(), statement)
        claim = shown[-1].claim
        evidence = (piece for fact in shown for piece in fact.claim.evidence)
        rests_on = {piece.interaction for piece in evidence if isinstance(piece, Quote)}
        stated = self._feed.of_units([hashed(claim.subject)], (RecordKind.FACT,), self._ledger.last_seq())
        joined = {record.payload["statement"] for record in stated if _says(record.payload, claim, rests_on)}
        return sorted(joined - {statement})

    def _may_write(self, viewer: Viewer, subject: str, object: str | None = None) -> None:
        viewer.may_write()
        wanted = {subject, *filter(None, (object,))}
        missing = wanted - self.names(viewer, wanted).keys()
        if missing:
            raise NotFound("node", min(missing))


def _slot(fact: Fact) -> tuple[str, str]:
    return fact.claim.subject, fact.claim.predicate


def _says(payload: Payload, claim: Claim, rests_on: set[str]) -> bool:
    """Whether the act says what the claim says, by evidence that the claim rests on."""
    same = (payload["predicate"], payload.get("value"), payload.get("object"))
    evidence: Any = payload.get("evidence", ())
    return (
        payload["op"] in {"state", "correct"}
        and same == (claim.predicate, claim.value, claim.object)
        and any(piece.get("interaction") in rests_on for piece in evidence)
    )


def _interval(start: int, end: int | None) -> Interval:
    try:
        return Interval(start, FOREVER if end is None else end)
    except ValueError as error:
        raise InvalidFact("valid_to", "A fact must end after it begins.") from error
