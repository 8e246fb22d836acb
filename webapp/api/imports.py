"""Importing a file, and taking it back, as a program does it."""

from typing import Any

from apiflask import APIBlueprint

from ingest.overrides import Overrides
from webapp import uploads
from webapp.api import schemas
from webapp.import_forms import parse_file
from webapp.json_shapes import Shape, run_detail_json
from webapp.parts import runs
from webapp.sign_in import viewer

bp = APIBlueprint("api_imports", __name__, url_prefix="/api/v1", tag="Importing")


@bp.post("/imports")
@bp.input(schemas.ImportIn, location="form_and_files")
@bp.output(schemas.RunDetailOut, status_code=202)
def start(form_and_files_data: dict[str, Any]) -> Shape:
    """Begin to read a file. Ask for the run until its status is no longer running."""
    viewer().may_ingest()
    given = form_and_files_data
    texts = {name: given[name] for name in ("source", "timezone", "day_first", "currency")}
    form = parse_file(texts, sent=True)
    with uploads.passing(given["file"]) as path:
        run = runs().start(
            viewer(),
            source=form.source,
            path=path,
            name=path.name,
            reading=Overrides(timezone=form.timezone, day_first=form.day_first, currency=form.currency),
        )
    return run_detail_json(runs().show(viewer(), run))


@bp.post("/runs/<id:id>/revert")
@bp.output(schemas.RunDetailOut)
def revert(id: str) -> Shape:
    """Take back everything that a run brought in. Answers when what is known is as if it had never been."""
    runs().revert(viewer(), id)
    return run_detail_json(runs().show(viewer(), id))
