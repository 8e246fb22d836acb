"""Ids of nodes. An id carries its kind as a prefix ("customer:C-1001") and never changes."""

from kb.errors import Invalid

LABELS = {
    "customer": "Customer",
    "contact": "Contact",
    "product": "Product",
    "feature": "Feature",
    "requirement": "Requirement",
    "expert": "Expert",
    "article": "Article",
    "order": "Interaction",
    "mail": "Interaction",
    "chat": "Interaction",
    "call": "Interaction",
    "event": "Interaction",
    "note": "Interaction",
    "conversation": "Interaction",
    "record": "Interaction",
    "fact": "Fact",
}
NODE_LABELS = ("Customer", "Contact", "Product", "Feature", "Requirement", "Expert", "Article")


def label_of(id: str) -> str:
    """The graph label of an id. Raises Invalid for an id of no known kind."""
    label = LABELS.get(id.partition(":")[0])
    if label is None:
        raise Invalid("id", f"{id!r} names no kind of node; ids look like customer:C-1001")
    return label
