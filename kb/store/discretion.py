"""Personal data in words, for viewers who may read the words but not the data.

E-mail addresses, phone numbers and numbers of persons, cards and accounts in texts, titles, quotes and values
are shown to administrators, and to account managers where all customers whom it concerns, at least one, are
theirs. Everybody else sees a dot for each of their characters, so that all else keeps its place. What is kept
as the address or the number of somebody whom the viewer may see is shown: it goes by the rights of that one
(docs/rights.md).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.language.personal import blanked
from kb.model.fact import Evidence, Fact, Quote
from kb.model.identity import label_of
from kb.model.reading import Interaction, Mention, Participant, TouchRow
from kb.model.viewer import Role, Viewer
from kb.ports import Graph
from kb.store.scope import in_scope

FOREIGN = """
UNWIND $ids AS id MATCH (i:Interaction {id: id})-[:INVOLVES]->(c:Customer)
WITH id, CASE WHEN c.owner = $viewer OR c.team IN $teams THEN 0 ELSE 1 END AS foreign
RETURN id, sum(foreign) AS foreign LIMIT $limit
"""
OWN = {
    "Customer": """
UNWIND $ids AS id MATCH (c:Customer {id: id}) WHERE c.owner = $viewer OR c.team IN $teams
RETURN DISTINCT id LIMIT $limit
""",
    "Contact": """
UNWIND $ids AS id MATCH (:Contact {id: id})-[:CONTACT_OF]->(c:Customer)
WHERE c.owner = $viewer OR c.team IN $teams
RETURN DISTINCT id LIMIT $limit
""",
}
TEXTS = "UNWIND $ids AS id MATCH (i:Interaction {id: id}) RETURN id, i.text AS text LIMIT $limit"
ORDER = "order"  # has no words; its number may look like anything
KEPT_AS_SUCH = frozenset({"email", "phone"})  # predicates: under the rights of whom they are about
IN_WORDS = frozenset(
    {"aspect", "compared_with", "opinion_words", "target"}
)  # qualifiers as somebody said them
FEWEST_DIGITS = 5  # of a quote that may hold a part of a number
AHEAD = 400  # characters behind an excerpt that are looked at: a number may go on there


class Discretion:
    """Tells what a viewer may read as it is, and shows the rest without personal data."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def plain(self, viewer: Viewer, ids: Iterable[str]) -> set[str]:
        """Those of the interactions that the viewer reads as they are."""
        wanted = sorted(set(ids))
        if viewer.sees_everything:
            return set(wanted)
        if not wanted or Role.ACCOUNT_MANAGER not in viewer.roles:
            return set()
        rows = self._graph.read(FOREIGN, ids=wanted, limit=len(wanted), **in_scope(viewer))
        return {row["id"] for row in rows if not row["foreign"]}

    def facts(self, viewer: Viewer, facts: Sequence[Fact]) -> list[Fact]:
        """The facts, their textual values and quotes as the viewer may read them."""
        if viewer.sees_everything:
            return list(facts)
        own = self._own(viewer, {fact.claim.subject for fact in facts if _valued(fact) != fact})
        quoted = {quote.interaction for fact in facts for quote in _telling(fact)}
        plain = self.plain(viewer, quoted)
        texts = self._texts(quoted - plain)
        shown = [fact if fact.claim.subject in own else _valued(fact) for fact in facts]
        return [_quoting(fact, texts) for fact in shown] if texts else shown

    def _own(self, viewer: Viewer, subjects: Collection[str]) -> set[str]:
        """Those of the subjects that are the viewer's own customers, or people there."""
        if not subjects or Role.ACCOUNT_MANAGER not in viewer.roles:
            return set()
        found = set[str]()
        for label, query in OWN.items():
            wanted = sorted(one for one in subjects if label_of(one) == label)
            if wanted:
                rows = self._graph.read(query, ids=wanted, limit=len(wanted), **in_scope(viewer))
                found.update(row["id"] for row in rows)
        return found

    def _texts(self, ids: Collection[str]) -> dict[str, str]:
        if not ids:
            return {}
        rows = self._graph.read(TEXTS, ids=sorted(ids), limit=len(ids))
        return {row["id"]: row["text"] or "" for row in rows}


def discreet(found: Interaction) -> Interaction:
    """An interaction without personal data, but for addresses of those whom the viewer may see."""
    if found.channel == ORDER:
        return found
    return replace(
        found,
        title=blanked(found.title),
        text=blanked(found.text),
        participants=tuple(map(_participant, found.participants)),
        mentions=tuple(map(_mention, found.mentions)),
        attachments=tuple(map(blanked, found.attachments)),
    )


def discreet_touch(row: TouchRow, props: Mapping[str, Any]) -> TouchRow:
    """A line of a timeline without personal data; `props`, of its interaction, hold the text."""
    if row.channel == ORDER:
        return row
    length = len(row.excerpt)
    return replace(
        row,
        title=blanked(row.title),
        excerpt=blanked((props.get("text") or "")[: length + AHEAD])[:length],
        people=tuple(map(_addressed, row.people)),
    )


def _participant(one: Participant) -> Participant:
    if one.node is not None:
        return one
    address = one.address and _address(one.address)
    return replace(one, name=one.name and _addressed(one.name), address=address)


def _mention(one: Mention) -> Mention:
    return replace(one, name=blanked(one.name))


def _address(address: str) -> str:
    """ "mailto:•••••": which way it leads is no secret."""
    scheme, mark, rest = address.rpartition(":")
    return scheme + mark + "•" * len(rest)


def _addressed(name: str) -> str:
    """A name, which may be an address where no name was known."""
    scheme, mark, _ = name.partition(":")
    return _address(name) if mark and scheme.isascii() and scheme.islower() else blanked(name)


def _valued(fact: Fact) -> Fact:
    """The fact without personal data in its value and in the words that narrow it."""
    claim = fact.claim
    value, qualifiers = claim.value, claim.qualifiers
    if isinstance(value, str) and claim.predicate not in KEPT_AS_SUCH:
        value = blanked(value)
    if any(name in IN_WORDS for name, _ in qualifiers):
        qualifiers = tuple((name, blanked(word) if name in IN_WORDS else word) for name, word in qualifiers)
    if (value, qualifiers) == (claim.value, claim.qualifiers):
        return fact
    return replace(fact, claim=replace(claim, value=value, qualifiers=qualifiers))


def _telling(fact: Fact) -> list[Quote]:
    """The quotes that may hold personal data, or a part of it."""
    return [
        piece
        for piece in fact.claim.evidence
        if isinstance(piece, Quote)
        and ("@" in piece.text or "＠" in piece.text or sum(map(str.isdigit, piece.text)) >= FEWEST_DIGITS)
    ]


def _quoting(fact: Fact, texts: Mapping[str, str]) -> Fact:
    """The fact with quotes as the whole texts show them: a number is told by the words around it."""
    evidence = tuple(_shown(piece, texts) for piece in fact.claim.evidence)
    return replace(fact, claim=replace(fact.claim, evidence=evidence))


def _shown(piece: Evidence, texts: Mapping[str, str]) -> Evidence:
    if not isinstance(piece, Quote) or not piece.text or piece.interaction not in texts:
        return piece
    text = texts[piece.interaction]
    stands = text[piece.start : piece.end] == piece.text
    words = blanked(text)[piece.start : piece.end] if stands else piece.text
    return replace(piece, text=blanked(words))
