"""A product as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.model.fact import Fact
from webapp.contexts.customers import property_label
from webapp.contexts.facts import GroupSection, groups
from webapp.contexts.names import both_names
from webapp.display import money, value, written_day
from webapp.links import bare

HIDDEN = frozenset(
    {"id", "name", "name_zh", "name_key", "aliases", "names", "features", "sku", "search", "currency"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    id: str
    number: str  # stock number
    name: str
    other_name: str | None
    properties: tuple[tuple[str, str], ...]
    features: tuple[str, ...]
    groups: tuple[GroupSection, ...]


def product_page(
    id: str, found: Mapping[str, Any], facts: Sequence[Fact], names: Mapping[str, str]
) -> ProductPage:
    """`found` is what Knowledge.product answers: the properties, and `features` by name."""
    name, other = both_names(str(found.get("name") or bare(id)), found.get("name_zh"))
    scalars = {key: text for key, text in found.items() if isinstance(text, str | int | float) and text != ""}
    return ProductPage(
        id=id,
        number=bare(id),
        name=name,
        other_name=other,
        properties=tuple(_property(key, scalars) for key in sorted(scalars.keys() - HIDDEN)),
        features=tuple(_name(feature) for feature in found.get("features") or ()),
        groups=groups(facts, names),
    )


def _property(key: str, scalars: Mapping[str, Any]) -> tuple[str, str]:
    if key == "price":
        return property_label(key), money(scalars[key], scalars.get("currency"))
    if key == "released":
        return property_label(key), written_day(str(scalars[key]))
    return property_label(key), value(key, scalars[key], None)


def _name(feature: str | Mapping[str, Any]) -> str:
    if isinstance(feature, str):
        return feature
    return both_names(str(feature.get("name", "")), feature.get("name_zh"))[0]
