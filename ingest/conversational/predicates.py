"""Which predicate of the ontology states what kind of fact, with which qualifiers."""

from collections.abc import Iterator

from ingest.extract.candidates import FactKind, Side
from ingest.resolve.standing import Standing
from kb.model.fact import Claim, Kind, Qualifiers, Quote
from ontology.terms import PREDICATES

# Of a contact's preferences one value holds at a time; what it likes of products is many-valued.
OF_ASPECT = {
    "channel": "prefersChannel",
    "time": "prefersTime",
    "language": "prefersLanguage",
    "payment": "prefersPayment",
    "no_contact": "noContact",
}
OF_KIND = {
    FactKind.COMMITMENT: "commitment",
    FactKind.PREFERENCE: "preference",
    FactKind.ROLE_CHANGE: "contactRole",
    FactKind.NEED: "need",
    FactKind.COMPLAINT: "complaint",
    FactKind.PRAISE: "praise",
    FactKind.INCIDENT: "incident",
    FactKind.SUGGESTION: "suggestion",
    FactKind.REQUEST: "request",
    FactKind.QUESTION: "question",
    FactKind.OUTCOME: "outcome",
    FactKind.INTENTION: "intention",
    FactKind.COMPARISON: "comparison",
    FactKind.OPINION: "opinion",
    FactKind.USES_COMPETITOR: "usesCompetitor",
    FactKind.DECISION_MAKER: "remark",  # in words, until somebody says which contact it is
}
CODES = {  # of ways of contact; one that has none keeps its name: "fax", "微信"
    **dict.fromkeys(("phone", "mobile", "电话"), "call"),
    **dict.fromkeys(("video",), "meeting"),
    **dict.fromkeys(("邮件",), "email"),
    **dict.fromkeys(("当面",), "visit"),
    **dict.fromkeys(("portal",), "ticket"),
}
KIND_OF = {predicate: kind for kind, predicate in OF_KIND.items()} | dict.fromkeys(
    OF_ASPECT.values(), FactKind.PREFERENCE
)
ASPECT_OF = {predicate: aspect for aspect, predicate in OF_ASPECT.items()}


def predicate_of(one: Standing) -> str:
    """The predicate that states the fact."""
    if one.kind is FactKind.PREFERENCE and one.aspect in OF_ASPECT:
        return OF_ASPECT[one.aspect]
    return OF_KIND[one.kind]


def is_functional(predicate: str) -> bool:
    """Whether the ontology itself lets a newer value take the place of the older one."""
    return PREDICATES[predicate].functional


def claim_of(one: Standing, predicate: str, cited: Quote, confidence: float) -> Claim:
    """What the fact says, resting on these words."""
    value = (one.role or one.value) if one.kind is FactKind.ROLE_CHANGE else one.value
    if predicate == "prefersChannel":
        value = CODES.get(value, value)
    return Claim(
        subject=one.subject,
        predicate=predicate,
        kind=Kind.CONVERSATIONAL,
        confidence=confidence,
        evidence=(cited,),
        value=value,
        qualifiers=tuple(sorted(_qualifiers(one, predicate))),
    )


def _qualifiers(one: Standing, predicate: str) -> Iterator[tuple[str, str]]:
    named = {
        "about": one.about,
        "aspect": None if predicate in ASPECT_OF else one.aspect,
        "holder": one.holder,
        "due": one.due.isoformat() if one.due else None,
        "polarity": one.polarity,
        "target": one.target,
        "opinion_words": one.opinion,
    }
    for name, word in named.items():
        if word:
            yield name, str(word)


def side_of(qualifiers: Qualifiers) -> Side | None:
    """Who owes it; None where nobody does."""
    holder = dict(qualifiers).get("holder")
    return Side(holder) if holder else None
