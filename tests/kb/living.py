"""Living a random story: its steps become runs, acts by hand and reverts of a World."""

from collections import Counter

from kb.errors import Conflict, Invalid, NotFound
from kb.model.acts import Correct, Dispute, End, Retract
from kb.model.fact import Evidence, Kind, Premise, Quote, Value
from kb.model.ledger import Draft, Run, RunStatus
from kb.model.moment import FOREVER, Interval
from ontology.terms import PREDICATES
from tests.kb.drafts import act, line, mail, node, ordered, stated
from tests.kb.parts import ADMIN, DAY, START, World
from tests.kb.stories import SLOTS, File, Hand, Line, Mail, Node, Overlap, Piece, Revert, Say, Story


def live(world: World, story: Story) -> list[Run]:
    """Everything that the story tells; the runs that were reverted."""
    reverted: list[Run] = []
    for step in story.steps:
        match step:
            case File():
                drafts = drafts_of(step.pieces, world)
                size = step.batch or len(drafts)
                run = world.opened()
                for start in range(0, len(drafts), size):
                    part = drafts[start : start + size]
                    last = start + size >= len(drafts) and not step.unfinished
                    run = world.ledger.land(run, part, entries=len(part), last=last)
                world.ledger.finish(run, RunStatus.STOPPED if step.unfinished else RunStatus.DONE)
            case Overlap():
                _overlap(world, step)
            case Hand():
                _by_hand(world, step)
            case Revert():
                reverted += _revert(world, step)
        world.keeping.catch_up()
    return reverted


def _overlap(world: World, step: Overlap) -> None:
    drafts = drafts_of(step.first, world)
    first = world.opened()
    first = world.ledger.land(first, drafts[:1], entries=1)
    world.keeping.catch_up()
    world.run(*drafts_of(step.second, world))
    first = world.ledger.land(first, drafts[1:], entries=1, last=True)
    world.done(first)


def _revert(world: World, step: Revert) -> list[Run]:
    names = [told.run.id for told in world.ledger.story if told.step == "open"]
    runs = [world.ledger.run(name) for name in names]
    able = [run for run in runs if run.status in {RunStatus.DONE, RunStatus.STOPPED}]
    if not able:
        return []
    run = able[step.number % len(able)]
    world.revert(run)
    return [run]


def _by_hand(world: World, step: Hand) -> None:
    before = world.ledger.last_seq()
    try:
        _say(world, step)
    except (NotFound, Invalid, Conflict):
        assert world.ledger.last_seq() == before


def _say(world: World, step: Hand) -> None:
    said, known = step.say, world.knowledge
    subject, predicate = SLOTS[said.statement]
    value, object, unit = content(predicate, said.choice)
    since, until = START + said.since * DAY, None if said.until is None else START + said.until * DAY
    if said.what == "state":
        known.state(
            ADMIN,
            subject=subject,
            predicate=predicate,
            value=value,
            object=object,
            unit=unit,
            kind=Kind.EXPERT if said.choice else Kind.CONVERSATIONAL,
            valid_from=since,
            valid_to=until,
            note="I heard so.",
        )
        return
    rows = world.graph.read(
        "MATCH (f:Fact) WHERE f.superseded_at = $open "
        "RETURN DISTINCT f.statement AS id, f.predicate AS about ORDER BY id",
        open=FOREVER,
    )
    if not rows:
        return
    row = rows[step.number % len(rows)]
    value, object, unit = content(row["about"], said.choice)
    match said.what:
        case "correct":
            known.correct(ADMIN, row["id"], value=value, object=object, valid_to=until, note="No.")
        case "end":
            known.end(ADMIN, row["id"], at=since + DAY, note="It is over.")
        case "dispute":
            known.dispute(ADMIN, row["id"], note="They say no.")
        case _:
            known.retract(ADMIN, row["id"], note="A mistake.")


def drafts_of(said: tuple[Piece, ...], world: World) -> list[Draft]:
    """The records of one file: what repeats a key gets its number, what lines name comes at the end."""
    facts = [row["id"] for row in world.graph.read("MATCH (f:Fact) RETURN f.id AS id ORDER BY id")]
    drafts: list[Draft] = []
    for piece in said:
        drafts += _drafts(piece, facts)
    orders = [draft for draft in drafts if draft.kind.value == "order_line"]
    drafts += ordered(*orders)[len(orders) :] if orders else []
    seen: Counter[str] = Counter()
    numbered = []
    for draft in drafts:
        seen[draft.key] += 1
        key = draft.key + (f"#{seen[draft.key]}" if seen[draft.key] > 1 else "")
        numbered.append(draft._replace(key=key))
    return numbered


def _drafts(piece: Piece, facts: list[str]) -> tuple[Draft, ...]:
    match piece:
        case Line():
            return (
                line(
                    piece.order,
                    piece.customer,
                    piece.product,
                    quantity=piece.quantity,
                    price=piece.price,
                    currency=piece.currency,
                    at=START + piece.day * DAY,
                    category=piece.category,
                ),
            )
        case Node():
            contact = piece.id.startswith("contact") and piece.employer
            links = [("CONTACT_OF", piece.employer)] if contact and piece.employer else []
            return (node(piece.id, piece.name, source=piece.source, rank=piece.rank, links=links),)
        case Mail():
            return mail(piece.id, piece.text, about=piece.about)
        case Say():
            return (_act(piece, facts),)


def _act(said: Say, facts: list[str]) -> Draft:
    subject, predicate = SLOTS[said.statement]
    value, object, unit = content(predicate, said.choice)
    since, until = START + said.since * DAY, FOREVER if said.until is None else START + said.until * DAY
    evidence = _evidence(said, facts)
    match said.what:
        case "state":
            return stated(
                subject,
                predicate,
                value,
                *evidence,
                statement=said.statement,
                since=since,
                until=until,
                kind=said.kind,
                object=object,
                unit=unit,
                rule=said.rule,
                qualifiers=said.qualifiers,
            )
        case "correct":
            over = Interval(since, until) if said.until else None
            done = Correct(
                statement=said.statement,
                evidence=evidence,
                value=value,
                object=object,
                interval=over,
                qualifiers=said.qualifiers,
            )
            return act(subject, predicate, done)
        case "end":
            ended = End(
                statement=said.statement,
                at=since,
                evidence=evidence if said.qualifiers else (),
                qualifiers=said.qualifiers,
            )
            return act(subject, predicate, ended)
        case "dispute":
            return act(subject, predicate, Dispute(statement=said.statement, evidence=evidence))
        case _:
            return act(subject, predicate, Retract(statement=said.statement))


def _evidence(said: Say, facts: list[str]) -> tuple[Evidence, ...]:
    return tuple(
        Quote(one)
        if isinstance(one, str)
        else (Premise(facts[one % len(facts)]) if facts else Quote("mail:1"))
        for one in said.evidence
    )


def content(predicate: str, choice: int) -> tuple[Value | None, str | None, str | None]:
    """Value, object and unit that the predicate may have."""
    about = PREDICATES[predicate]
    if about.object_class:
        return None, ("customer:C-1", "customer:C-2", "customer:C-3")[choice], None
    unit = ("EUR", "EUR", "CNY")[choice] if about.unit == "currency" else None
    if about.range == "integer":
        return choice, None, unit
    if about.range == "decimal":
        return ("5", "30.00", "5")[choice], None, unit
    return ("email", "call", "chat")[choice], None, unit
