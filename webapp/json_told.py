"""What programs get of what conversations told: notes, open matters, the voice of a product.

The same from the command line and from /api/v1, as in webapp.json_shapes.
"""

from collections.abc import Sequence

from kb.model.fact import Fact, Quote
from kb.model.listing import Listing
from kb.model.matters import Matters, Voiced
from kb.model.reading import Interaction
from kb.model.voice import VOICE, Voice
from webapp.json_shapes import Shape, fact_json, interaction_json, listing_json


def interaction_with_facts(found: Interaction, told: Sequence[Fact]) -> Shape:
    """An interaction with the facts that rest on it, a row for each of their words."""
    return {**interaction_json(found), "facts": [row for fact in told for row in told_json(fact, found.id)]}


def told_json(fact: Fact, interaction: str) -> list[Shape]:
    """A row for each words of the interaction that the fact rests on; one at 0, 0 where it is all of it."""
    claim = fact.claim
    quotes = [one for one in claim.evidence if isinstance(one, Quote) and one.interaction == interaction]
    spans = {(one.start, one.end) for one in quotes if one.end > one.start} or {(0, 0)}
    return [
        {
            "fact": fact.id,
            "statement": fact.statement,
            "subject": claim.subject,
            "predicate": claim.predicate,
            "value": claim.value,
            "object": claim.object,
            "qualifiers": dict(claim.qualifiers),
            "confidence": claim.confidence,
            "status": fact.status.value,
            "start": start,
            "end": end,
        }
        for start, end in sorted(spans)
    ]


def voiced_json(one: Voiced) -> Shape:
    """A fact with whose it is; `person` is null where it is the customer itself."""
    return {
        **fact_json(one.fact),
        "customer": one.customer,
        "customer_name": one.customer_name,
        "person": one.person,
    }


def matters_json(found: Matters) -> Shape:
    """Open ones with the first due first; closed ones with the latest closed first."""
    return {
        "open": [voiced_json(one) for one in found.open],
        "closed": [voiced_json(one) for one in found.closed],
        "open_cut": found.open_cut,
        "closed_cut": found.closed_cut,
    }


def voice_json(voice: Voice, words: Listing[Voiced]) -> Shape:
    """Counts by polarity of all, of each kind and of each topic, the trend, and the words behind them."""
    return {
        "product": voice.product,
        "total": voice.total,
        "everybody": voice.everybody,
        "polarity": voice.counted(),
        "kinds": [{"kind": kind, **voice.counted(kind=kind)} for kind in VOICE],
        "topics": [
            {"id": id, "name": name, "name_zh": name_zh, **voice.counted(topic=id)}
            for id, name, name_zh in voice.topics
        ],
        "trend": [{"span": span.name, **dict(span.counts)} for span in voice.trend()],
        "words": listing_json(words, voiced_json),
    }
