"""The same reads and acts as JSON under /api/v1, described at /api/v1/openapi.json.

Programs sign in by HTTP Basic; a signed-in browser may ask, too, with its session.
"""

from typing import Any

from apiflask import APIFlask, HTTPBasicAuth

from webapp.api import acts, channels, imports, logbook, reads, review, told
from webapp.public import public

blueprints = (reads.bp, acts.bp, imports.bp, logbook.bp, channels.bp, told.bp, review.bp)

ERROR_SHAPE = {
    "type": "object",
    "required": ["error", "message"],
    "properties": {
        "error": {"type": "string", "description": "Stable code, such as not_found."},
        "message": {"type": "string", "description": "One sentence in the language of Accept-Language."},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def describe(app: APIFlask) -> None:
    """What the description says besides the views: how to sign in, and the one shape of errors."""
    app.config.update(
        INFO={"description": " ".join((__doc__ or "").split())},
        HTTP_ERROR_SCHEMA=ERROR_SHAPE,
        VALIDATION_ERROR_SCHEMA=ERROR_SHAPE,
        VALIDATION_ERROR_STATUS_CODE=422,
        AUTO_404_RESPONSE=True,
        SECURITY_SCHEMES={"basic": HTTPBasicAuth().get_security_scheme()},
    )

    @app.spec_processor
    def sign_in_everywhere(spec: dict[str, Any] | str) -> dict[str, Any] | str:
        return spec if isinstance(spec, str) else {**spec, "security": [{"basic": []}]}

    app.view_functions["openapi.spec"] = public(app.view_functions["openapi.spec"])
