"""From a source's entries to ledger records: each counted record, and what we derive from it."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from ingest import linking, node_facts
from ingest.directory import Directory
from ingest.names import expert_id
from ingest.records import Entry, Parsed, Rejected
from kb.errors import Invalid
from kb.model.acts import State
from kb.model.fact import Claim, Kind, Quote
from kb.model.identity import label_of
from kb.model.ledger import Draft, Json, Reason, RecordKind, Rejection, Run
from kb.model.moment import FOREVER, Interval
from kb.model.money import ten_thousandths
from kb.projection.acts_json import payload_of, refs_of
from kb.vocabulary import checked, predicate_of

RANKS = {
    "contacts": 10,
    "products": 10,
    "knowledge": 2,
    "orders": 1,
}  # whose word counts for a node's display
INTRODUCED = ("Requirement", "Expert", "Feature")  # nodes that come into being by being written about


class Drafting:
    """Turns the entries of one run into drafts. `directory` is what was known when the run began."""

    def __init__(self, run: Run, directory: Directory) -> None:
        self._run = run
        self._directory = directory
        self._linker: linking.Linker | None = None
        self.met: list[Mapping[str, Any]] = []  # nodes that this run brought

    def of(self, entry: Entry) -> Iterator[Draft]:
        """The drafts of one entry: first the one that is counted, then those derived from it."""
        if isinstance(entry, Rejected):
            yield self._rejected(entry, Rejection(reason=entry.reason, field=entry.field, value=entry.value))
            return
        match entry.kind:
            case RecordKind.ORDER_LINE:
                yield self._line(entry)
            case RecordKind.NODE:
                yield from self._row(entry)
            case RecordKind.INTERACTION:
                yield from self._interaction(entry)
            case _:
                yield from self._statement(entry)

    def _rejected(self, entry: Entry, rejection: Rejection) -> Draft:
        key = f"rejected/{self._run.id}/{entry.place}/{blake2b(entry.raw, digest_size=6).hexdigest()}"
        return Draft(
            kind=RecordKind.ROW,
            key=key,
            unit=key,
            payload={},
            place=entry.place,
            raw=entry.raw,
            rejection=rejection,
        )

    def _line(self, entry: Parsed) -> Draft:
        payload: dict[str, Any] = dict(entry.payload)
        amount = ten_thousandths(payload["quantity"], payload["unit_price"])
        if amount is not None:
            payload["amount"] = amount
        if not payload.get("category"):
            category = self._directory.categories.get(f"product:{payload['product']}")
            if category:
                payload["category"] = category
        customer = payload["customer"]
        return Draft(
            kind=RecordKind.ORDER_LINE,
            key=entry.key,
            unit=f"order:{payload['order']}",
            subject=customer and f"customer:{customer}",
            payload=payload,
            place=entry.place,
            raw=entry.raw,
        )

    def _row(self, entry: Parsed) -> Iterator[Draft]:
        payload: Any = entry.payload
        nodes = [self._resolved(dict(node)) for node in payload.get("nodes") or [payload]]
        yield Draft(
            kind=RecordKind.ROW,
            key=entry.key,
            unit=entry.key,
            payload={"nodes": nodes},
            place=entry.place,
            raw=entry.raw,
        )
        yield from self.introduced(nodes, entry.place)
        yield from node_facts.drafts(self._run, self._run.source, nodes, entry.place)

    def introduced(self, nodes: Sequence[Mapping[str, Any]], place: int) -> Iterator[Draft]:
        """Node records for nodes that a row declares or a line names."""
        for node in nodes:
            self.met.append(node)
            links = node.get("links", ())
            yield Draft(
                kind=RecordKind.NODE,
                key=f"{self._run.source}/node/{node['id']}" + _which(node),
                unit=node["id"],
                payload={**node, "rank": RANKS.get(self._run.source, 1)},
                refs=tuple(link["target"] for link in links),
                place=place,
                derived=True,
            )

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        """A contact who gives only the name of an organisation joins the one customer that bears it."""
        props = node.get("props", {})
        organisation = props.get("organisation")
        if label_of(node["id"]) != "Contact" or node.get("links") or not organisation:
            return node
        customer = self._directory.one(organisation, "Customer")
        if customer:
            node["links"] = [{"rel": "CONTACT_OF", "target": customer, "role": props.get("role")}]
        return node

    def _interaction(self, entry: Parsed) -> Iterator[Draft]:
        payload: Any = entry.payload
        yield Draft(
            kind=RecordKind.INTERACTION,
            key=entry.key,
            unit=payload["id"],
            payload=payload,
            content=_told(payload),
            place=entry.place,
            raw=entry.raw,
        )
        if self._linker is None:
            self._linker = linking.Linker(self._directory)
        yield from linking.drafts(payload["id"], self._linker.links(payload), entry.place)

    def _statement(self, entry: Parsed) -> Iterator[Draft]:
        """A row of what somebody wrote down: the words as a note, and the act that rests on them."""
        said: Any = entry.payload
        try:
            payload = self._act(said)
        except Invalid as problem:
            field = str(problem.data["field"])
            rejection = Rejection(
                reason=Reason.BAD_VALUE, field=field, value=str(said.get(field) or "")[:200]
            )
            yield self._rejected(entry, rejection)
            return
        missing = self._missing(said)
        if missing:
            field, id = missing
            rejection = Rejection(reason=Reason.UNKNOWN_REFERENCE, field=field, value=id)
            yield self._rejected(entry, rejection)
            return
        yield Draft(
            kind=RecordKind.FACT,
            key=entry.key,
            unit=said["subject"],
            payload=payload,
            refs=refs_of(payload),
            place=entry.place,
            raw=entry.raw,
        )
        yield from self._around(said, entry.place)

    def _act(self, said: Mapping[str, Any]) -> dict[str, Json]:
        subject, predicate = said["subject"], said["predicate"]
        value, object = checked(predicate_of(predicate, subject), said.get("value"), said.get("object"))
        note = said["note"]
        valid_to = said.get("valid_to")
        claim = Claim(
            subject=subject,
            predicate=predicate,
            kind=Kind(said["kind"]),
            confidence=said["confidence"],
            evidence=(Quote(note["id"], 0, len(note["text"]), note["text"]),),
            value=value,
            object=object,
            unit=said.get("unit"),
        )
        interval = Interval(said["valid_from"], FOREVER if valid_to is None else valid_to)
        act = State(statement=said["statement"], claim=claim, interval=interval)
        return payload_of(act, subject, predicate)

    def _missing(self, said: Mapping[str, Any]) -> tuple[str, str] | None:
        """The first of subject and object that nobody has heard of."""
        for field in ("subject", "object"):
            id = said.get(field)
            if id and id not in self._directory.nodes and label_of(id) not in INTRODUCED:
                return field, id
        return None

    def _around(self, said: Mapping[str, Any], place: int) -> Iterator[Draft]:
        note, subject = said["note"], said["subject"]
        author = said.get("author") or ""
        expert = expert_id(author) if author else None
        nodes = [_bare(id) for id in (subject, said.get("object")) if id and label_of(id) in INTRODUCED]
        if said["predicate"] == "requirementTitle":
            nodes.append({**_bare(subject), "names": [said["value"]], "props": {"name": said["value"]}})
        if expert:
            nodes.append({"id": expert, "names": [author], "props": {"name": author}})
        yield from self.introduced(nodes, place)
        payload: dict[str, Json] = {
            "id": note["id"],
            "channel": "note",
            "direction": "internal",
            "at": note["at"],
            "at_source": "stated",
            "title": "",
            "text": note["text"],
            "language": "und",
            "participants": [{"role": "author", "name": author or None, "address": None}],
        }
        yield Draft(
            kind=RecordKind.INTERACTION,
            key=note["id"],
            unit=note["id"],
            payload=payload,
            place=place,
            derived=True,
        )
        about = [subject, *self._directory.employments.get(subject, {})]
        if said.get("object"):
            about.append(said["object"])
        links = [linking.Link(target, "about", "row") for target in dict.fromkeys(about)]
        if expert:
            links.append(linking.Link(expert, "author", "row"))
        yield from linking.drafts(note["id"], links, place)


def _bare(id: str) -> dict[str, Any]:
    return {"id": id, "names": [], "props": {}}


def _which(node: Mapping[str, Any]) -> str:
    """Tells apart the records of one node: that it exists, what it is, and each time somewhere."""
    times = sorted(
        f"{link['target']}@{link.get('since') or ''}"
        for link in node.get("links", ())
        if link["rel"] == "CONTACT_OF"
    )
    return "/".join(("" if node.get("props") else "/bare", *times))


def _told(payload: Mapping[str, Any]) -> str | None:
    """What makes an interaction the same: all of it, but for a time that is only the file's own."""
    if payload.get("at_source") != "file":
        return None
    kept = {key: value for key, value in sorted(payload.items()) if key not in {"at", "ends_at", "segments"}}
    return repr(kept)
