"""Errors in the reader's language: one sentence each, from their class and data."""

import re

from kb.errors import Forbidden, Invalid, KbcrmError, NotFound
from webapp import wording
from webapp.forms import FormError
from webapp.translate import gettext as _
from webapp.translate import lazy_gettext as _l
from webapp.translate import problem as translated

_MISSING: wording.Words = {
    "customer": _l("There is no customer %(id)s."),
    "contact": _l("There is no contact %(id)s."),
    "product": _l("There is no product %(id)s."),
    "interaction": _l("There is no interaction %(id)s."),
    "fact": _l("There is no fact %(id)s."),
    "node": _l("Nothing is known under %(id)s."),
    "statement": _l("There is no statement %(id)s."),
    "candidate": _l("Nothing waits for a decision under %(id)s."),
    "decision": _l("You have decided nothing that could be undone."),
    "page": _l("There is no such page."),
    "run": _l("There is no import %(id)s."),
    "account": _l("There is no account %(id)s."),
    "mailbox": _l("There is no mailbox %(id)s."),
    "file": _l("The file is no longer here. Choose it again."),
}
_FORBIDDEN: wording.Words = {
    "change what is known": _l("Your role does not allow you to change what is known."),
    "manage mailboxes": _l("Your role does not allow you to manage mailboxes."),
    "watch folders": _l("Your role does not allow you to watch folders."),
    "import files": _l("Your role does not allow you to import files."),
}


def code_of(error: KbcrmError) -> str:
    """ "not_found", "graph_unavailable": stable, for programs."""
    name = "Invalid" if isinstance(error, FormError) else type(error).__name__
    return "_".join(re.findall(r"[A-Z][a-z]+", name)).lower()


def sentence_of(error: KbcrmError) -> str:
    """What is wrong and what to do, for people."""
    if isinstance(error, NotFound):
        return _missing(str(error.data["what"]), str(error.data["id"]))
    if isinstance(error, Forbidden):
        return str(_FORBIDDEN.get(str(error.data["act"]), _("Your role does not allow this.")))
    problem = translated(str(error.data.get("problem", "")))
    if isinstance(error, Invalid):
        return _("%(field)s: %(problem)s", field=wording.field(str(error.data["field"])), problem=problem)
    return problem or _("Something went wrong.")


def _missing(what: str, id: str) -> str:
    known = _MISSING.get(what)
    return str(known) % {"id": id} if known else _("There is nothing under %(id)s.", id=id)
