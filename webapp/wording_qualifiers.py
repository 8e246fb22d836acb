"""What narrows a fact, worded for people: "owed by us", "due 4 Apr 2026", "about HP-200"."""

from collections.abc import Callable, Iterator, Mapping

from kb.model.fact import Claim
from ontology.terms import QUALIFIERS
from webapp.translate import lazy_gettext as _l
from webapp.wording import Words

_HOLDERS: Words = {"us": _l("owed by us"), "customer": _l("owed by the customer")}
_CLOSINGS: Words = {
    "resolved": _l("resolved"),
    "answered": _l("answered"),
    "kept": _l("kept"),
    "broken": _l("broken"),
    "withdrawn": _l("withdrawn"),
}
_POLARITIES: Words = {
    "positive": _l("positive"),
    "negative": _l("negative"),
    "neutral": _l("neutral"),
    "none": _l("not judged"),
}
_ASPECTS: Words = {  # what is preferred of, and what is intended
    "channel": _l("channel"),
    "time": _l("time"),
    "manner": _l("manner"),
    "no_contact": _l("no contact"),
    "language": _l("language"),
    "payment": _l("payment"),
    "delivery": _l("delivery"),
    "product": _l("product"),
    "buy": _l("to buy"),
    "renew": _l("to renew"),
    "expand": _l("to expand"),
    "try": _l("to try"),
    "leave": _l("to leave"),
    "switch": _l("to switch"),
    "reduce": _l("to reduce"),
    "postpone": _l("to postpone"),
}
_PREFERRED: Words = {
    "subject": _l("in its favour"),
    "object": _l("in favour of the other"),
    "equal": _l("both alike"),
    "different": _l("different"),
}
_SENTENCES: Words = {
    "about": _l("about %(word)s"),
    "compared_with": _l("compared with %(word)s"),
    "due": _l("due %(word)s"),
    "opinion_words": _l("“%(word)s”"),
    "target": _l("of: %(word)s"),
}
_CODES = {
    "holder": _HOLDERS,
    "closing": _CLOSINGS,
    "polarity": _POLARITIES,
    "aspect": _ASPECTS,
    "preferred": _PREFERRED,
}
ORDER = (
    *("closing", "holder", "due", "about", "target", "aspect", "compared_with", "preferred"),
    *("polarity", "opinion_words"),
)


def closing(code: str) -> str:
    """ "kept"; what is no closing of the ontology as it stands."""
    return str(_CLOSINGS.get(code, code))


def polarity(code: str) -> str:
    return str(_POLARITIES.get(code, code))


def qualifiers(
    claim: Claim, names: Mapping[str, str], day: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """Name and phrase of each qualifier, the weightiest first; `day` words an ISO date.

    What a fact is about shows by its name, or by its bare id where the viewer may not see it.
    """
    given = dict(claim.qualifiers)
    for name in (*ORDER, *sorted(QUALIFIERS.keys() - set(ORDER))):
        if word := given.get(name):
            yield name, _phrase(name, _shown(name, word, names, day))


def _shown(name: str, word: str, names: Mapping[str, str], day: Callable[[str], str]) -> str:
    if name == "about":
        return names.get(word) or word.partition(":")[2] or word
    if name == "due":
        return day(word)
    return str(_CODES.get(name, {}).get(word, word))


def _phrase(name: str, word: str) -> str:
    template = _SENTENCES.get(name)
    return str(template) % {"word": word} if template else word
