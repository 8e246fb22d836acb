"""Customers: the list, and the page of one with its facts and its timeline."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from kb.model.fact import Fact
from kb.model.moment import to_iso
from kb.model.reading import CustomerSort
from kb.model.viewer import Viewer
from webapp.as_of import Moments, asked_moments, has_local_moments
from webapp.contexts.customer_list import Asked, CustomerList, columns, customer_line
from webapp.contexts.customers import (
    CustomerPage,
    FactList,
    contact_view,
    fact_list,
    properties,
)
from webapp.contexts.facts import objects_of
from webapp.contexts.moments import as_of_view
from webapp.contexts.names import both_names
from webapp.contexts.paging import paging
from webapp.contexts.timeline import Timeline, timeline_view
from webapp.links import address, bare
from webapp.parts import knowledge
from webapp.queries import offset_asked
from webapp.render import page_or_fragment
from webapp.sign_in import viewer
from webapp.views.matters import matters_of

bp = Blueprint("customers", __name__, url_prefix="/customers")

PAGE = 100  # customers on a page
FACTS = 500  # facts on a page
TOUCHES = 20  # interactions loaded at a time


@bp.get("")
def index() -> ResponseReturnValue:
    """The customers that exist for the viewer, found by any part of a name or number."""
    asked = Asked(
        search=request.args.get("search", "").strip(),
        sort=_sort(request.args.get("sort", "")),
        descending=request.args.get("descending") == "1",
    )
    found = knowledge().customers(
        viewer(),
        search=asked.search,
        sort=asked.sort,
        descending=asked.descending,
        offset=offset_asked(),
        limit=PAGE,
    )
    page = CustomerList(
        asked=asked,
        columns=columns(asked),
        customers=tuple(customer_line(row) for row in found.items),
        paging=paging(found, PAGE, lambda offset: address("customers.index", offset=offset, **asked.query)),
        may_log=viewer().sees_customers and not viewer().is_customer,
        sees_customers=viewer().sees_customers,
    )
    return page_or_fragment("customers/index", page)


@bp.get("/<id:id>")
def show(id: str) -> ResponseReturnValue:
    """Who they are, what is known about them and what happened, as of two moments."""
    moments = asked_moments()
    if has_local_moments():
        return redirect(address("customers.show", id=id, **moments.query))
    found = knowledge().customer(viewer(), id, moments.as_of)
    name, other = both_names(found.name, str(found.props.get("name_zh") or "") or None)
    on = (to_iso(moments.valid) or "")[:10]
    page = CustomerPage(
        id=id,
        number=bare(id),
        name=name,
        other_name=other,
        properties=properties(found),
        contacts=tuple(contact_view(row, on) for row in found.contacts),
        as_of=as_of_view(moments, lambda **query: address("customers.show", id=id, **query)),
        matters=matters_of(viewer(), id, moments),
        facts=_facts(viewer(), id, moments),
        timeline=_timeline(viewer(), id, moments),
    )
    return page_or_fragment("customers/show", page)


@bp.get("/<id:id>/facts")
def facts(id: str) -> ResponseReturnValue:
    """What is known about the customer as of two moments: the list that the page reloads after a change."""
    return page_or_fragment("customers/facts", _facts(viewer(), id, asked_moments()))


@bp.get("/<id:id>/commitments")
def matters(id: str) -> ResponseReturnValue:
    """What is open with the customer, and how what was open ended: reloaded after a change."""
    return page_or_fragment("customers/matters", matters_of(viewer(), id, asked_moments()))


@bp.get("/<id:id>/timeline")
def timeline(id: str) -> ResponseReturnValue:
    """More of what happened, of all channels or one."""
    return page_or_fragment("customers/timeline", _timeline(viewer(), id, asked_moments()))


def _facts(who: Viewer, id: str, moments: Moments) -> FactList:
    found = knowledge().facts(who, id, moments.as_of, limit=FACTS)
    names = _names(who, found)
    return fact_list(id, found, names, limit=FACTS, may_write=not who.is_customer, moments=moments)


def _names(who: Viewer, found: list[Fact]) -> dict[str, str]:
    objects = objects_of(found)
    return knowledge().names(who, objects) if objects else {}


def _timeline(who: Viewer, id: str, moments: Moments) -> Timeline:
    channel = request.args.get("channel") or None
    found = knowledge().timeline(
        who, id, moments.as_of, channel=channel, offset=offset_asked(), limit=TOUCHES
    )
    return timeline_view(id, found, channel, moments)


def _sort(code: str) -> CustomerSort:
    return CustomerSort(code) if code in set(CustomerSort) else CustomerSort.NAME
