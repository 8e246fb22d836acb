"""From ids to pages: the prefix of an id says what it is the id of."""

from flask import url_for

from kb.model.identity import LABELS

_PAGES = {"Customer": "customers.show", "Product": "products.show", "Interaction": "interactions.show"}


def address(endpoint: str, **query: object) -> str:
    """The address of a page; what is None or "" is left out of the query."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return url_for(endpoint, **given)  # type: ignore[arg-type]  # the query's names are data


def page_of(node: str) -> str | None:
    """The address of the node's page; None for what has none (contacts, features)."""
    endpoint = _PAGES.get(LABELS.get(node.partition(":")[0], ""))
    return address(endpoint, id=node) if endpoint else None


def bare(node: str) -> str:
    """The id as people know it, without its prefix: a customer number, a stock number."""
    return node.partition(":")[2].removeprefix("name:") or node
