"""One product: what it is, what it can do, what is known about it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from webapp.as_of import asked_moments
from webapp.contexts.facts import objects_of
from webapp.contexts.products import product_page
from webapp.parts import knowledge
from webapp.render import page_or_fragment
from webapp.sign_in import viewer

bp = Blueprint("products", __name__, url_prefix="/products")


@bp.get("/<id:id>")
def show(id: str) -> ResponseReturnValue:
    """The product with its facts as of two moments (now unless the address says otherwise)."""
    found = knowledge().product(viewer(), id)
    facts = knowledge().facts(viewer(), id, asked_moments().as_of)
    objects = objects_of(facts)
    names = knowledge().names(viewer(), objects) if objects else {}
    return page_or_fragment("products/show", product_page(id, found, facts, names))
