"""The voice of a product as its page shows it: counts, a chart of the trend, and the words."""

from collections.abc import Mapping
from dataclasses import dataclass

from kb.model.listing import Listing
from kb.model.matters import Voiced
from kb.model.voice import POLARITIES, VOICE, Span, Voice
from webapp import display, vocabulary, wording_qualifiers
from webapp.contexts.facts import FactView, fact_view
from webapp.contexts.names import both_names
from webapp.contexts.paging import Paging
from webapp.links import address
from webapp.translate import gettext as _

WIDTH, HEIGHT, FOOT = 720, 180, 20  # of the chart, in its own units; the foot holds the labels
LABELS = 8  # at most, under the bars


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    label: str
    counts: tuple[str, ...]  # by polarity
    total: str
    href: str | None  # where only this is counted; None for the row that is chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A part of a column of the chart, from its top left corner."""

    x: float
    y: float
    width: float
    height: float
    polarity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A month or quarter: its bars one on the other, and a label where there is room for one."""

    name: str
    counts: tuple[int, ...]
    middle: float
    labelled: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    columns: tuple[Column, ...]
    most: int  # statements in the highest column
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    fact: FactView
    words: str  # the quotation, or what the fact says where there is none
    customer: str
    customer_href: str
    person: str | None
    kind: str
    source_href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePage:
    id: str
    name: str
    total: int
    everybody: bool  # the counts are of all customers
    reads_words: bool
    polarities: tuple[tuple[str, str], ...]  # (code, label)
    kinds: tuple[CountRow, ...]
    topics: tuple[CountRow, ...]
    chart: Chart | None
    said: tuple[Said, ...]
    paging: Paging
    values: Mapping[str, str]  # what the fields of the question hold
    kind_choices: tuple[tuple[str, str], ...]
    topic_choices: tuple[tuple[str, str], ...]


def voice_page(
    voice: Voice,
    words: Listing[Voiced],
    names: Mapping[str, str],
    values: Mapping[str, str],
    paged: Paging,
    *,
    reads_words: bool,
) -> VoicePage:
    topics = [(id, both_names(name, name_zh)[0]) for id, name, name_zh in voice.topics]

    def row(label: str, counts: Mapping[str, int], **chosen: str) -> CountRow:
        there = all(values.get(name) == code for name, code in chosen.items())
        href = address("products.voice", id=voice.product, **{**values, **chosen})
        return CountRow(
            label=label,
            counts=tuple(display.number(counts[polarity]) for polarity in POLARITIES),
            total=display.number(sum(counts.values())),
            href=None if there else href,
        )

    return VoicePage(
        id=voice.product,
        name=topics[0][1],
        total=voice.total,
        everybody=voice.everybody,
        reads_words=reads_words,
        polarities=tuple((code, wording_qualifiers.polarity(code)) for code in POLARITIES),
        kinds=tuple(
            row(vocabulary.predicate(kind), voice.counted(kind=kind), kind=kind)
            for kind in VOICE
            if any(voice.counted(kind=kind).values())
        ),
        topics=tuple(
            row(name, voice.counted(topic=id), feature=id)
            for id, name in topics
            if any(voice.counted(topic=id).values())
        ),
        chart=chart(voice.trend()),
        said=tuple(_said(one, names) for one in words.items),
        paging=paged,
        values=values,
        kind_choices=tuple((kind, vocabulary.predicate(kind)) for kind in VOICE),
        topic_choices=tuple(topics),
    )


def chart(trend: tuple[Span, ...]) -> Chart | None:
    """Columns over the width, the highest over the height; None where nothing was said."""
    if not trend:
        return None
    most = max(span.total for span in trend)
    step = WIDTH / len(trend)
    every = -(-len(trend) // LABELS)
    columns = tuple(
        _column(span, place * step, step, most, labelled=place % every == 0)
        for place, span in enumerate(trend)
    )
    summary = _(
        "What was said from %(first)s to %(last)s, at most %(most)s statements at a time",
        first=trend[0].name,
        last=trend[-1].name,
        most=display.number(most),
    )
    return Chart(columns=columns, most=most, summary=summary)


def _column(span: Span, left: float, step: float, most: int, *, labelled: bool) -> Column:
    width = min(step * 0.7, 40.0)
    middle = left + step / 2
    bars: list[Bar] = []
    base = float(HEIGHT - FOOT)
    for polarity, count in reversed(span.counts):
        height = count * (HEIGHT - FOOT - 4) / most
        base -= height
        if count:
            bars.append(
                Bar(
                    x=round(middle - width / 2, 1),
                    y=round(base, 1),
                    width=round(width, 1),
                    height=round(height, 1),
                    polarity=polarity,
                )
            )
    counts = tuple(count for _, count in span.counts)
    return Column(name=span.name, counts=counts, middle=round(middle, 1), labelled=labelled, bars=tuple(bars))


def _said(one: Voiced, names: Mapping[str, str]) -> Said:
    quotes = [piece for piece in one.fact.claim.evidence if getattr(piece, "text", "")]
    quote = quotes[0] if quotes else None
    fact = fact_view(one.fact, names)
    return Said(
        fact=fact,
        words=getattr(quote, "text", "") or fact.value,
        customer=both_names(one.customer_name, one.customer_name_zh)[0],
        customer_href=address("customers.show", id=one.customer),
        person=one.person,
        kind=fact.predicate,
        source_href=_source(quote),
    )


def _source(quote: object) -> str | None:
    """The words in the whole conversation."""
    interaction = getattr(quote, "interaction", "")
    if not interaction:
        return None
    start, end = getattr(quote, "start", 0), getattr(quote, "end", 0)
    return address("interactions.show", id=interaction, start=start, end=end) + "#words"
