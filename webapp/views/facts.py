"""A fact with its evidence and history, and the acts by which people state and change facts."""

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, request
from flask.typing import ResponseReturnValue

from kb.model.fact import Fact
from kb.model.moment import FOREVER, AsOf
from kb.model.reading import OpenedFact
from kb.model.viewer import Viewer
from webapp import display, fact_forms, vocabulary, wording_qualifiers
from webapp.as_of import LATEST
from webapp.contexts.fact_page import Acts, FactPage, fact_page, value_field
from webapp.contexts.facts import objects_of, rivals
from webapp.contexts.new_fact import NewFact, new_fact
from webapp.forms import FormError
from webapp.language import zone
from webapp.links import address, bare
from webapp.parts import knowledge, now
from webapp.render import page_or_fragment, wants_fragment
from webapp.sign_in import viewer
from webapp.translate import gettext as _

bp = Blueprint("facts", __name__)

CHANGED = {"HX-Trigger": "facts-changed"}  # tells the page behind the panel to load its facts again


@bp.get("/facts/<id:id>")
def show(id: str) -> ResponseReturnValue:
    """A version of a fact: the words it rests on, its history on both clocks, what contradicts it.

    `act` in the address unfolds one of the forms below it.
    """
    opened = knowledge().opened(viewer(), id)
    return page_or_fragment("facts/show", _page(opened, unfolded=request.args.get("act", "")))


@bp.post("/facts/<id:id>/correct")
def correct(id: str) -> ResponseReturnValue:
    """We were wrong: the corrected fact, or the form again with its problems (422)."""
    opened = _changeable(id)
    try:
        change = fact_forms.parse_correction(
            request.form, held(opened.fact), opened.fact.claim.predicate, zone()
        )
    except FormError as error:
        return _again(opened, "correct", error)
    said = change.said
    fact = knowledge().correct(
        viewer(),
        opened.fact.statement,
        value=said.value,
        object=said.object,
        unit=said.unit,
        confidence=change.confidence,
        valid_from=change.valid_from,
        valid_to=change.valid_to,
        note=change.note,
    )
    return _changed(fact.id, _("Corrected. What was believed before stays in the history."))


@bp.post("/facts/<id:id>/end")
def end(id: str) -> ResponseReturnValue:
    """It stopped being true; it was not wrong before."""
    opened = _changeable(id)
    try:
        given = fact_forms.parse_end(request.form, opened.fact.claim.predicate, zone(), now())
    except FormError as error:
        return _again(opened, "end", error)
    fact = knowledge().end(
        viewer(), opened.fact.statement, at=given.at, note=given.note, closing=given.closing
    )
    return _changed(fact.id, _("Closed.") if given.closing else _("Ended."))


@bp.post("/facts/<id:id>/dispute")
def dispute(id: str) -> ResponseReturnValue:
    """Somebody contradicts it: it stays, marked as disputed."""
    opened = _changeable(id)
    try:
        note = fact_forms.parse_note(request.form)
    except FormError as error:
        return _again(opened, "dispute", error)
    fact = knowledge().dispute(viewer(), opened.fact.statement, note=note)
    return _changed(fact.id, _("Marked as disputed."))


@bp.post("/facts/<id:id>/retract")
def retract(id: str) -> ResponseReturnValue:
    """It should never have been believed: it goes, and its history stays readable."""
    opened = _changeable(id)
    try:
        note = fact_forms.parse_note(request.form)
    except FormError as error:
        return _again(opened, "retract", error)
    knowledge().retract(viewer(), opened.fact.statement, note=note)
    return _changed(id, _("Retracted. The history stays readable."))


@bp.get("/customers/<id:id>/facts/new")
def new(id: str) -> ResponseReturnValue:
    """The form by which a fact is stated; its fields go with the predicate that is chosen."""
    viewer().may_write()
    return page_or_fragment("facts/new", _new(id, request.args))


@bp.post("/customers/<id:id>/facts")
def add(id: str) -> ResponseReturnValue:
    """The stated fact, or the form again with its problems (422)."""
    viewer().may_write()
    try:
        stated = fact_forms.parse_statement(request.form, "Customer", zone(), now())
    except FormError as error:
        problems = {problem.field: problem.message for problem in error.problems}
        return page_or_fragment("facts/new", _new(id, request.form, problems)), error.status
    fact = knowledge().state(
        viewer(),
        subject=id,
        predicate=stated.predicate,
        value=stated.said.value,
        object=stated.said.object,
        unit=stated.said.unit,
        kind=stated.kind,
        confidence=stated.confidence,
        valid_from=stated.valid_from,
        valid_to=stated.valid_to,
        note=stated.note,
        said_at=stated.said_at,
    )
    return _changed(fact.id, _("Stated. Your note is its evidence."), 201)


def held(fact: Fact) -> Mapping[str, str]:
    """What the fields of the correcting form hold for this fact."""
    claim = fact.claim
    return {
        "value": str(claim.object if claim.value is None else claim.value),
        "unit": claim.unit or "",
        "confidence": f"{claim.confidence * 100:g}",
        "valid_from": display.input_day(fact.valid_from),
        "valid_to": display.input_day(fact.valid_to) if fact.valid_to < FOREVER else "",
    }


def _changeable(id: str) -> OpenedFact:
    viewer().may_write()
    return knowledge().opened(viewer(), id)


def _page(opened: OpenedFact, acts: Acts | None = None, notice: str = "", unfolded: str = "") -> FactPage:
    who, fact = viewer(), opened.fact
    beside = _beside(who, fact)
    premises = [proof.fact for proof in opened.proofs if proof.fact]
    objects = objects_of((fact, *opened.history, *beside, *premises))
    names = knowledge().names(who, objects) if objects else {}
    believed = any(version.superseded_at >= FOREVER for version in opened.history or (fact,))
    if acts is None and believed and not who.is_customer:
        acts = _acts(fact, held(fact), unfolded)
    return fact_page(opened, names, rivals=beside, acts=acts, notice=notice)


def _beside(who: Viewer, fact: Fact) -> list[Fact]:
    """What contradicts a disputed fact, at a moment when both were believed."""
    if fact.status != "disputed":
        return []
    until = min(fact.valid_to, fact.superseded_at)
    moment = AsOf(fact.valid_from, LATEST if until >= FOREVER else fact.recorded_at)
    return rivals(fact, knowledge().facts(who, fact.claim.subject, moment))


def _acts(
    fact: Fact, values: Mapping[str, str], opened: str = "", problems: Mapping[str, str] | None = None
) -> Acts:
    people = _contacts(viewer(), fact.claim.subject, fact.claim.predicate)
    return Acts(
        fact=fact.id,
        correctable=fact.claim.rule is None,
        value_field=value_field(fact.claim.predicate, people),
        values=values,
        closings=tuple(
            (code, wording_qualifiers.closing(code)) for code in vocabulary.closings(fact.claim.predicate)
        ),
        opened=opened,
        problems=problems or {},
    )


def _contacts(who: Viewer, subject: str, predicate: str) -> list[tuple[str, str]]:
    """The people of a customer, where the predicate leads to one of them."""
    if predicate != "decisionMaker" or not subject.startswith("customer:"):
        return []
    return [(row.id, row.name) for row in knowledge().customer(who, subject, AsOf(now(), LATEST)).contacts]


def _again(opened: OpenedFact, act: str, error: FormError) -> ResponseReturnValue:
    problems = {problem.field: problem.message for problem in error.problems}
    acts = _acts(opened.fact, {**held(opened.fact), **request.form}, act, problems)
    return page_or_fragment("facts/show", _page(opened, acts)), error.status


def _changed(id: str, notice: str, status: int = 200) -> ResponseReturnValue:
    """The fact as it is now: in the panel, or on its own page."""
    if not wants_fragment():
        return redirect(address("facts.show", id=id), 303)
    page = _page(knowledge().opened(viewer(), id), notice=notice)
    return make_response(page_or_fragment("facts/show", page), status, CHANGED)


def _new(id: str, given: Mapping[str, str], problems: Mapping[str, str] | None = None) -> NewFact:
    who = viewer()
    customer = knowledge().customer(who, id, AsOf(now(), LATEST))
    people = [(row.id, row.name) for row in customer.contacts]
    return new_fact((id, customer.name or bare(id)), people, given, problems or {})
