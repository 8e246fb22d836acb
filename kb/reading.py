"""Reading what is known: customers, interactions and facts, within a viewer's rights."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from kb.errors import NotFound, Rebuilding
from kb.model.fact import Fact, Premise, Quote
from kb.model.identity import label_of
from kb.model.listing import Listing
from kb.model.matters import Matters, Voiced
from kb.model.moment import AsOf, to_iso
from kb.model.reading import (
    Customer,
    CustomerRow,
    CustomerSort,
    Interaction,
    OpenedFact,
    Proof,
    Reachable,
    TouchRow,
)
from kb.model.spelling import normalised
from kb.model.viewer import Viewer
from kb.model.voice import Asked, Voice
from kb.ports import Graph
from kb.projection.figures import RULE
from kb.store import reachable
from kb.store.customers import CustomerStore
from kb.store.facts import FactStore
from kb.store.interactions import InteractionStore
from kb.store.matters import MatterStore
from kb.store.reverting import Folding
from kb.store.sight import Sight
from kb.store.voice import VoiceStore, counts_everybody

COMPUTED_SHOWN = 200  # interactions listed under an aggregate
HISTORY_SHOWN = 200  # versions listed under a fact


class Reading:
    """Reads what is known. `folding` tells whether the graph is being folded anew: then readers wait."""

    def __init__(self, graph: Graph, folding: Callable[[], Folding | None]) -> None:
        self._folding = folding
        self._graph = graph
        self._customers = CustomerStore(graph)
        self._facts = FactStore(graph)
        self._interactions = InteractionStore(graph)
        self._matters = MatterStore(graph, self._facts)
        self._voice = VoiceStore(graph, self._facts)
        self._sight = Sight(graph)

    def customers(
        self,
        viewer: Viewer,
        *,
        search: str = "",
        sort: CustomerSort = CustomerSort.NAME,
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> Listing[CustomerRow]:
        """The customers in scope whose name, alias or number contains `search`."""
        self._ready()
        return self._customers.listing(
            viewer, search=search, sort=sort, descending=descending, offset=offset, limit=limit
        )

    def reachable(self, viewer: Viewer, search: str, *, limit: int = 8) -> list[Reachable]:
        """Whom the viewer may have spoken with: `limit` customers at most, then as many people.

        Without words to search for, only customers.
        """
        self._ready()
        return reachable.find(self._graph, viewer, search, limit)

    def customer(self, viewer: Viewer, id: str, moment: AsOf) -> Customer:
        """Who they are, with their people up to the moment, also those who left. Raises NotFound."""
        self._ready()
        found = self._customers.one(viewer, id)
        day = (to_iso(moment.valid) or "9999")[:10]
        people = tuple(one for one in found.contacts if not one.since or one.since <= day)
        return replace(found, props=_shown(viewer, found.props), contacts=people)

    def person_at(self, viewer: Viewer, customer: str, who: str) -> str:
        """The id of the contact of the customer that is called so or has this id. Raises NotFound.

        A name that several bear there is nobody's: then the id says who is meant.
        """
        people = self._customers.one(viewer, customer).contacts
        named = [
            one.id for one in people if normalised(who) in map(normalised, (one.name, one.name_zh or ""))
        ]
        found = [one.id for one in people if who in (one.id, one.id.partition(":")[2])] or named
        if len(found) != 1:
            raise NotFound("contact", who)
        return found[0]

    def facts(self, viewer: Viewer, subject: str, moment: AsOf, *, limit: int = 500) -> list[Fact]:
        """What was true of a node at `moment.valid` as known at `moment.known`, surest first.

        Empty where nothing is known. Raises NotFound for a subject out of the viewer's scope.
        """
        self._ready()
        label = label_of(subject)
        if label == "Customer":
            found = self._facts.of_customer(viewer, subject, moment, limit=limit)
        else:
            if subject not in self._customers.names(viewer, [subject]):
                raise NotFound(label.lower(), subject)
            found = self._facts.of_node(viewer, label, subject, moment, limit=limit)
        return self._with_visible_objects(viewer, found)

    def names(self, viewer: Viewer, ids: Iterable[str]) -> dict[str, str]:
        """The display names of those of the nodes that the viewer may see."""
        self._ready()
        return self._customers.names(viewer, ids)

    def opened(self, viewer: Viewer, fact_id: str) -> OpenedFact:
        """A fact with its evidence, the versions of its statement, and what an aggregate was computed from.

        Raises NotFound where the fact, or whom it is about, is not there for the viewer.
        """
        self._ready()
        fact = self._facts.one(viewer, fact_id)
        claim = fact.claim
        wanted = {claim.subject, *filter(None, (claim.object,))}
        names = self._customers.names(viewer, wanted)
        if wanted - names.keys():
            raise NotFound("fact", fact_id)
        computed = self._computed_from(viewer, fact)
        history = self.versions(viewer, fact.statement)
        return OpenedFact(
            fact=fact,
            subject_name=names[claim.subject],
            object_name=names.get(claim.object or ""),
            proofs=self._proofs(viewer, fact),
            history=tuple(history[:HISTORY_SHOWN]),
            history_total=len(history),
            computed_from=tuple(computed.items),
            computed_total=computed.total,
        )

    def timeline(
        self,
        viewer: Viewer,
        customer: str,
        moment: AsOf,
        *,
        channel: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> Listing[TouchRow]:
        """A customer's interactions up to the moment, newest first. Raises NotFound."""
        self._ready()
        return self._interactions.timeline(
            viewer, customer, moment, channel=channel or "", offset=offset, limit=limit
        )

    def interaction(self, viewer: Viewer, id: str) -> Interaction:
        """One interaction, opened. Raises NotFound."""
        self._ready()
        return self._interactions.one(viewer, id)

    def told(self, viewer: Viewer, interaction: str) -> list[Fact]:
        """What is believed because of an interaction, by where its words stand; of each statement the latest.

        Facts that rest on the whole of it come last. Raises NotFound.
        """
        self.interaction(viewer, interaction)
        resting = self._facts.many(viewer, self._facts.citing(interaction)).values()
        subjects = self._customers.names(viewer, {fact.claim.subject for fact in resting})
        visible = [fact for fact in resting if fact.claim.subject in subjects]
        latest = {
            fact.statement: fact
            for fact in sorted(self._with_visible_objects(viewer, visible), key=lambda one: one.valid_from)
        }
        return sorted(latest.values(), key=lambda fact: (_stands(fact, interaction), fact.id))

    def matters(
        self, viewer: Viewer, moment: AsOf, *, customer: str | None = None, limit: int = 200
    ) -> Matters:
        """What was open and what had been closed, of one customer or of all in scope. Raises NotFound."""
        self._ready()
        if customer is not None and not self._customers.names(viewer, [customer]):
            raise NotFound("customer", customer)
        return self._matters.of(viewer, moment, customer=customer, limit=limit)

    def voice(self, viewer: Viewer, product: str, asked: Asked, now: int) -> Voice:
        """How often customers say what about a product and its features. Raises NotFound."""
        topics = self._topics(viewer, product)
        ids = [id for id, _, _ in topics]
        return Voice(
            product=product,
            topics=topics,
            cells=self._voice.counts(viewer, ids, asked, now),
            everybody=counts_everybody(viewer),
        )

    def voices(
        self, viewer: Viewer, product: str, asked: Asked, now: int, *, offset: int = 0, limit: int = 20
    ) -> Listing[Voiced]:
        """The words behind the counts, of customers in scope, the latest first. Raises NotFound."""
        ids = [id for id, _, _ in self._topics(viewer, product)]
        return self._voice.words(viewer, ids, asked, now, offset=offset, limit=limit)

    def _topics(self, viewer: Viewer, product: str) -> tuple[tuple[str, str, str | None], ...]:
        found = self.product(viewer, product)
        nodes = (found, *found["features"])
        return tuple((one["id"], one.get("name") or one["id"], one.get("name_zh")) for one in nodes)

    def interactions(self, viewer: Viewer, ids: Iterable[str]) -> dict[str, Interaction]:
        """Those of the interactions that exist for the viewer, opened."""
        self._ready()
        return self._interactions.many(viewer, ids)

    def seen(self, viewer: Viewer, interactions: Iterable[str]) -> set[str]:
        """Those of the interactions that exist for the viewer."""
        self._ready()
        return self._sight.interactions(viewer, interactions)

    def product(self, viewer: Viewer, id: str) -> dict[str, Any]:
        """A product's properties, and its features under "features". Raises NotFound."""
        self._ready()
        if label_of(id) != "Product":
            raise NotFound("product", id)
        return self._customers.node(viewer, id) | {"features": self._customers.features(id)}

    def versions(self, viewer: Viewer, statement: str) -> list[Fact]:
        """All versions of a statement, newest knowledge first. Raises NotFound where none is visible."""
        self._ready()
        found = self._facts.versions(viewer, statement)
        subjects = self._customers.names(viewer, {fact.claim.subject for fact in found})
        visible = [fact for fact in found if fact.claim.subject in subjects]
        visible = self._with_visible_objects(viewer, visible)
        if not visible:
            raise NotFound("statement", statement)
        return visible

    def citing(self, interaction: str) -> list[str]:
        """Ids of the believed versions that rest on an interaction."""
        return self._facts.citing(interaction)

    def _with_visible_objects(self, viewer: Viewer, facts: list[Fact]) -> list[Fact]:
        objects = {fact.claim.object for fact in facts if fact.claim.object}
        if not objects:
            return facts
        visible = self._customers.names(viewer, objects)
        return [fact for fact in facts if fact.claim.object is None or fact.claim.object in visible]

    def _proofs(self, viewer: Viewer, fact: Fact) -> tuple[Proof, ...]:
        quotes = [piece for piece in fact.claim.evidence if isinstance(piece, Quote)]
        interactions = self._interactions.many(viewer, {quote.interaction for quote in quotes})
        proofs = []
        for piece in fact.claim.evidence:
            if isinstance(piece, Premise):
                proofs.append(Proof(fact=self._facts.one(viewer, piece.fact)))
            elif piece.interaction in interactions:
                shown = interactions[piece.interaction]
                proofs.append(Proof(interaction=shown, start=piece.start, end=piece.end))
        return tuple(proofs)

    def _computed_from(self, viewer: Viewer, fact: Fact) -> Listing[TouchRow]:
        """The orders behind a figure: all up to the one that changed it, as known then."""
        if fact.claim.rule != RULE:
            return Listing([], 0)
        moment = AsOf(valid=fact.valid_from, known=fact.superseded_at - 1)
        return self._interactions.timeline(
            viewer, fact.claim.subject, moment, channel="order", limit=COMPUTED_SHOWN
        )

    def _ready(self) -> None:
        folding = self._folding()
        if folding is not None:
            raise Rebuilding(
                f"The knowledge graph is being folded anew after a {folding.what}. "
                "It is back in a moment; nothing is lost."
            )


def _stands(fact: Fact, interaction: str) -> tuple[bool, int]:
    """Where its first words in the interaction stand; the whole of it comes after all words."""
    quotes = [one for one in fact.claim.evidence if isinstance(one, Quote) and one.interaction == interaction]
    starts = [one.start for one in quotes if one.end > one.start]
    return not starts, min(starts, default=0)


def _shown(viewer: Viewer, props: dict[str, Any]) -> dict[str, Any]:
    """What a page may show of a node: not our bookkeeping, to customers neither our teams nor their value."""
    hidden = {"search", "name_key", "spend_sort"}
    if viewer.is_customer:
        hidden |= {"team", "owner", "spend"}
    return {key: value for key, value in props.items() if key not in hidden}
