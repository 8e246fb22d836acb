"""The two moments of a page: what was true when, as it was known when. Kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from flask import request

from kb.model.moment import FOREVER, AsOf, to_iso
from webapp.forms import FormError, Problem
from webapp.instants import parse_instant
from webapp.language import zone
from webapp.parts import now
from webapp.translate import gettext as _

LATEST = FOREVER - 1  # whatever is known, also what was recorded while this request was on its way
VALID, KNOWN = "as_of", "known_at"  # the names in addresses, of pages and of the JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What was asked for; a moment that was not given is now."""

    valid: int
    known: int
    valid_given: bool
    known_given: bool

    @property
    def as_of(self) -> AsOf:
        return AsOf(self.valid, self.known if self.known_given else LATEST)

    @property
    def is_now(self) -> bool:
        return not (self.valid_given or self.known_given)

    @property
    def query(self) -> dict[str, str]:
        """For addresses that keep the moments: only those that were given, in UTC."""
        given = ((VALID, self.valid, self.valid_given), (KNOWN, self.known, self.known_given))
        return {name: to_iso(moment) or "" for name, moment, is_given in given if is_given}


def asked_moments() -> Moments:
    """From the address of a page. Raises FormError naming every moment that cannot be read."""
    return moments_of(request.args, zone())


def moments_of(given: Mapping[str, str], local: tzinfo) -> Moments:
    """A moment without a zone is of the zone `local`. Raises FormError naming every unreadable one."""
    texts = {name: (given.get(name) or "").strip() for name in (VALID, KNOWN)}
    parsed: dict[str, int] = {}
    problems = []
    for name, text in texts.items():
        try:
            parsed[name] = parse_instant(text, local) if text else now()
        except ValueError:
            problems.append(Problem(name, _("Write a date and time such as 2025-03-14T10:30.")))
    if problems:
        raise FormError(*problems)
    return Moments(
        valid=parsed[VALID],
        known=parsed[KNOWN],
        valid_given=bool(texts[VALID]),
        known_given=bool(texts[KNOWN]),
    )


def has_local_moments() -> bool:
    """Whether the address holds a moment as a form sends it: without a zone, so that it reads differently
    elsewhere, or empty. Pages then go on to the address that says it in UTC."""
    texts = [request.args[name].strip() for name in (VALID, KNOWN) if name in request.args]
    return any(not text or not _has_zone(text) for text in texts)


def _has_zone(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return True  # to be complained about, not redirected
