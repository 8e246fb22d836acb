"""The form by which a conversation is logged, parsed into an entry of the logbook."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from ingest.logbook import AHEAD_MS, CHANNELS, LogEntry
from webapp.forms import Fields
from webapp.translate import gettext as _


def parse_entry(
    form: Mapping[str, str], contacts: Sequence[str], *, language: str, zone: ZoneInfo, now: int
) -> LogEntry:
    """Raises FormError naming every bad field at once, in the reader's words."""
    with Fields(form) as fields:
        customer = fields.text("customer", _("Choose with whom you spoke."))
        channel = fields.choice("channel", CHANNELS, _("Choose call, visit, meeting or chat."))
        said = fields.text("said", _("Write what was said."))
        step = fields.optional("next_step") or ""
        due = _due(fields, step)
        at = fields.instant("at", zone, _("Write a date and time such as 2025-03-14T10:30."))
        if at is not None and at > now + AHEAD_MS:
            fields.wrong("at", _("What has not happened yet cannot be logged; give a time up to now."))
        return LogEntry(
            customer=customer,
            channel=channel,
            said=said,
            contacts=tuple(contacts),
            outcome=fields.optional("outcome") or "",
            next_step=step,
            due=due,
            at=at,
            language=language,
            token=fields.optional("token"),
        )


def _due(fields: Fields, step: str) -> date | None:
    given = fields.optional("due")
    if given and not step:
        fields.wrong("next_step", _("Write what is to be done by that day, or leave the day empty."))
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        fields.wrong("due", _("Give a day such as 2025-03-14, or leave it empty."))
        return None
