"""Commitments, requests, incidents and complaints as pages list them: the open ones, and how others ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kb.model.matters import MATTERS, Matters, Voiced
from webapp import display, vocabulary, wording_qualifiers
from webapp.as_of import Moments
from webapp.contexts.facts import FactView, fact_view
from webapp.contexts.names import both_names
from webapp.links import address
from webapp.translate import gettext as _
from webapp.translate import lazy_gettext as _l
from webapp.translate import ngettext
from webapp.wording import Words

LABELS: Words = {
    "commitment": _l("Commitments"),
    "request": _l("Requests"),
    "incident": _l("Incidents"),
    "complaint": _l("Complaints"),
}
ORDER = tuple(LABELS)
ICONS = {
    "commitment": "calendar-event",
    "request": "message-circle",
    "incident": "alert-triangle",
    "complaint": "flag",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterView:
    fact: FactView
    customer: str  # name
    customer_href: str
    person: str | None
    when: str  # "3 days overdue", "in 5 days"; "" where there is no day
    overdue: bool
    ended: str  # "kept, 4 Apr 2026"; "" while it is open
    close_href: str | None  # where it can be closed; None where the reader may not


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterGroup:
    code: str  # predicate
    label: str
    icon: str
    open: tuple[MatterView, ...]
    closed: tuple[MatterView, ...]
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterList:
    """`customer` is the one that they are of; None where they are of all the reader's customers."""

    customer: str | None
    groups: tuple[MatterGroup, ...]
    cut: bool  # there are more open ones than are shown
    closed_cut: bool
    query: dict[str, str]  # the moments


def matter_list(
    found: Matters, names: Mapping[str, str], customer: str | None, moments: Moments, *, may_write: bool
) -> MatterList:
    today = display.local(moments.valid).date()
    opened = [_view(one, names, today, may_write=may_write) for one in found.open]
    closed = [_view(one, names, None, may_write=False) for one in found.closed]
    return MatterList(
        customer=customer,
        groups=tuple(_groups(found, opened, closed)),
        cut=found.open_cut,
        closed_cut=found.closed_cut,
        query=moments.query,
    )


def days_left(one: Voiced, today: date) -> int | None:
    """Whole days until it is due, negative once it is overdue; None where no day was said."""
    try:
        return (date.fromisoformat(one.fact.claim.qualified("due") or "") - today).days
    except ValueError:
        return None


def _groups(
    found: Matters, opened: Sequence[MatterView], closed: Sequence[MatterView]
) -> Iterable[MatterGroup]:
    for code in (*ORDER, *sorted(set(MATTERS) - set(ORDER))):
        here = _of(code, found.open, opened)
        ended = _of(code, found.closed, closed)
        if here or ended:
            yield MatterGroup(
                code=code,
                label=str(LABELS.get(code) or vocabulary.predicate(code)),
                icon=ICONS.get(code, "list-details"),
                open=here,
                closed=ended,
                overdue=sum(one.overdue for one in here),
            )


def _of(code: str, found: Sequence[Voiced], views: Sequence[MatterView]) -> tuple[MatterView, ...]:
    both = zip(found, views, strict=True)
    return tuple(view for one, view in both if one.fact.claim.predicate == code)


def _view(one: Voiced, names: Mapping[str, str], today: date | None, *, may_write: bool) -> MatterView:
    """`today` is None for what is closed: nobody counts its days any more."""
    fact = fact_view(one.fact, names)
    days = days_left(one, today) if today else None
    return MatterView(
        fact=fact,
        customer=both_names(one.customer_name, one.customer_name_zh)[0],
        customer_href=address("customers.show", id=one.customer),
        person=one.person,
        when="" if days is None else _when(days),
        overdue=days is not None and days < 0,
        ended="" if today else _ended(one),
        close_href=address("facts.show", id=fact.id, act="end") if may_write else None,
    )


def _when(days: int) -> str:
    if days < 0:
        return ngettext("%(num)s day overdue", "%(num)s days overdue", -days)
    return ngettext("in %(num)s day", "in %(num)s days", days) if days else _("due today")


def _ended(one: Voiced) -> str:
    how = one.fact.claim.qualified("closing")
    word = wording_qualifiers.closing(how) if how else _("ended")
    return _("%(how)s, %(day)s", how=word, day=display.day(one.fact.valid_to))
