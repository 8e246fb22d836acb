"""What is known, as JSON."""

from datetime import UTC
from typing import Any

from apiflask import APIBlueprint

from kb.model.listing import Listing
from kb.model.reading import CustomerSort
from webapp.api import schemas, schemas_told
from webapp.as_of import moments_of
from webapp.json_shapes import (
    Shape,
    customer_json,
    customer_row_json,
    fact_json,
    listing_json,
    opened_json,
    product_json,
    rejected_json,
    run_detail_json,
    run_json,
    touch_json,
)
from webapp.json_told import interaction_with_facts
from webapp.parts import knowledge, runs
from webapp.sign_in import viewer

bp = APIBlueprint("api_reads", __name__, url_prefix="/api/v1", tag="Reading")

FACTS = 500


@bp.get("/customers")
@bp.input(schemas.CustomersQuery, location="query")
@bp.output(schemas.Customers)
def customers(query_data: dict[str, Any]) -> Shape:
    """The customers that exist for you."""
    query = query_data | {"sort": CustomerSort(query_data["sort"])}
    return listing_json(knowledge().customers(viewer(), **query), customer_row_json)


@bp.get("/customers/<id:id>")
@bp.input(schemas.Moments, location="query")
@bp.output(schemas.CustomerOut)
def customer(id: str, query_data: dict[str, Any]) -> Shape:
    """Who a customer is, as of two moments (now unless given)."""
    return customer_json(knowledge().customer(viewer(), id, moments_of(query_data, UTC).as_of))


@bp.get("/customers/<id:id>/facts")
@bp.input(schemas.Moments, location="query")
@bp.output(schemas.Facts)
def facts(id: str, query_data: dict[str, Any]) -> Shape:
    """What was true of a customer at as_of, as it was known at known_at, the surest first."""
    found = knowledge().facts(viewer(), id, moments_of(query_data, UTC).as_of, limit=FACTS)
    return listing_json(Listing(found, len(found)), fact_json)


@bp.get("/customers/<id:id>/timeline")
@bp.input(schemas.TimelineQuery, location="query")
@bp.output(schemas.Touches)
def timeline(id: str, query_data: dict[str, Any]) -> Shape:
    """What happened with a customer, newest first."""
    found = knowledge().timeline(
        viewer(),
        id,
        moments_of(query_data, UTC).as_of,
        channel=query_data["channel"],
        offset=query_data["offset"],
        limit=query_data["limit"],
    )
    return listing_json(found, touch_json)


@bp.get("/facts/<id:id>")
@bp.output(schemas.OpenedFactOut)
def fact(id: str) -> Shape:
    """One version of a statement with its evidence and its history."""
    return opened_json(knowledge().opened(viewer(), id))


@bp.get("/interactions/<id:id>")
@bp.output(schemas_told.InteractionWithFacts)
def interaction(id: str) -> Shape:
    """An interaction with its full text, its people, its lines, and the facts that rest on it."""
    found = knowledge().interaction(viewer(), id)
    return interaction_with_facts(found, knowledge().told(viewer(), id))


@bp.get("/products/<id:id>")
@bp.output(schemas.ProductOut)
def product(id: str) -> Shape:
    """What a product is, and what it can do."""
    return product_json(knowledge().product(viewer(), id))


@bp.get("/runs")
@bp.input(schemas.RunsQuery, location="query")
@bp.output(schemas.RunsOut)
def all_runs(query_data: dict[str, Any]) -> Shape:
    """Your imports; everybody's for an administrator."""
    return listing_json(runs().list(viewer(), **query_data), run_json)


@bp.get("/runs/<id:id>")
@bp.output(schemas.RunDetailOut)
def run(id: str) -> Shape:
    """An import: how far it is, its counts, the reasons of its rejections."""
    return run_detail_json(runs().show(viewer(), id))


@bp.get("/runs/<id:id>/rejected")
@bp.input(schemas.Cut, location="query")
@bp.output(schemas.RejectedOut)
def rejected(id: str, query_data: dict[str, Any]) -> Shape:
    """The rejected records of an import, in the order of its file."""
    return listing_json(runs().rejected(viewer(), id, **query_data), rejected_json)
