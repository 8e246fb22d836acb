"""Whether an endpoint answers, asked without spending a token: for `kbcrm doctor`."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from ingest.extract.language_model.client import COMPLETIONS, Endpoint
from ingest.extract.language_model.transport import Unreachable, exchange, is_local

PATIENCE = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class State:
    """What was found: whether it is well, in words, and whether others on the way could read along."""

    well: bool
    says: str
    in_the_clear: bool = False


def examined(endpoint: Endpoint) -> State:
    """Asks for the list of models. An endpoint that has none (404, 405) answers, and that is what counts."""
    url = endpoint.url.removesuffix(COMPLETIONS) + "/models"
    try:
        answered = exchange(url, key=endpoint.key, timeout=min(PATIENCE, endpoint.timeout))
    except Unreachable:
        return State(False, "does not answer")
    if answered.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return State(False, f"refuses the key ({answered.status})")
    clear = endpoint.url.startswith("http:") and not is_local(endpoint.url)
    if answered.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return State(True, "answers, and lists no models", clear)
    if answered.status != HTTPStatus.OK:
        return State(False, f"answers {answered.status}")
    listed = _models(answered.body)
    if listed and endpoint.model not in listed:
        return State(False, "answers, but has no such model")
    return State(True, "answers", clear)


def _models(body: bytes) -> set[str]:
    try:
        return {str(one["id"]) for one in json.loads(body)["data"]}
    except (ValueError, LookupError, TypeError, RecursionError):
        return set()
