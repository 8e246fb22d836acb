"""Two values at a time: the rule of functional predicates, asked in one pass over the facts.

shapes.ttl says the same in SPARQL, for any validator. There every pair of a
subject's facts is looked at; here they are swept in order of their validity,
which for a customer with years of figures is the difference of minutes to
milliseconds. The tests hold the two against each other.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from pyoxigraph import Store

SHAPE = "subject-functional"

# What is believed now and not disputed, of predicates that allow one value at a time.
BELIEVED = """
PREFIX crm: <https://kbcrm.example/ontology#>
SELECT ?this ?predicate ?from ?to ?says ?unit ?per WHERE {
    ?fact crm:status ?status . FILTER (?status IN ("asserted", "inferred"))
    FILTER NOT EXISTS { ?fact crm:supersededAt ?ended }
    ?fact crm:predicate ?predicate ; crm:validFrom ?from ; crm:value|crm:object ?says .
    ?predicate crm:functional true .
    ?this crm:hasFact ?fact .
    OPTIONAL { ?fact crm:validTo ?to }
    OPTIONAL { ?fact crm:unit ?unit }
    OPTIONAL { ?predicate crm:functionalPer ?per }
}
"""
OPEN = "~"  # sorts after every instant


class Held(NamedTuple):
    """A fact as the sweep needs it; the instants of one sweep are numbers, or texts that sort as they do."""

    slot: tuple[str, str, str]  # subject, predicate, and unit where the predicate is functional per unit
    start: Any
    end: Any
    says: Any


def contradicting(store: Store) -> set[Any]:
    """The subjects that have two different values at a time for a functional predicate."""
    subjects: dict[str, Any] = {}
    held = []
    for row in store.query(BELIEVED):  # type: ignore[union-attr]  # a SELECT gives solutions
        this, unit = row["this"], row["unit"]
        subjects[str(this)] = this
        in_unit = unit.value if unit is not None else ""
        slot = (str(this), row["predicate"].value, in_unit if row["per"] is not None else "")
        end = row["to"].value if row["to"] is not None else OPEN
        held.append(Held(slot, row["from"].value, end, (row["says"].value, in_unit)))
    return {subjects[subject] for subject in clashing(held)}


def clashing(held: Iterable[Held]) -> set[str]:
    """The subjects of slots in which two facts that say different things hold at a time."""
    slots = groupby(sorted(held), key=lambda fact: fact.slot)
    return {slot[0] for slot, facts in slots if any(_clashes(facts))}


def _clashes(facts: Iterable[Held]) -> Iterator[bool]:
    """For each fact whether one that began before it still holds and says something else."""
    holding: list[Held] = []
    for fact in facts:
        holding = [earlier for earlier in holding if earlier.end > fact.start]
        yield any(earlier.says != fact.says for earlier in holding)
        holding.append(fact)
