"""What waits to be done or settled: commitments, requests, incidents, complaints; and how they end."""

from dataclasses import dataclass

from kb.model.fact import Fact
from ontology.terms import PREDICATES

MATTERS = tuple(sorted(name for name, predicate in PREDICATES.items() if predicate.closings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voiced:
    """A fact with whose it is: the customer that said it, or for whose person it stands."""

    fact: Fact
    customer: str
    customer_name: str
    customer_name_zh: str | None = None
    person: str | None = None  # name of the contact that the fact is about; None for the customer itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """Open ones: what is due first stands first, then the latest. Closed ones: the latest closed first.

    Each list may be cut, and says so.
    """

    open: tuple[Voiced, ...]
    closed: tuple[Voiced, ...]
    open_cut: bool
    closed_cut: bool
