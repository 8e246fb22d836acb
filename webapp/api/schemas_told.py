"""Shapes of the JSON of what conversations told (made by webapp.json_told)."""

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Integer, List, Nested, Raw, String
from apiflask.validators import OneOf

from kb.model.voice import POLARITIES, VOICE
from webapp.api.schemas import Cut, FactOut, InteractionOut, Moments, Page, instant

COUNTS = {"description": f"counts by polarity: {', '.join(POLARITIES)}"}


class Note(Schema):
    fact = String(metadata={"description": "id of the version of the fact"})
    statement = String()
    subject = String()
    predicate = String()
    value = Raw(allow_none=True)
    object = String(allow_none=True)
    qualifiers = Dict()
    confidence = Raw()
    status = String()
    start = Integer(metadata={"description": "first code point of the words; 0 with end 0: all of it"})
    end = Integer()


class InteractionWithFacts(InteractionOut):
    facts = List(Nested(Note), metadata={"description": "what rests on it, a row for each of the words"})


class VoicedOut(FactOut):
    customer = String(metadata={"description": "id of the customer"})
    customer_name = String()
    person = String(allow_none=True, metadata={"description": "name of the contact that it is about"})


class MattersQuery(Moments):
    limit = Integer(load_default=200)


class MattersOut(Schema):
    open = List(Nested(VoicedOut), metadata={"description": "what is due first comes first"})
    closed = List(Nested(VoicedOut), metadata={"description": "the latest closed first"})
    open_cut = Boolean()
    closed_cut = Boolean()


class VoiceQuery(Cut):
    feature = String(load_default="", metadata={"description": "id of a feature, or of the product itself"})
    kind = String(load_default="", validate=OneOf(["", *VOICE]))
    since = instant(load_default="")
    until = instant(load_default="")


class VoicedPage(Page):
    items = List(Nested(VoicedOut))


class VoiceOut(Schema):
    product = String()
    total = Integer()
    everybody = Boolean(
        metadata={
            "description": "the counts are of all customers, also of those whose words you may not read"
        }
    )
    polarity = Dict(metadata=COUNTS)
    kinds = List(Dict(), metadata=COUNTS)
    topics = List(Dict(), metadata=COUNTS)
    trend = List(Dict(), metadata={"description": "by month (2026-03) or quarter (2026-Q1), UTC"})
    words = Nested(VoicedPage)
