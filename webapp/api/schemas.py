"""Shapes of the JSON, as the description of /api/v1 tells them (made by webapp.json_shapes)."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, Dict, File, Float, Integer, List, Nested, Raw, String
from apiflask.validators import Length, OneOf, Range

from ingest.logbook import CHANNELS, LANGUAGES
from kb.knowledge import STATABLE
from kb.model.fact import Kind, Status
from kb.model.reading import CustomerSort
from ontology.terms import QUALIFIERS
from webapp.wording import SOURCES


def instant(**more: Any) -> String:
    return String(metadata={"format": "date-time", "description": "ISO 8601, UTC"}, **more)


class Amount(Schema):
    currency = String(allow_none=True, metadata={"description": "ISO 4217; null where nobody stated it"})
    amount = String(metadata={"description": "exact decimal"})


class EvidenceItem(Schema):
    interaction = String(metadata={"description": "id of the interaction; absent for a premise"})
    fact = String(metadata={"description": "id of the fact this one was derived from"})
    start = Integer(metadata={"description": "first code point of the words"})
    end = Integer(metadata={"description": "code point after the last of the words"})
    text = String(metadata={"description": "the very words, empty for a whole interaction"})


class FactOut(Schema):
    id = String(metadata={"description": "of this version"})
    statement = String(metadata={"description": "shared by all versions of one statement"})
    subject = String()
    predicate = String(metadata={"description": "local name of a property of the ontology"})
    object = String(metadata={"description": "id of a node; present instead of value"})
    value = Raw(metadata={"description": "text, number or boolean; present instead of object"})
    unit = String(allow_none=True)
    qualifiers = Dict(metadata={"description": "what narrows it: holder, due, about, closing … by name"})
    kind = String(validate=OneOf(list(Kind)))
    confidence = Float(metadata={"description": "probability in [0, 1]"})
    status = String(validate=OneOf(list(Status)))
    valid_from = instant(allow_none=True)
    valid_to = instant(allow_none=True)
    recorded_at = instant()
    superseded_at = instant(allow_none=True)
    evidence = List(Nested(EvidenceItem))


class Touch(Schema):
    id = String()
    channel = String()
    direction = String()
    at = instant()
    title = String()
    excerpt = String()
    thread = String(allow_none=True)
    people = List(String())
    lines = Integer()
    amounts = List(Nested(Amount))


class Page(Schema):
    total = Integer(metadata={"description": "how many exist for you"})
    offset = Integer()


class Facts(Page):
    items = List(Nested(FactOut))


class Touches(Page):
    items = List(Nested(Touch))


class ComputedFrom(Page):
    items = List(Nested(Touch))


class OpenedFactOut(FactOut):
    subject_name = String()
    object_name = String(allow_none=True)
    history = List(Nested(FactOut), metadata={"description": "versions, the newest knowledge first"})
    history_total = Integer(metadata={"description": "how many versions there are; a long history is cut"})
    computed_from = Nested(ComputedFrom)


class CustomerItem(Schema):
    id = String()
    name = String()
    name_zh = String(allow_none=True)
    country = String(allow_none=True)
    team = String(allow_none=True)
    owner = String(allow_none=True)
    orders = Integer()
    last_order = instant(allow_none=True)
    spend = List(Nested(Amount))


class Customers(Page):
    items = List(Nested(CustomerItem))


class CustomerOut(Schema):
    id = String()
    name = String()
    properties = Dict()
    contacts = List(Dict())


class ProductOut(Schema):
    id = String()
    name = String()
    properties = Dict()
    features = List(Dict(), metadata={"description": "each with id, name and name_zh, by name"})


class InteractionOut(Schema):
    id = String()
    channel = String()
    direction = String()
    at = instant()
    at_source = String(metadata={"description": "file where the record stated no time itself"})
    ends_at = instant(allow_none=True)
    title = String()
    text = String()
    language = String()
    thread = String(allow_none=True)
    participants = List(Dict())
    mentions = List(Dict())
    attachments = List(String())
    lines = List(Dict())
    customers = List(Dict())


class RunOut(Schema):
    id = String()
    source = String()
    title = String()
    started_by = String()
    recorded_at = instant()
    status = String(metadata={"description": "running, stopped, done or reverted"})
    stage = String()
    records = Integer()
    accepted = Integer()
    duplicate = Integer()
    rejected = Integer()
    applied = Integer()
    expected = Integer(allow_none=True)
    done_of_expected = Integer(allow_none=True)
    reason = String(allow_none=True)
    seconds = Float()


class RunDetailOut(RunOut):
    profile = Dict()
    reasons = List(Dict())


class RunsOut(Page):
    items = List(Nested(RunOut))


class RejectedItem(Schema):
    place = Integer(metadata={"description": "line or number of the record in its file, from 1"})
    field = String()
    value = String()
    reason = String()
    raw = String()


class RejectedOut(Page):
    items = List(Nested(RejectedItem))


class Cut(Schema):
    offset = Integer(load_default=0, validate=Range(min=0))
    limit = Integer(load_default=100, validate=Range(min=1, max=500))


class CustomersQuery(Cut):
    search = String(load_default="")
    sort = String(load_default=CustomerSort.NAME.value, validate=OneOf(list(CustomerSort)))
    descending = Boolean(load_default=False)


class Moments(Schema):
    as_of = instant(load_default="")
    known_at = instant(load_default="")


class TimelineQuery(Moments):
    channel = String(load_default=None)
    offset = Integer(load_default=0, validate=Range(min=0))
    limit = Integer(load_default=50, validate=Range(min=1, max=500))


class RunsQuery(Cut):
    by_hand = Boolean(load_default=False)


LABELS = "of the labels of outcome and next step in the text"
NOTE = {"description": "how it is known; becomes the evidence"}


class StateIn(Schema):
    subject = String(required=True)
    predicate = String(required=True)
    value = Raw(load_default=None)
    object = String(load_default=None)
    unit = String(load_default=None)
    kind = String(load_default=Kind.EXPERT.value, validate=OneOf(list(STATABLE)))
    confidence = Float(load_default=0.9, validate=Range(min=0, max=1))
    valid_from = instant(load_default=None)
    valid_to = instant(load_default=None)
    said_at = instant(load_default=None)
    note = String(required=True, validate=Length(min=1), metadata=NOTE)


class CorrectIn(Schema):
    value = Raw(load_default=None)
    object = String(load_default=None)
    unit = String(load_default=None)
    confidence = Float(load_default=None, validate=Range(min=0, max=1))
    valid_from = instant(load_default=None)
    valid_to = instant(load_default=None)
    note = String(required=True, validate=Length(min=1), metadata=NOTE)


class EndIn(Schema):
    at = instant(load_default=None)
    closing = String(
        load_default=None,
        validate=OneOf(QUALIFIERS["closing"].codes),
        metadata={"description": "how a commitment, request, incident or complaint was closed"},
    )
    note = String(required=True, validate=Length(min=1), metadata=NOTE)


class NoteIn(Schema):
    note = String(required=True, validate=Length(min=1), metadata=NOTE)


class LogIn(Schema):
    customer = String(required=True, metadata={"description": "id of the customer"})
    contacts = List(String(), load_default=list, metadata={"description": "ids of people of the customer"})
    channel = String(load_default=CHANNELS[0], validate=OneOf(CHANNELS))
    said = String(required=True, validate=Length(min=1))
    outcome = String(load_default="")
    next_step = String(load_default="")
    due = Date(load_default=None, metadata={"description": "day by which the next step is due"})
    at = instant(load_default=None)
    language = String(load_default=LANGUAGES[0], validate=OneOf(LANGUAGES), metadata={"description": LABELS})
    token = String(load_default=None, metadata={"description": "the same words sent twice under it are one"})


class ReachableQuery(Schema):
    search = String(load_default="")
    limit = Integer(load_default=8, validate=Range(min=1, max=100))


class ReachableItem(Schema):
    customer = String(metadata={"description": "id"})
    customer_name = String()
    contact = String(allow_none=True, metadata={"description": "id; null for the customer itself"})
    contact_name = String(allow_none=True)
    role = String(allow_none=True)
    until = String(allow_none=True, metadata={"description": "day when the person left there"})


class ReachableOut(Schema):
    items = List(Nested(ReachableItem))


class ImportIn(Schema):
    file = File(required=True)  # type: ignore[no-untyped-call]
    source = String(required=True, validate=OneOf(list(SOURCES)))
    timezone = String(load_default="")
    day_first = String(load_default="", validate=OneOf(["", "day", "month"]))
    currency = String(load_default="")
