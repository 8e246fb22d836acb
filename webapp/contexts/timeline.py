"""What happened with a customer, newest first, as far as it has been loaded."""

from dataclasses import dataclass

from kb.model.listing import Listing
from kb.model.reading import TouchRow
from webapp import vocabulary
from webapp.as_of import Moments
from webapp.contexts.interactions import CHANNEL_ICONS, TouchView, touch_view
from webapp.links import address


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChoice:
    code: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """`touches` begin at `offset` of `total`; `href_more` leads to the next ones, None at the end."""

    customer: str
    channel: str | None  # only this one is shown
    channels: tuple[ChannelChoice, ...]
    touches: tuple[TouchView, ...]
    total: int
    offset: int
    query: dict[str, str]  # the moments
    href_more: str | None


def timeline_view(customer: str, found: Listing[TouchRow], channel: str | None, moments: Moments) -> Timeline:
    shown = found.offset + len(found.items)
    more = address("customers.timeline", id=customer, channel=channel, offset=shown, **moments.query)
    return Timeline(
        customer=customer,
        channel=channel,
        channels=tuple(ChannelChoice(code=code, icon=CHANNEL_ICONS[code]) for code in vocabulary.channels()),
        touches=tuple(touch_view(row) for row in found.items),
        total=found.total,
        offset=found.offset,
        query=moments.query,
        href_more=more if found.items and shown < found.total else None,
    )
