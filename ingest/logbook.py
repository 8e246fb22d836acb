"""The logbook: a call, visit, meeting or chat that somebody of ours writes down right after it.

An entry is a run by hand: one interaction with the words, linked to the customer and to the people who
took part. Outcome and next step stand in the text under labels in the writer's language, so that evidence
can cite them. An entry is internal, as notes are: customers never see it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from ingest.interactions import FIRST_YEAR, Interaction, Participant, clean
from ingest.names import digest, mailto, tel
from kb.errors import Invalid, NotFound
from kb.model.ledger import Draft, Json, RecordKind, Run
from kb.model.moment import AsOf
from kb.model.reading import ContactRow
from kb.model.viewer import Viewer
from kb.notes import NOTE_LIMIT
from kb.projection.keeping import Keeping
from kb.reading import Reading
from kb.store.ledger import Ledger

CHANNELS = ("call", "visit", "meeting", "chat")
LANGUAGES = ("en", "zh")  # of the labels in the text
AHEAD_MS = 5 * 60_000  # clocks of phones differ from ours

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """What was said with whom, and what comes of it. `contacts` are people of the customer."""

    customer: str
    channel: str  # one of CHANNELS
    said: str
    contacts: Sequence[str] = ()
    outcome: str = ""
    next_step: str = ""
    due: date | None = None  # the day by which the next step is due
    at: int | None = None  # epoch ms; None: now
    language: str = "en"  # of the labels: one of LANGUAGES
    token: str | None = None  # the same words under the same token, sent twice, are one entry


class Logbook:
    """Takes entries. Safe to share between threads."""

    def __init__(
        self, reading: Reading, ledger: Ledger, keeping: Keeping, clock: Callable[[], int], zone: tzinfo = UTC
    ) -> None:
        self._reading = reading
        self._ledger = ledger
        self._keeping = keeping
        self._clock = clock
        self._zone = zone

    def log(self, viewer: Viewer, entry: LogEntry) -> str:
        """The id of the interaction, once the graph shows it.

        Raises Forbidden for customers, NotFound for whom the viewer may not see, Invalid for a field that
        cannot be used.
        """
        viewer.may_write()
        now = self._clock()
        at = now if entry.at is None else entry.at
        customer = self._reading.customer(viewer, entry.customer, AsOf(now, now))
        people = _people(customer.contacts, entry.contacts)
        self._check(entry, at, now)
        text = text_of(entry)

        def drafts(run: Run) -> Sequence[Draft]:
            id = _id_of(run, viewer, entry, text)
            return tuple(_drafts(id, viewer.name, entry, at=at, text=text, people=people))

        run = self._ledger.append(
            title=f"{entry.channel} {entry.customer}", started_by=viewer.name, drafts=drafts
        )
        self._keeping.apply(run.last_seq or 0)
        return _id_of(run, viewer, entry, text)

    def _check(self, entry: LogEntry, at: int, now: int) -> None:
        if entry.channel not in CHANNELS:
            raise Invalid("channel", "Choose call, visit, meeting or chat.")
        if entry.language not in LANGUAGES:
            raise Invalid("language", "Give en or zh.")
        if at > now + AHEAD_MS:
            raise Invalid("at", "What has not happened yet cannot be logged; give a time up to now.")
        day = _day(at, self._zone)
        if day.year < FIRST_YEAR:
            raise Invalid("at", "Give a time from 1970 on.")
        if entry.due and not entry.next_step.strip():
            raise Invalid("next_step", "Write what is to be done by that day, or leave the day empty.")
        if entry.due and entry.due < day:
            raise Invalid(
                "due", "The next step would be due before the conversation; give that day or a later one."
            )


def text_of(entry: LogEntry) -> str:
    """The words as they are stored, outcome and next step under their labels. Raises Invalid."""
    said, outcome, step = clean(entry.said), clean(entry.outcome), clean(entry.next_step)
    if not said:
        raise Invalid("said", "Write what was said.")
    lines = [said]
    if entry.language == "zh":
        due = f"（{entry.due.year}年{entry.due.month}月{entry.due.day}日前）" if entry.due else ""
        lines += [f"结果：{outcome}"] if outcome else []
        lines += [f"下一步：{step}{due}"] if step else []
    else:
        due = f" (by {entry.due.day} {_MONTHS[entry.due.month - 1]} {entry.due.year})" if entry.due else ""
        lines += [f"Outcome: {outcome}"] if outcome else []
        lines += [f"Next step: {step}{due}"] if step else []
    text = "\n".join(("\n\n".join(lines[:2]), *lines[2:]))
    if len(text) > NOTE_LIMIT:
        raise Invalid("said", f"An entry has at most {NOTE_LIMIT:,} characters.")
    return text


def _people(known: Sequence[ContactRow], wanted: Sequence[str]) -> list[ContactRow]:
    """The contacts of the customer who took part, in the order given. Raises NotFound."""
    by_id = {row.id: row for row in known}
    missing = [id for id in wanted if id not in by_id]
    if missing:
        raise NotFound("contact", missing[0])
    return [by_id[id] for id in dict.fromkeys(wanted)]


def _drafts(
    id: str, author: str, entry: LogEntry, *, at: int, text: str, people: Sequence[ContactRow]
) -> Iterator[Draft]:
    touch = Interaction(
        id=id,
        channel=entry.channel,
        direction="internal",
        at=at,
        text=text,
        participants=[Participant(role="author", name=author), *(_attendee(row) for row in people)],
    )
    key = f"hand/log/{id}"
    yield Draft(kind=RecordKind.INTERACTION, key=key, unit=id, payload=touch.payload(), raw=text.encode())
    yield _link(id, entry.customer, "customer")
    for row in people:
        yield _link(id, row.id, "attendee")


def _attendee(row: ContactRow) -> Participant:
    address = (mailto(row.email) if row.email else None) or (tel(row.phone) if row.phone else None)
    return Participant(role="attendee", name=row.name, address=address)


def _link(interaction: str, target: str, role: str) -> Draft:
    payload: dict[str, Json] = {"interaction": interaction, "target": target, "role": role, "by": "hand"}
    return Draft(
        kind=RecordKind.LINK,
        key=f"hand/log/{interaction}/{role}/{target}",
        unit=interaction,
        payload=payload,
        refs=(target,),
        derived=True,
    )


def _id_of(run: Run, viewer: Viewer, entry: LogEntry, text: str) -> str:
    if not entry.token:
        return f"note:{digest('log', run.id)}"
    with_whom = (entry.customer, *dict.fromkeys(entry.contacts))
    return f"note:{digest('log', viewer.name, entry.token, entry.channel, *with_whom, text)}"


def _day(at: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date()
