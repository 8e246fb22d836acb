"""From ids to pages: the prefix of an id says what it is the id of."""

from flask import url_for

_PAGES = {"customer": "customers.show", "product": "products.show"}
INTERACTIONS = frozenset({"order", "mail", "chat", "call", "event", "note"})


def address(endpoint: str, **query: object) -> str:
    """The address of a page; what is None or "" is left out of the query."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return url_for(endpoint, **given)  # type: ignore[arg-type]  # the query's names are data


def page_of(node: str) -> str | None:
    """The address of the node's page; None for what has none (contacts, features)."""
    prefix = node.partition(":")[0]
    endpoint = "interactions.show" if prefix in INTERACTIONS else _PAGES.get(prefix)
    return address(endpoint, id=node) if endpoint else None


def bare(node: str) -> str:
    """The id as people know it, without its prefix: a customer number, a stock number."""
    return node.partition(":")[2].removeprefix("name:") or node
