"""From what a message changes to ledger records: the acts that state, corroborate, amend and close."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ingest.conversational.memory import BY, Known, Told
from ingest.conversational.predicates import claim_of, is_functional, predicate_of
from ingest.resolve.changes import Amend, Begin, Change, Close, Support
from ingest.resolve.standing import Cited, Standing, statement_id
from kb.model.acts import Act, Correct, End, Retract, State
from kb.model.fact import Quote
from kb.model.ledger import Draft, Json, RecordKind, Run
from kb.model.moment import FOREVER, Interval, to_millis
from kb.projection.acts_json import payload_of, refs_of


class Stating:
    """Makes the records of one message. `known` is what stands; it follows what is stated."""

    def __init__(self, run: Run, known: Known) -> None:
        self._run = run
        self._known = known
        self.told = known.told
        self.stated: dict[str, Cited] = {}  # statements that the message makes, with their words

    def standing(self, subjects: Collection[str], interaction: str) -> list[Standing]:
        """What stands of these nodes, but for what an earlier reading of the same interaction began."""
        return [
            one.standing
            for one in self.told.values()
            if one.standing.subject in subjects and one.standing.evidence[0].interaction != interaction
        ]

    def drafts(self, changes: Sequence[Change]) -> Iterator[Draft]:
        """The records of the changes of one message, in their order; doubts state nothing."""
        for change in changes:
            match change:
                case Begin():
                    yield from self._begun(change)
                case Support():
                    yield from self._supported(change)
                case Amend():
                    yield from self._amended(change)
                case Close():
                    yield from self._closed(change)
                case _:
                    pass

    def withdrawn(self, statement: str) -> Iterator[Draft]:
        """The record that takes back what an earlier reading of the same words stated."""
        here = next((one for one in self.told.values() if statement in one.statements), None)
        if here is not None and not here.by_hand:
            yield self._draft(here, Retract(statement=statement), "retract")
            here.statements.remove(statement)
            if not here.statements:
                self.told.pop(here.standing.statement, None)

    def _begun(self, change: Begin) -> Iterator[Draft]:
        one = change.standing
        if one.statement in self._known.refused or self._is_theirs(one.statement):
            return
        cited = one.evidence[0]
        predicate = predicate_of(one)
        for ended in change.ends:
            earlier = self.told.get(ended)
            if earlier is not None:
                if not is_functional(earlier.predicate):
                    yield from self._ended(earlier, End(statement="", at=_millis(cited)), cited)
                earlier.standing = replace(earlier.standing, ended_at=cited.at)
        here = Told(one, [one.statement], predicate)
        self.stated[one.statement] = cited
        self.told[one.statement] = here
        yield self._draft(here, _state(one.statement, one, predicate, cited, one.confidence), "state", cited)

    def _is_theirs(self, statement: str) -> bool:
        """Whether a person has corrected or ended it: their word stays."""
        here = self.told.get(statement)
        return here is not None and here.by_hand

    def _supported(self, change: Support) -> Iterator[Draft]:
        here = self.told[change.statement]
        statement = statement_id(change.cited, here.standing.kind)
        self.stated[statement] = change.cited
        if statement in here.statements or statement in self._known.refused:
            return
        here.statements.append(statement)
        here.standing = replace(here.standing, evidence=(*here.standing.evidence, change.cited))
        act = _state(statement, here.standing, here.predicate, change.cited, change.confidence)
        yield self._draft(here, act, "state", change.cited, joins=change.statement)

    def _amended(self, change: Amend) -> Iterator[Draft]:
        here = self.told[change.statement]
        due = "" if change.due is None else change.due.isoformat()
        evidence = tuple(map(_quote, (*here.standing.evidence, change.cited)))
        first, *others = here.statements
        act = Correct(statement=first, evidence=evidence, qualifiers=(("due", due),))
        yield self._draft(here, act, "correct", change.cited)
        for other in others:
            yield self._draft(here, Retract(statement=other), "retract", change.cited)
        here.statements = [first]
        here.standing = replace(
            here.standing, due=change.due, evidence=(*here.standing.evidence, change.cited)
        )

    def _closed(self, change: Close) -> Iterator[Draft]:
        here = self.told[change.statement]
        closing = (("closing", change.closing.value),)
        act = End(statement="", at=to_millis(change.at), evidence=(_quote(change.cited),), qualifiers=closing)
        yield from self._ended(here, act, change.cited)
        here.standing = replace(here.standing, status="closed", closing=change.closing, closed_at=change.at)

    def _ended(self, here: Told, act: End, cited: Cited) -> Iterator[Draft]:
        """All statements that say it end together, each after it began."""
        at = max(act.at, *(_millis(one) + 1 for one in here.standing.evidence))
        for statement in here.statements:
            yield self._draft(here, replace(act, statement=statement, at=at), "end", cited)

    def _draft(
        self, here: Told, act: Act, what: str, cited: Cited | None = None, *, joins: str | None = None
    ) -> Draft:
        subject = here.standing.subject
        more: dict[str, Json] = {"by": BY, "thread": here.standing.thread, "joins": joins}
        if cited is not None:
            more["at"] = _millis(cited)
        payload = payload_of(act, subject, here.predicate) | {
            name: value for name, value in more.items() if value is not None
        }
        by = f"{cited.interaction}/{cited.start}" if cited else ""
        return Draft(
            kind=RecordKind.FACT,
            key=f"said/{self._run.id}/{act.statement}/{what}/{by}",
            unit=subject,
            payload=payload,
            refs=refs_of(payload),
            derived=True,
        )


def _state(statement: str, one: Standing, predicate: str, cited: Cited, confidence: float) -> State:
    claim = claim_of(one, predicate, _quote(cited), confidence)
    return State(statement=statement, claim=claim, interval=Interval(_millis(cited), FOREVER))


def _quote(cited: Cited) -> Quote:
    return Quote(cited.interaction, cited.start, cited.end, cited.text)


def _millis(cited: Cited) -> int:
    return to_millis(cited.at)
