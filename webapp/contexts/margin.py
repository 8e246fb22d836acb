"""What a conversation told, as notes in its margin: each is tied to the words it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.model.fact import Fact, Quote
from webapp.contexts.facts import FactView, fact_view
from webapp.links import page_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginNote:
    """A fact beside the text; `number` ties it to its words, which it may lack here."""

    number: int  # from 1
    fact: FactView
    subject: str
    subject_href: str | None
    quoted: bool  # some words of the text are its evidence


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """Words that a note rests on: code points [start, end) of the text."""

    start: int
    end: int
    number: int


def margin(
    facts: Sequence[Fact], names: Mapping[str, str], interaction: str, length: int
) -> tuple[tuple[MarginNote, ...], tuple[Told, ...]]:
    """The notes in the order of the facts, and their words in a text of `length` code points."""
    notes, told = [], []
    for number, fact in enumerate(facts, start=1):
        spans = spans_of(fact, interaction, length)
        told += [Told(start, end, number) for start, end in spans]
        subject = fact.claim.subject
        notes.append(
            MarginNote(
                number=number,
                fact=fact_view(fact, names),
                subject=names.get(subject, ""),
                subject_href=page_of(subject),
                quoted=bool(spans),
            )
        )
    return tuple(notes), tuple(sorted(told))


def spans_of(fact: Fact, interaction: str, length: int) -> list[tuple[int, int]]:
    """Where the words of the fact stand in the interaction's text; several where it quotes several times."""
    return sorted(
        {
            (piece.start, piece.end)
            for piece in fact.claim.evidence
            if isinstance(piece, Quote)
            and piece.interaction == interaction
            and 0 <= piece.start < piece.end <= length
        }
    )
