"""The built files: found by the build's manifest, served with cache headers, compressed where possible."""

import json
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, current_app, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from kb.errors import Unavailable
from webapp.public import public
from webapp.translate import gettext as _

BUILT = Path(__file__).parent / "static" / "built"
A_YEAR = 365 * 24 * 3600

bp = Blueprint("assets", __name__)


class NotBuilt(Unavailable):
    """The browser's files are missing, because the install did not build them."""


def asset_url(source: str) -> str:
    """Where the browser finds what was built from `source`, e.g. "src/main.js". Raises NotBuilt."""
    return url_for("assets.static", name=f"built/{_manifest()[source]}")


def icon_url(name: str) -> str:
    """An icon of the sprite, for <use href>."""
    return f"{asset_url('icons.svg')}#{name}"


def is_built() -> bool:
    return (BUILT / "manifest.json").is_file()


@bp.get("/static/<path:name>")
@public
def static(name: str) -> ResponseReturnValue:
    """Built files carry a hash in their names and never change; a .gz beside one goes to whoever takes it."""
    folder = BUILT.parent
    zipped = f"{name}.gz"
    if request.accept_encodings["gzip"] and (folder / zipped).is_file():
        response = send_from_directory(folder, zipped, mimetype=_mimetype(name), max_age=A_YEAR)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_from_directory(folder, name, max_age=A_YEAR)
    response.headers["Vary"] = "Accept-Encoding"
    if name.startswith("built/assets/"):
        response.cache_control.immutable = True
        response.cache_control.public = True
    return response


def _mimetype(name: str) -> str:
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    return kinds.get(Path(name).suffix, "application/octet-stream")


def _manifest() -> dict[str, str]:
    if not is_built():
        raise NotBuilt(
            _("The browser files have not been built. Install KBCRM again, or run `python -m webapp.build`.")
        )
    path = BUILT / "manifest.json"
    return _read_manifest(path, path.stat().st_mtime_ns if current_app.debug or current_app.testing else 0)


@lru_cache(maxsize=4)
def _read_manifest(path: Path, _changed: int) -> dict[str, str]:
    return {source: entry["file"] for source, entry in json.loads(path.read_text()).items()}
