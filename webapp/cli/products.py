"""kbcrm product: what it is, and what it can do."""

from typing import Any

import click

from webapp.cli import tables
from webapp.cli.customers import IN_THE_TITLE, both_names
from webapp.cli.session import Session, pass_session
from webapp.json_shapes import product_json


@click.command(epilog="Example: kbcrm product HP-200 --json")
@click.argument("product")
@click.option("--json", "as_json", is_flag=True, help="The product as JSON.")
@pass_session
def product(session: Session, product: str, as_json: bool) -> None:
    """Show what PRODUCT is and what it can do.

    PRODUCT is a stock number or an id, with or without "product:". What is known of it besides:
    `kbcrm facts product:HP-200`.
    """
    id = product if ":" in product else f"product:{product}"
    with session.open() as desk:
        found = product_json(desk.parts.knowledge.product(desk.viewer, id))
    if as_json:
        tables.json_line(found)
    else:
        _tell(found)


def _tell(found: dict[str, Any]) -> None:
    properties = found["properties"]
    click.echo(f"{tables.plain(both_names(found['name'], properties.get('name_zh')))} ({found['id']})")
    tables.properties(properties, hidden=IN_THE_TITLE)
    for feature in found["features"]:
        click.echo(f"feature: {tables.plain(both_names(feature['name'], feature['name_zh']))}")
