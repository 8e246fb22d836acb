"""From live records to the versions of a slot: recorded acts, and figures computed from order lines."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from kb.model.acts import Correct, Recorded, Series, State
from kb.model.belief import Exists, believe, history
from kb.model.fact import Evidence, Premise, Quote
from kb.model.ledger import LiveRecord, RecordKind
from kb.projection import facts
from kb.projection.acts_json import act_of
from kb.projection.behind import WriteBehind
from kb.projection.facts import FactWrites, Slot
from kb.projection.figures import PREDICATES, figures, orders_of
from kb.projection.rules import rules_of
from kb.projection.totals import Totals, totals_of
from kb.store.feed import Feed, Settled
from kb.store.schema import hashed

Acts = dict[Slot, list[Recorded]]


class Slots:
    """Computes what is to be written for slots. Reads ledger and graph, writes neither."""

    def __init__(self, feed: Feed, graph: WriteBehind) -> None:
        self._feed = feed
        self._graph = graph

    def fold(self, slots: Iterable[Slot], upto: int) -> FactWrites:
        """The difference for these slots, and for those derived from what changes in them.

        From all that is live up to position `upto`; one transaction is to write it.
        """
        plan: dict[Slot, FactWrites] = {}
        self._plan(set(slots), upto, plan)
        return _together(plan)

    def _plan(self, waiting: set[Slot], upto: int, plan: dict[Slot, FactWrites]) -> None:
        """Wave after wave: facts may rest on facts. Each difference is to what the graph holds now."""
        while waiting:
            changes = self._changes(waiting, upto, _together(plan))
            plan |= changes
            waiting = self._derived(_together(changes), upto)

    def _derived(self, writes: FactWrites, upto: int) -> set[Slot]:
        records = self._feed.dependents([hashed(id) for id in writes.changed], upto)
        return {(record.payload["subject"], record.payload["predicate"]) for record in records}

    def _changes(self, slots: set[Slot], upto: int, pending: FactWrites) -> dict[Slot, FactWrites]:
        acts: Acts = {slot: [] for slot in sorted(slots)}
        for record in self._feed.of_units({hashed(subject) for subject, _ in acts}, (RecordKind.FACT,), upto):
            slot = (record.payload["subject"], record.payload["predicate"])
            if slot in acts:
                acts[slot].append(Recorded(record.recorded_at, record.seq, act_of(record.payload)))
        for slot, series in self._series(acts, upto):
            acts[slot] = sorted((*acts[slot], *series), key=lambda act: (act.recorded_at, act.place))
        exists = self._existing(acts, upto, pending)
        held = facts.stored(self._graph, acts)
        changes = {slot: FactWrites() for slot in acts}
        for (subject, predicate), known in acts.items():
            wanted = history(known, rules_of(predicate), exists) if exists(subject) else ()
            facts.difference(wanted, held.get((subject, predicate), ()), changes[(subject, predicate)])
        return changes

    def settle(
        self, run: Settled, subjects: Sequence[int], upto: int
    ) -> tuple[FactWrites, dict[str, Totals]]:
        """The figures of these customers after the run, and what the customer list shows of them.

        Where the run is the customer's newest and nobody has spoken about the figures, only the
        open versions are compared; else the slots are folded whole.
        """
        apart = self._feed.overtaken(subjects, run.position)
        for record in self._feed.of_units(subjects, (RecordKind.FACT,), upto):
            if record.payload["predicate"] in PREDICATES:
                apart.add(record.unit)
        moving: dict[Slot, list[Series]] = {}
        again: set[Slot] = set()
        totals: dict[str, Totals] = {}
        for subject, customer, known in self._settled_lines(subjects, upto):
            totals[customer] = totals_of(lines_at(known, known[-1].run))
            slots = [(customer, predicate) for predicate in PREDICATES]
            if subject in apart or max(line.run for line in known) != run.position:
                again.update(slots)
            else:
                series = series_at(known, run.position)
                moving |= {slot: series.get(slot, []) for slot in slots}
        # A write under way is about other customers, and what is derived from figures is not among them.
        held = facts.stored(self._graph.beside, moving, open_only=True)
        plan = {slot: FactWrites() for slot in moving}
        for slot in sorted(moving):
            acts = [Recorded(run.recorded_at, run.seq, one) for one in moving[slot]]
            pieces = believe(acts, rules_of(slot[1]), _always)
            facts.appended(pieces, held.get(slot, ()), run.recorded_at, plan[slot])
        self._plan(again | self._derived(_together(plan), upto), upto, plan)
        return _together(plan), totals

    def totals(self, customers: Iterable[str], upto: int) -> dict[str, Totals]:
        """What the customer list shows of these customers; Totals() for one without orders."""
        found = {customer: Totals() for customer in customers}
        for _, customer, known in self._settled_lines([hashed(customer) for customer in found], upto):
            found[customer] = totals_of(lines_at(known, known[-1].run))
        return found

    def _settled_lines(
        self, subjects: Iterable[int], upto: int
    ) -> Iterator[tuple[int | None, str, list[LiveRecord]]]:
        """For each customer with lines of settled runs: its hash, its id and the lines, in order."""
        lines = self._feed.of_subjects(subjects, upto)
        settled = self._feed.settled({line.run for line in lines}, upto)
        by_subject = sorted(lines, key=lambda line: (line.subject or 0, line.run, line.seq))
        for subject, group in groupby(by_subject, key=lambda line: line.subject):
            known = [line for line in group if line.run in settled]
            if known:
                yield subject, customer_of(known), known

    def _series(self, slots: Iterable[Slot], upto: int) -> Iterator[tuple[Slot, list[Recorded]]]:
        """The computed series of each slot that has some: one for each settled run that changed it."""
        wanted = {slot for slot in slots if slot[1] in PREDICATES}
        if not wanted:
            return
        for _, _, known in self._settled_lines({hashed(subject) for subject, _ in wanted}, upto):
            settled = self._feed.settled({line.run for line in known}, upto)
            found: Acts = {}
            for position in sorted(settled):
                run = settled[position]
                series = series_at(known, position)
                for slot in wanted & (series.keys() | found.keys()):
                    acts = _changed(found.get(slot, []), series.get(slot, []))
                    found.setdefault(slot, []).extend(Recorded(run.recorded_at, run.seq, act) for act in acts)
            yield from found.items()

    def _existing(self, acts: Acts, upto: int, pending: FactWrites) -> Exists:
        """Which of the ids that the acts lean on are there; evidence of computed figures always is."""
        named: set[str] = {subject for subject, _ in acts}
        premises: set[str] = set()
        computed: set[str] = set()
        for recorded in (one for group in acts.values() for one in group):
            act = recorded.act
            if isinstance(act, Series):
                computed |= {e.interaction for _, c in act.pieces for e in c.evidence if isinstance(e, Quote)}
                continue
            nodes, evidence = _leans_on(act)
            named.update(filter(None, nodes))
            for piece in evidence:
                if isinstance(piece, Premise):
                    premises.add(piece.fact)
                else:
                    named.add(piece.interaction)
        present = self._feed.present((hashed(id) for id in named), upto)
        there = {id for id in named if hashed(id) in present}
        coming = {fact.id for fact in pending.create}
        premises_there = (facts.held(self._graph, premises) - set(pending.delete)) | (premises & coming)
        return (there | computed | premises_there).__contains__


def _leans_on(act: object) -> tuple[tuple[str | None, ...], tuple[Evidence, ...]]:
    if isinstance(act, State):
        return (act.claim.object, act.claim.qualified("about")), act.claim.evidence
    if isinstance(act, Correct):
        return (act.object, dict(act.qualifiers).get("about")), act.evidence
    return (), getattr(act, "evidence", ())


def _changed(earlier: Sequence[Recorded], now: Sequence[Series]) -> list[Series]:
    """The series that differ from the earlier ones; empty ones for statements with nothing more to say."""
    latest = {one.act.statement: one.act for one in earlier if isinstance(one.act, Series)}
    still = {series.statement for series in now}
    gone = [name for name, act in latest.items() if name not in still and act.pieces]
    return [
        *(Series(statement=name, pieces=()) for name in gone),
        *(series for series in now if latest.get(series.statement) != series),
    ]


def customer_of(lines: Sequence[LiveRecord]) -> str:
    """The id of the customer whose lines these are."""
    return f"customer:{lines[0].payload['customer']}"


def lines_at(known: Iterable[LiveRecord], position: int) -> list[LiveRecord]:
    """The customer's lines in effect after the run: amended ones as amended, moved ones gone."""
    latest: dict[int, LiveRecord] = {}
    for record in known:
        if record.run > position:
            continue
        if "moved" in record.payload:
            latest.pop(record.payload["moved"], None)
        else:
            latest[record.key_hash] = record
    return list(latest.values())


def series_at(known: Sequence[LiveRecord], position: int) -> dict[Slot, list[Series]]:
    """The figures of one customer as its lines stood after the run."""
    customer = customer_of(known)
    found: dict[Slot, list[Series]] = {}
    for series in figures(customer, orders_of(lines_at(known, position))):
        found.setdefault((customer, series.pieces[0][1].predicate), []).append(series)
    return found


def _together(plan: dict[Slot, FactWrites]) -> FactWrites:
    together = FactWrites()
    for slot in sorted(plan):
        together.add(plan[slot])
    return together


def _always(_id: str) -> bool:
    return True
