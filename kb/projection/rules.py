"""How the ontology wants each predicate resolved, as the pure fold takes it."""

from functools import cache

from kb.errors import Invalid
from kb.model.fact import Kind
from kb.model.resolving import SlotRules
from ontology.terms import PREDICATES, STANDING


@cache
def rules_of(predicate: str) -> SlotRules:
    """The rules of a predicate. Raises Invalid for one that the ontology does not know."""
    known = PREDICATES.get(predicate)
    if known is None:
        raise Invalid("predicate", f"{predicate!r} is not a property of the ontology; see docs/ontology.md.")
    order = known.standing or STANDING
    return SlotRules(
        functional=known.functional or known.functional_per_unit,
        per_unit=known.functional_per_unit,
        standing={Kind(kind): len(order) - place for place, kind in enumerate(order)},
    )
