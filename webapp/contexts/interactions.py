"""Interactions as pages show them: the words with what is marked and mentioned, lines, people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from kb.model.reading import Interaction, Line, Mention, Participant, TouchRow
from webapp import display, vocabulary, wording
from webapp.contexts.margin import MarginNote, Told
from webapp.links import page_of

CHANNEL_ICONS = {
    "email": "mail",
    "chat": "messages",
    "call": "phone",
    "meeting": "users",
    "visit": "map-pin",
    "note": "note",
    "form": "forms",
    "survey": "clipboard-list",
    "review": "star",
    "order": "shopping-cart",
    "payment": "credit-card",
    "usage": "activity",
    "ticket": "ticket",
    "record": "list-details",
}
DIRECTION_ICONS = {"inbound": "arrow-down-left", "outbound": "arrow-up-right", "internal": "building"}
AROUND = 400  # code points shown on each side of the words in a panel; the page shows the whole text


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text that is marked, or a mention, or plain."""

    text: str
    marked: bool = False
    mention: str | None = None  # what is mentioned, for the tooltip
    href: str | None = None
    notes: tuple[int, ...] = ()  # numbers of the notes that rest on it
    closes: tuple[int, ...] = ()  # those of the notes whose first words end here


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text with its words marked; cut where only the surroundings are shown."""

    pieces: tuple[Piece, ...]
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchView:
    """An interaction in one line: of a timeline, of what an aggregate was computed from, above its words."""

    href: str
    channel: str  # code
    icon: str
    direction: str  # code
    direction_icon: str
    at: int
    title: str
    excerpt: str = ""
    people: str = ""
    threaded: bool = False
    order: str = ""  # "3 lines · €1,234.50" of an order


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    role: str
    name: str
    address: str | None
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    product: str
    href: str | None
    number: str  # stock number
    quantity: str
    price: str
    amount: str
    returned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionPage:
    """Everything about one interaction."""

    touch: TouchView
    ends_at: int | None
    time_of_file: bool  # the record stated no time
    people: tuple[Person, ...]
    words: Words | None
    notes: tuple[MarginNote, ...]  # what it told
    attachments: tuple[str, ...]
    lines: tuple[LineView, ...]
    totals: tuple[str, ...]
    customers: tuple[tuple[str, str], ...]  # (address, name)


def interaction_page(
    found: Interaction, marked: tuple[int, int], notes: Sequence[MarginNote] = (), told: Sequence[Told] = ()
) -> InteractionPage:
    """`marked`: code points [start, end) to highlight; an empty range highlights nothing."""
    return InteractionPage(
        touch=touch_of(found),
        ends_at=found.ends_at,
        time_of_file=found.at_source == "file",
        people=tuple(_person(participant) for participant in found.participants),
        words=Words(pieces=pieces(found.text, found.mentions, marked, told)) if found.text else None,
        notes=tuple(notes),
        attachments=found.attachments,
        lines=lines_of(found.lines),
        totals=totals(found.lines),
        customers=tuple((page_of(id) or "", name) for id, name in found.customers),
    )


def lines_of(lines: Sequence[Line]) -> tuple[LineView, ...]:
    return tuple(_line(line) for line in lines)


def touch_of(found: Interaction, href: str | None = None) -> TouchView:
    """The interaction in one line, leading to `href` or else to its page."""
    return TouchView(
        href=href or page_of(found.id) or "",
        channel=found.channel,
        icon=CHANNEL_ICONS.get(found.channel, "info-circle"),
        direction=found.direction,
        direction_icon=DIRECTION_ICONS.get(found.direction, "help-circle"),
        at=found.at,
        title=found.title or vocabulary.channel(found.channel),
    )


def touch_view(row: TouchRow) -> TouchView:
    amounts = [display.money(amount, currency) for currency, amount in row.amounts]
    return TouchView(
        href=page_of(row.id) or "",
        channel=row.channel,
        icon=CHANNEL_ICONS.get(row.channel, "info-circle"),
        direction=row.direction,
        direction_icon=DIRECTION_ICONS.get(row.direction, "help-circle"),
        at=row.at,
        title=row.title or vocabulary.channel(row.channel),
        excerpt=row.excerpt,
        people=", ".join(row.people),
        threaded=row.thread not in (None, row.id),  # the first of a conversation gives it its id
        order=" · ".join([wording.lines(row.lines), *amounts]) if row.lines else "",
    )


def pieces(
    text: str, mentions: Sequence[Mention], marked: tuple[int, int], told: Sequence[Told] = ()
) -> tuple[Piece, ...]:
    """The text cut wherever a mention, the marked words or those of a note begin or end.

    Of nested mentions the first wins; of notes that overlap, all are told.
    """
    edges = {0, len(text), *(min(max(edge, 0), len(text)) for edge in marked)}
    spans = [(one.start, one.end) for one in mentions] + [(one.start, one.end) for one in told]
    edges.update(edge for span in spans for edge in span if 0 <= edge <= len(text))
    cuts = sorted(edges)
    plain = (_piece(text, start, end, mentions, marked) for start, end in pairwise(cuts))
    if not told:
        return tuple(plain)
    first = {one.number: one.end for one in reversed(told)}  # of a note with several words
    return tuple(
        replace(
            piece,
            notes=tuple(sorted({one.number for one in told if one.start <= start and end <= one.end})),
            closes=tuple(sorted(number for number, last in first.items() if last == end)),
        )
        for piece, (start, end) in zip(plain, pairwise(cuts), strict=True)
    )


def surroundings(text: str, start: int, end: int) -> Words:
    """The words with what stands around them, as much as a panel holds."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    return Words(
        pieces=pieces(text[first:last], (), (start - first, end - first)),
        cut_before=first > 0,
        cut_after=last < len(text),
    )


def totals(lines: Sequence[Line]) -> tuple[str, ...]:
    """What the lines come to, by currency; lines without a price count nothing."""
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.amount is not None:
            sums[line.currency] += Decimal(line.amount)
    return tuple(display.money(str(amount), currency) for currency, amount in sums.items())


def _piece(text: str, start: int, end: int, mentions: Sequence[Mention], marked: tuple[int, int]) -> Piece:
    mention = next((m for m in mentions if m.start <= start and end <= m.end), None)
    return Piece(
        text=text[start:end],
        marked=marked[0] <= start and end <= marked[1],
        mention=f"{vocabulary.node_type(mention.label)}: {mention.name}" if mention else None,
        href=page_of(mention.node) if mention else None,
    )


def _person(participant: Participant) -> Person:
    address = (participant.address or "").removeprefix("mailto:").removeprefix("tel:") or None
    return Person(
        role=wording.participant(participant.role),
        name=participant.name or address or "?",
        address=address if participant.name else None,
        href=page_of(participant.node) if participant.node else None,
    )


def _line(line: Line) -> LineView:
    return LineView(
        product=line.name or line.product.partition(":")[2],
        href=page_of(line.product),
        number=line.product.partition(":")[2],
        quantity=display.number(line.quantity),
        price=display.money(line.unit_price, line.currency) if line.unit_price is not None else "",
        amount=display.money(line.amount, line.currency) if line.amount is not None else "",
        returned=line.quantity.startswith("-"),
    )
