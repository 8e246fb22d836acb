"""The "as of" control: two moments, quick choices, and a sentence when the page does not show the present."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass

from kb.model.moment import to_iso, to_millis
from webapp import display
from webapp.as_of import KNOWN, VALID, Moments
from webapp.language import zone
from webapp.parts import now
from webapp.translate import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOfView:
    """`action` is where the form of the control leads; its fields are in the reader's time zone."""

    is_now: bool
    action: str
    valid: int
    known: int
    valid_input: str  # "" where it is now
    known_input: str
    choices: tuple[Choice, ...]
    zone: str


def as_of_view(moments: Moments, address: Callable[..., str]) -> AsOfView:
    """`address(**query)` makes the address of this page with a query."""
    return AsOfView(
        is_now=moments.is_now,
        action=address(),
        valid=moments.valid,
        known=moments.known,
        valid_input=display.input_instant(moments.valid) if moments.valid_given else "",
        known_input=display.input_instant(moments.known) if moments.known_given else "",
        choices=tuple(_choices(moments, address)),
        zone=zone().key,
    )


def _choices(moments: Moments, address: Callable[..., str]) -> list[Choice]:
    back = {_("a month ago"): 1, _("a year ago"): 12}
    past = [_past(label, _before(months), moments, address) for label, months in back.items()]
    return [Choice(label=_("now"), href=address(), current=moments.is_now), *past]


def _past(label: str, moment: int, moments: Moments, address: Callable[..., str]) -> Choice:
    query = {VALID: to_iso(moment), KNOWN: to_iso(moment)}
    return Choice(label=label, href=address(**query), current=moments.query == query)


def _before(months: int) -> int:
    """So many months ago, on the whole hour, so that the address is the same for a while."""
    here = display.local(now()).replace(minute=0, second=0, microsecond=0)
    year, month = divmod(here.year * 12 + here.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return to_millis(here.replace(year=year, month=month + 1, day=min(here.day, last)))
