"""Imports: choose a file, see how it is read, watch it come in, look at what was rejected, take it back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from ingest.headers import fields_of
from ingest.overrides import Overrides
from ingest.sources import TABLES
from kb.errors import InvalidFile
from webapp import uploads, wording
from webapp.contexts.channels import Channels, channels
from webapp.contexts.imports import (
    RunList,
    RunPage,
    Upload,
    import_form,
    preview_page,
    run_page,
    run_view,
)
from webapp.contexts.paging import paging
from webapp.forms import FormError, Problem
from webapp.import_forms import FileForm, parse_file
from webapp.links import address
from webapp.parts import mailboxes, runs, settings, watching
from webapp.queries import offset_asked
from webapp.render import page_or_fragment
from webapp.sign_in import viewer
from webapp.translate import gettext as _
from webapp.wording_errors import sentence_of

bp = Blueprint("imports", __name__, url_prefix="/imports")

RUNS = 50  # on a page
REJECTED = 100  # on a page


@bp.get("")
def index() -> ResponseReturnValue:
    """The runs of this viewer; an administrator sees everybody's."""
    by_hand = request.args.get("by_hand") == "1"
    found = runs().list(viewer(), by_hand=by_hand, offset=offset_asked(), limit=RUNS)
    page = RunList(
        runs=tuple(run_view(row) for row in found.items),
        by_hand=by_hand,
        paging=paging(
            found,
            RUNS,
            lambda offset: address("imports.index", offset=offset, by_hand=1 if by_hand else None),
        ),
        channels=_channels(),
    )
    return page_or_fragment("imports/index", page)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """The form by which a file is chosen."""
    viewer().may_ingest()
    values = {"timezone": settings().timezone.key, **request.args}
    return page_or_fragment("imports/new", import_form(values))


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """How the file would be read; one without columns to confirm is read at once."""
    viewer().may_ingest()
    try:
        token = _sent()
        form = parse_file(request.form, sent=True)
        found, question = _looked_at(token, form)
    except FormError as error:
        return _again(error)
    if question or found["headers"]:
        return _preview(token, form, found, question)
    return _start(token, form)


@bp.post("")
def start() -> ResponseReturnValue:
    """Read the file that was shown, by the columns that were confirmed."""
    viewer().may_ingest()
    token = request.form.get("upload", "")
    uploads.kept(token)
    try:
        form = parse_file(request.form, sent=True)
    except FormError as error:
        return _again(error)
    return _start(token, form)


@bp.get("/<id:id>")
def show(id: str) -> ResponseReturnValue:
    """A run: how far it is, its counts, what was rejected; asked again every second while it runs."""
    return page_or_fragment("imports/show", _page(id))


@bp.post("/<id:id>/revert")
def revert(id: str) -> ResponseReturnValue:
    """Take back everything that the run brought in."""
    runs().revert(viewer(), id)
    flash(_("Reverted: the knowledge base is as if this file had never been read."))
    return redirect(address("imports.show", id=id), 303)


@bp.post("/watched/forget")
def forget() -> ResponseReturnValue:
    """Drop a watched folder from the list; what its files brought in stays."""
    folder, source = request.form.get("folder", ""), request.form.get("source", "")
    watching().forget(viewer(), Path(folder), source)
    flash(_("The folder is no longer listed; what its files brought in stays."))
    return redirect(address("imports.index"), 303)


def _channels() -> Channels | None:
    """What comes in by itself, for administrators."""
    who = viewer()
    return channels(watching().status(who), mailboxes().all(who)) if who.sees_everything else None


def _page(id: str) -> RunPage:
    detail = runs().show(viewer(), id)
    rejected = runs().rejected(viewer(), id, offset=offset_asked(), limit=REJECTED)
    pages = paging(rejected, REJECTED, lambda offset: address("imports.show", id=id, offset=offset))
    return run_page(detail, rejected, pages)


def _sent() -> str:
    """The token of the file that came with the form, or before it. Raises FormError where none did."""
    if token := request.form.get("upload"):
        uploads.kept(token)
        return token
    files = [file for file in request.files.getlist("file") if file.filename]
    parse_file(request.form, sent=bool(files))
    return uploads.keep(files)


def _looked_at(token: str, form: FileForm) -> tuple[Mapping[str, Any], str]:
    """How the file would be read, and what has to be answered first. Raises FormError for no such file."""
    paths = uploads.kept(token)
    if len(paths) > 1:  # each is read by its own columns
        return {"columns": (), "headers": ()}, ""
    try:
        found = runs().preview(viewer(), form.source, paths[0], paths[0].name, _overrides(form))
    except InvalidFile as error:
        if "headers" not in error.data:
            uploads.drop(token)
            raise FormError(Problem("file", sentence_of(error))) from error
        return {"columns": (), "headers": error.data["headers"]}, sentence_of(error)
    return found, wording.question(found["question"])


def _preview(token: str, form: FileForm, found: Mapping[str, Any], question: str) -> ResponseReturnValue:
    ours = [known.name for known in fields_of(form.source)] if form.source in TABLES else []
    upload = Upload(token=token, name=uploads.kept(token)[0].name)
    page = preview_page(import_form(request.form), upload, found, ours, question)
    return page_or_fragment("imports/preview", page), 422 if question else 200


def _start(token: str, form: FileForm) -> ResponseReturnValue:
    paths = uploads.kept(token)
    name = paths[0].name if len(paths) == 1 else None
    run = runs().start(viewer(), source=form.source, path=paths, name=name, reading=_overrides(form))
    uploads.drop(token)
    return redirect(address("imports.show", id=run), 303)


def _overrides(form: FileForm) -> Overrides:
    return Overrides(
        columns=form.columns, timezone=form.timezone, day_first=form.day_first, currency=form.currency
    )


def _again(error: FormError) -> ResponseReturnValue:
    problems = {problem.field: problem.message for problem in error.problems}
    return page_or_fragment("imports/new", import_form(request.form, problems)), error.status
