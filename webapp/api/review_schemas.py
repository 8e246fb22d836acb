"""What the review queue takes and gives."""

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Float, Integer, List, Nested, String
from apiflask.validators import OneOf

from ingest.conversational.reviews import VERDICTS
from webapp.api.schemas import Cut, Page


class ReviewQuery(Cut):
    kind = String(load_default=None)
    reason = String(load_default=None)
    surest = Boolean(load_default=True, metadata={"description": "the surest first, or the least sure"})


class AlternativeItem(Schema):
    id = String(metadata={"description": "of a node, or of a statement"})
    name = String()


class WaitingItem(Schema):
    id = String()
    interaction = String()
    kind = String()
    text = String(metadata={"description": "the words, [start, end) of the interaction's text"})
    start = Integer()
    end = Integer()
    context = String(metadata={"description": "the sentence in which they stand"})
    confidence = Float()
    reason = String(metadata={"description": "why it waits"})
    alternatives = List(Nested(AlternativeItem))
    statement = String(allow_none=True, metadata={"description": "that the words have become already"})
    aspect = String(allow_none=True)
    holder = String(allow_none=True)
    due = String(allow_none=True)


class WaitingOut(Page):
    items = List(Nested(WaitingItem))


class CountsOut(Schema):
    waiting = Integer()
    kinds = Dict()
    reasons = Dict()
    decided = Dict()


def _changed(said: str) -> String:
    return String(load_default=None, metadata={"description": said})


class DecisionIn(Schema):
    verdict = String(required=True, validate=OneOf(VERDICTS))
    kind = _changed("where it is corrected, as are aspect, holder, due and words")
    aspect = String(load_default=None)
    holder = String(load_default=None)
    due = String(load_default=None)
    words = String(load_default=None)
    subject = _changed("id of the customer or contact whose fact it is")
    about = _changed('id of the product that it is about; "" for none')
    matter = _changed('statement that it is said of again; "" for none of the alternatives')


class DecisionOut(Schema):
    candidate = String()
    interaction = String()
    verdict = String()
    run = String()
