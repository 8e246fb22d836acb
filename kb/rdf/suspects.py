"""The part of a graph that must be asked every rule: what is not plainly sound, and what stands around it."""

from typing import Any, NamedTuple

from kb.model.fact import Status
from kb.model.moment import FOREVER
from kb.rdf import overlaps, sieve
from kb.rdf.overlaps import Held
from kb.rdf.rows import GraphRows, Row
from kb.rdf.statements import link_iri
from ontology.terms import PREDICATES

BELIEVED = frozenset({Status.ASSERTED, Status.INFERRED})


class Part(NamedTuple):
    """Rows, and the ids and IRIs of those among them about which the rules' answers are complete."""

    nodes: list[Row]
    again: list[Row]  # nodes whose id one of the others has
    edges: list[Row]
    asked: set[str]


def part_of(rows: GraphRows) -> Part:
    """What is not plainly sound in the graph, with its neighbours. Holds all rows in memory meanwhile."""
    return _Search(rows).part()


class _Search:
    def __init__(self, rows: GraphRows) -> None:
        self._nodes: dict[str, Row] = {}
        self._again: list[Row] = []  # nodes whose id another has
        self._suspects: set[str] = set()  # ids of nodes
        self._links: list[Row] = []  # relationships
        self._held: dict[str, str] = {}  # fact -> the node that has it
        self._objects: dict[str, str] = {}
        self._based: set[str] = set()  # nodes with evidence or a premise
        self._concluded: set[str] = set()  # facts whose premise says by which rule
        self._employed: set[str] = set()
        for row in rows.nodes():
            if row["id"] in self._nodes:
                self._again.append(row)
                self._suspects.add(row["id"])
            else:
                self._nodes[row["id"]] = row
        # An id of two nodes has no one class: whatever leans on it is looked at.
        self._labels = {id: row["label"] for id, row in self._nodes.items() if id not in self._suspects}
        self._edges = list(rows.edges())

    def part(self) -> Part:
        self._look_at_links()
        self._look_at_nodes()
        self._look_for_contradictions()
        return self._with_neighbours()

    def _look_at_links(self) -> None:
        texts = {
            id: sieve.text_of(row["props"])
            for id, row in self._nodes.items()
            if row["label"] == "Interaction"
        }
        for row in self._edges:
            if not sieve.plain_link(row, self._labels, texts):
                self._links.append(row)
                self._suspects.update((row["from"], row["to"]))
            self._note(row)

    def _note(self, row: Row) -> None:
        start, end = row["from"], row["to"]
        match row["type"]:
            case "HAS_FACT":
                if self._held.setdefault(end, start) != start:
                    self._suspects.add(end)
            case "OBJECT":
                if self._objects.setdefault(start, end) != end:
                    self._suspects.add(start)
            case "EVIDENCED_BY" | "DERIVED_FROM":
                self._based.add(start)
                if _text(row["props"].get("rule")):
                    self._concluded.add(start)
            case "CONTACT_OF":
                self._employed.add(start)
            case _:
                pass

    def _look_at_nodes(self) -> None:
        names = sieve.Names()
        for id, row in self._nodes.items():
            if not (names.usual(row["props"]) and self._plain(id, row)):
                self._suspects.add(id)

    def _plain(self, id: str, row: Row) -> bool:
        props = row["props"]
        match row["label"]:
            case "Fact":
                return (
                    sieve.plain_fact(props)
                    and sieve.fitting(props, self._labels)
                    and self._held.get(id) == props["subject"]
                    and self._objects.get(id) == props.get("object")
                    and id in self._based
                    and (props["status"] != Status.INFERRED or self._says_why(id, props))
                )
            case "Interaction":
                return sieve.plain_interaction(props)
            case "Contact":
                return id in self._employed
            case _:
                return True

    def _says_why(self, id: str, props: Row) -> bool:
        return id in self._concluded or bool(_text(props.get("rule")))

    def _look_for_contradictions(self) -> None:
        """Subjects with two values at a time; those of a fact that is not plain are looked at anyway."""
        held = []
        for id, row in self._nodes.items():
            if row["label"] == "Fact":
                if id in self._suspects:
                    self._suspects.update(
                        filter(None, (self._held.get(id), _text(row["props"].get("subject"))))
                    )
                elif (one := _believed(row["props"])) is not None:
                    held.append(one)
        self._suspects |= overlaps.clashing(held)

    def _with_neighbours(self) -> Part:
        near = set(self._suspects)
        edges = []
        for row in self._edges:
            if row["from"] in self._suspects or row["to"] in self._suspects:
                edges.append(row)
                near.update((row["from"], row["to"]))
        for id in self._suspects & self._nodes.keys():
            props = self._nodes[id]["props"]
            near.update(filter(None, (_text(props.get("subject")), _text(props.get("object")))))
        nodes = [self._nodes[id] for id in sorted(near & self._nodes.keys())]
        return Part(nodes, self._again, edges, self._suspects | set(map(link_iri, self._links)))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _believed(props: Row) -> Held | None:
    """A plain fact that takes part in the rule of one value at a time; equal values differ by type here."""
    term = PREDICATES[props["predicate"]]
    if not term.functional or props["status"] not in BELIEVED:
        return None
    if (props.get("superseded_at") or FOREVER) < FOREVER:
        return None
    unit = props.get("unit") or ""
    value = props.get("value")
    says = f"{type(value).__name__} {value if value is not None else props['object']} {unit}"
    slot = (props["subject"], props["predicate"], unit if term.functional_per_unit else "")
    return Held(slot, props["valid_from"], props.get("valid_to") or FOREVER, says)
