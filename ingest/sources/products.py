"""Products with their features from a table, one record a row."""

from collections.abc import Iterator
from pathlib import Path

from ingest.currencies import currency_of, is_currency
from ingest.names import feature_id, product_id
from ingest.profile import Profile, prepared
from ingest.records import Entry, Reading
from ingest.rows import CODE_LIMIT, Cells, Flaw, entries
from kb.model.ledger import Json, Payload, Reason, RecordKind


def read(path: Path, reading: Reading, profile: Profile | None = None) -> Iterator[Entry]:
    """Records of kind NODE, payload {"nodes": [product, its features]}, key "products/<SKU>".

    Raises InvalidFile before the first entry (ingest.profile.guess_profile).
    """
    table = prepared(path, reading, "products", profile)
    return entries(table, RecordKind.NODE, _product, table.needed("sku", "name", "price", "currency"))


def _product(row: Cells) -> tuple[str, Payload]:
    sku = row.text("sku", essential=True, limit=CODE_LIMIT)
    names = [row.text("name"), row.text("name_zh"), sku, *row.several("aliases")]
    features = {feature_id(name): _feature(name) for name in row.several("features")}
    product: Payload = {
        "id": product_id(sku),
        "type": "Product",
        "names": list(dict.fromkeys(filter(None, names))),
        "props": {name: value for name, value in _props(row, sku).items() if value},
        "links": [{"rel": "HAS_FEATURE", "target": feature} for feature in features],
    }
    return f"products/{sku.upper()}", {"nodes": [product, *features.values()]}


def _props(row: Cells, sku: str) -> dict[str, str]:
    price = row.number("price")
    return {
        "name": row.text("name"),
        "name_zh": row.text("name_zh"),
        "sku": sku,
        "category": row.text("category"),
        "version": row.text("version"),
        "price": price,
        "currency": _currency(row) if price else "",
        "released": row.day("released"),
    }


def _currency(row: Cells) -> str:
    """The price's own currency, else the file's; "" is unknown."""
    text = row.text("currency")
    if text and not is_currency(text):
        raise Flaw(Reason.BAD_VALUE, "currency", text)
    return currency_of(text) or row.prepared.profile.currency or ""


def _feature(name: str) -> dict[str, Json]:
    return {
        "id": feature_id(name),
        "type": "Feature",
        "names": [name],
        "props": {"name": name},
        "links": [],
    }
