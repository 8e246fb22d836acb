"""One product: what it is, what it can do, what is known about it, what customers say about it."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from webapp.as_of import asked_moments
from webapp.contexts.facts import objects_of
from webapp.contexts.paging import paging
from webapp.contexts.products import product_page
from webapp.contexts.voice import voice_page
from webapp.language import zone
from webapp.links import address
from webapp.parts import knowledge, now
from webapp.queries import offset_asked
from webapp.render import page_or_fragment
from webapp.sign_in import viewer
from webapp.voice_forms import asked_of

bp = Blueprint("products", __name__, url_prefix="/products")

WORDS = 20  # on a page of a product's voice


@bp.get("/<id:id>/voice")
def voice(id: str) -> ResponseReturnValue:
    """What customers say about the product and its features: counts, trend, and words within rights."""
    values = {name: request.args.get(name, "").strip() for name in ("feature", "kind", "since", "until")}
    asked, offset = asked_of(values, zone()), offset_asked()
    counts = knowledge().voice(viewer(), id, asked, now())
    words = knowledge().voices(viewer(), id, asked, now(), offset=offset, limit=WORDS)
    objects = objects_of(one.fact for one in words.items)
    names = knowledge().names(viewer(), objects) if objects else {}
    paged = paging(words, WORDS, lambda offset: address("products.voice", id=id, offset=offset, **values))
    page = voice_page(counts, words, names, values, paged, reads_words=viewer().sees_customers)
    return page_or_fragment("products/voice", page)


@bp.get("/<id:id>")
def show(id: str) -> ResponseReturnValue:
    """The product with its facts as of two moments (now unless the address says otherwise)."""
    found = knowledge().product(viewer(), id)
    facts = knowledge().facts(viewer(), id, asked_moments().as_of)
    objects = objects_of(facts)
    names = knowledge().names(viewer(), objects) if objects else {}
    return page_or_fragment("products/show", product_page(id, found, facts, names))
