"""From the candidates of a message to changes of what stands: linking and aggregation.

Nothing here remembers anything but vectors: what stands comes in, changes go out, the same ones for the same
input.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.directory import Directory
from ingest.extract.candidates import Candidate, FactKind, Side
from ingest.resolve import closings, matter, slots
from ingest.resolve.about import About, By, Place, Products
from ingest.resolve.changes import Amend, Begin, Change, Close, Doubt, Reason, Support, apply
from ingest.resolve.chosen import NOTHING, Choices, Chosen
from ingest.resolve.closings import Ending
from ingest.resolve.cues import Cue
from ingest.resolve.deciders import decider
from ingest.resolve.likeness import Likeness, shipped_likeness
from ingest.resolve.mentions import Names, Word
from ingest.resolve.present import People, Present
from ingest.resolve.quantities import Quantity
from ingest.resolve.reading import Clause, Reading, cut
from ingest.resolve.remembered import Remembered
from ingest.resolve.said import Said, blanked, numbers_cited, numbers_in
from ingest.resolve.spoken import Spoken
from ingest.resolve.standing import MATTERS, Cited, Standing, statement_id
from ingest.resolve.subjects import Subject, subject
from ingest.resolve.values import value
from kb.model.identity import label_of

UNSTATED = frozenset(
    {FactKind.OUTCOME, FactKind.QUESTION}
)  # these change what stands, but do not stand themselves
SUREST = 0.999  # confidence of a candidate: nothing that was only said is certain


@dataclass(slots=True)
class _Run:
    """One message on its way through."""

    spoken: Spoken
    reading: Reading
    present: Present
    standing: list[Standing]
    choices: Choices = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def chosen(self, candidate: Candidate) -> Chosen:
        return self.choices.get((candidate.start, candidate.end, candidate.kind), NOTHING)

    def change(self, *changes: Change) -> None:
        self.changes += changes
        self.standing = apply(self.standing, changes)

    def cited(self, start: int, end: int) -> Cited:
        message = self.spoken.message
        return Cited(
            interaction=self.spoken.interaction,
            start=start,
            end=end,
            text=message.text[start:end],
            at=message.at,
        )


class Resolver:
    """Resolves messages by one directory. Making it costs a moment for each name."""

    def __init__(
        self,
        directory: Directory,
        *,
        features: Mapping[str, Sequence[str]] | None = None,
        lexicon: Iterable[Word] = (),
        likeness: Likeness | None = None,
    ) -> None:
        """`features` are the ids of each product's features; `lexicon` adds words for nodes."""
        self._names = Names(directory, lexicon)
        self._people = People(directory, self._names)
        self._likeness = likeness or shipped_likeness()
        self._products = Products(directory, features or {}, self._likeness)
        self._plain = Remembered[str]()  # words -> the same without names

    def involved(self, spoken: Spoken) -> tuple[str, ...]:
        """The nodes that take part or are named, in order: to be added to Spoken.before of the next."""
        reading, present = self._read(spoken)
        named = [one.targets[0] for one in reading.mentions if len(one.targets) == 1]
        return (*present.customers, *present.author, *present.others, *named)

    def resolve(
        self,
        spoken: Spoken,
        candidates: Sequence[Candidate],
        standing: Sequence[Standing],
        choices: Choices | None = None,
    ) -> list[Change]:
        """What the message changes. `standing` are the facts of the customers and contacts in it.

        `choices` are what people decided about some of the candidates.
        """
        reading, present = self._read(spoken)
        run = _Run(spoken, reading, present, list(standing), choices or {})
        begun = [one for one in candidates if one.kind not in UNSTATED]
        clauses = reading.clauses
        cited = (one.text for fact in standing if fact.ended_at is None for one in fact.evidence)
        texts = (one.text for part in (begun, clauses, reading.sentences) for one in part)
        self._likeness.learn([*cited, *texts])
        steps: list[tuple[int, int, Candidate | Clause]] = [
            *((one.start, 1, one) for one in begun),
            *((one.start, 0, one) for one in clauses),
        ]
        for _, _, one in sorted(steps, key=lambda step: step[:2]):
            if isinstance(one, Candidate):
                self._state(one, run)
            else:
                self._close(one, candidates, run)
        return run.changes

    def _read(self, spoken: Spoken) -> tuple[Reading, Present]:
        text = spoken.message.text
        divided, sentences, clauses = cut(spoken)
        first = self._names.found(text)
        around = self._people.present(spoken, first, ())
        mentions = tuple(self._names.found(text, around.near))
        reading = Reading(text, divided, sentences, clauses, mentions)
        return reading, self._people.present(spoken, mentions, reading.signed())

    def _numbers(self, cited: Cited) -> frozenset[Quantity]:
        """The numbers of words that are no part of a name or of a time."""
        if cited.text not in self._plain:
            text = cited.text
            for one in self._names.exact(text):
                text = blanked(text, one.start, one.end)
            self._plain[cited.text] = text
        return numbers_cited(self._plain[cited.text], cited.at.date())

    def _state(self, candidate: Candidate, run: _Run) -> None:
        cited = run.cited(candidate.start, candidate.end)
        chosen = run.chosen(candidate)
        whose = (
            Subject(chosen.subject)
            if chosen.subject
            else subject(candidate, run.spoken, run.reading, run.present, self._people)
        )
        if whose.node is None:
            reason = whose.reason or Reason.UNKNOWN_SUBJECT
            run.change(
                Doubt(candidate=candidate, cited=cited, reason=reason, alternatives=whose.alternatives)
            )
            return
        about = self._about(candidate, run)
        said = self._said(candidate, whose.node, about, run)
        if candidate.kind in slots.SLOTTED:
            self._take_slot(said, run)
        else:
            self._take_matter(said, run)
        if about.node is None and about.alternatives and candidate.kind not in slots.SLOTTED:
            run.change(
                Doubt(
                    candidate=candidate,
                    cited=cited,
                    reason=Reason.AMBIGUOUS_ABOUT,
                    alternatives=about.alternatives,
                )
            )

    def _said(self, candidate: Candidate, subject: str, about: About, run: _Run) -> Said:
        cited = run.cited(candidate.start, candidate.end)
        return Said(
            candidate=candidate,
            subject=subject,
            about=about,
            cited=cited,
            side=candidate.side or run.spoken.message.side,
            thread=run.spoken.thread,
            numbers=numbers_in(run.reading, candidate.start, candidate.end, cited),
        )

    def _about(self, candidate: Candidate, run: _Run) -> About:
        chosen = run.chosen(candidate).about
        if chosen is not None:
            return About(chosen or None)
        return self._products.meant(place_of(candidate.start, candidate.end, run, candidate.kind))

    def _take_slot(self, said: Said, run: _Run) -> None:
        new = self._begun(said)
        if said.candidate.kind is FactKind.DECISION_MAKER:
            new = replace(new, value=self._decider(said.candidate, run))
        there = slots.holders(new, run.standing, self._likeness)
        same = next((one for one in there if slots.same_value(new, one)), None)
        if same:
            run.change(Support(statement=same.statement, cited=said.cited, confidence=new.confidence))
        else:
            run.change(Begin(standing=new, ends=tuple(one.statement for one in there)))

    def _decider(self, candidate: Candidate, run: _Run) -> str:
        spoken = run.present.author
        if candidate.speaker:
            spoken = self._people.called(candidate.speaker, run.present.near)
        speaker = self._names.written.get(spoken[0]) if len(spoken) == 1 else None
        inside = run.reading.within(candidate.start, candidate.end, "Contact")
        return decider(candidate, inside, self._names.written, speaker)

    def _take_matter(self, said: Said, run: _Run) -> None:
        same, likely = self._matter(said, run)
        if same is None:
            run.change(Begin(standing=self._begun(said)))
            if likely:
                ids = tuple(one.statement for one in likely)
                run.change(
                    Doubt(
                        candidate=said.candidate,
                        cited=said.cited,
                        reason=Reason.AMBIGUOUS_MATTER,
                        alternatives=ids,
                    )
                )
            return
        due = said.candidate.due
        if (
            due
            and due != same.due
            and (same.due is None or Cue.AGAIN not in said.cues or Cue.MOVED in said.cues)
        ):
            run.change(Amend(statement=same.statement, due=due, cited=said.cited))
        else:
            named = said.about.node if said.about.by is By.NAME else None
            run.change(
                Support(
                    statement=same.statement, cited=said.cited, confidence=_sure(said.candidate), about=named
                )
            )

    def _matter(self, said: Said, run: _Run) -> tuple[Standing | None, Sequence[Standing]]:
        """The matter that it is said of, or those that it may be said of."""
        chosen = run.chosen(said.candidate).matter
        if chosen is not None:
            return next((one for one in run.standing if one.statement == chosen), None), ()
        return matter.best(said, run.standing, self._likeness, self._numbers)

    def _begun(self, said: Said) -> Standing:
        one = said.candidate
        return Standing(
            statement=statement_id(said.cited, one.kind),
            kind=one.kind,
            subject=said.subject,
            about=said.about.node if one.kind not in slots.SLOTTED else None,
            value=value(one),
            aspect=one.aspect,
            holder=one.holder,
            due=one.due,
            person=one.person,
            role=one.role,
            polarity=one.polarity,
            target=one.target,
            opinion=one.opinion,
            status="open" if one.kind in MATTERS else None,
            confidence=_sure(one),
            evidence=(said.cited,),
            thread=said.thread,
        )

    def _close(self, clause: Clause, candidates: Sequence[Candidate], run: _Run) -> None:
        ending = self._ending(clause, candidates, run)
        for one, why in closings.closed_by(ending, run.standing, self._likeness, self._numbers):
            run.change(
                Close(statement=one.statement, at=run.spoken.message.at, closing=why, cited=ending.cited)
            )

    def _ending(self, clause: Clause, candidates: Sequence[Candidate], run: _Run) -> Ending:
        cited = run.cited(clause.start, clause.end)
        stated = [one for one in candidates if one.start < clause.end and clause.start < one.end]
        outcome = max((one.confidence for one in stated if one.kind is FactKind.OUTCOME), default=0.0)
        begins = next((one.kind for one in stated if one.kind in MATTERS), None)
        customers = run.present.customers
        sentence = run.reading.sentences[clause.sentence]
        return Ending(
            cited=cited,
            subject=customers[0] if len(customers) == 1 else None,
            about=self._products.meant(place_of(clause.start, clause.end, run, begins or FactKind.OUTCOME)),
            side=self._side(sentence.speaker, run),
            thread=run.spoken.thread,
            numbers=numbers_in(run.reading, clause.start, clause.end, cited),
            outcome=outcome,
            begins=begins,
            around=sentence.text,
        )

    def _side(self, speaker: str | None, run: _Run) -> Side | None:
        message = run.spoken.message
        if speaker is None:
            return message.side
        for name, side in message.sides.items():
            if speaker in name or name in speaker:
                return side
        return Side.CUSTOMER if self._people.called(speaker, run.present.near) else None


def place_of(start: int, end: int, run: _Run, kind: FactKind) -> Place:
    before = [one for one in run.spoken.before if label_of(one) == "Product"]
    return Place(start, end, run.reading, before, run.standing, run.spoken.thread, kind)


def _sure(candidate: Candidate) -> float:
    return min(candidate.confidence, SUREST)
