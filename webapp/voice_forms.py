"""Which part of a product's voice is asked for, parsed from an address."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from kb.model.moment import BEGINNING, FOREVER
from kb.model.voice import VOICE, Asked
from webapp.forms import FormError, Problem
from webapp.instants import parse_instant
from webapp.translate import gettext as _


def asked_of(given: Mapping[str, Any], local: tzinfo) -> Asked:
    """A moment without a zone is of `local`. What is blank asks for everything.

    Raises FormError naming every moment that cannot be read.
    """
    moments: dict[str, int] = {}
    problems = []
    for name, otherwise in (("since", BEGINNING), ("until", FOREVER)):
        text = str(given.get(name) or "").strip()
        try:
            moments[name] = parse_instant(text, local) if text else otherwise
        except ValueError:
            problems.append(Problem(name, _("Write a date and time such as 2025-03-14T10:30.")))
    if problems:
        raise FormError(*problems)
    kind = str(given.get("kind") or "")
    return Asked(
        topic=str(given.get("feature") or "") or None,
        kind=kind if kind in VOICE else None,
        since=moments["since"],
        until=moments["until"],
    )
