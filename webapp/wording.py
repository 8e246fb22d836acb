"""Codes of the layers below, worded for people: roles, sources, states, and why a record was rejected."""

from kb.model.ledger import Reason
from webapp.translate import gettext as _
from webapp.translate import lazy_gettext as _l
from webapp.translate import ngettext

Words = dict[str, object]  # code -> text, translated when it is shown

_ROLES: Words = {
    "administrator": _l("administrator"),
    "account_manager": _l("account manager"),
    "expert": _l("expert"),
    "engineer": _l("engineer"),
    "customer": _l("customer"),
}
SOURCES: Words = {
    "orders": _l("Orders"),
    "contacts": _l("Customers and contacts"),
    "products": _l("Products"),
    "mail": _l("E-mail"),
    "chat": _l("Chats"),
    "conversations": _l("Chats, reviews, tickets, surveys"),
    "transcript": _l("Call transcripts"),
    "calendar": _l("Calendar"),
    "notes": _l("Notes and minutes"),
    "knowledge": _l("What experts know"),
}
_OTHER_SOURCES: Words = {"hand": _l("by hand"), "extraction": _l("Reading for facts")}
SOURCE_HINTS: Words = {
    "orders": _l("Order lines as CSV or Excel, one line a product."),
    "contacts": _l("Organisations and people as CSV, Excel or vCard."),
    "products": _l("The catalogue as CSV or Excel."),
    "mail": _l("A mailbox (.mbox) or a single message (.eml)."),
    "chat": _l("An exported chat as text."),
    "conversations": _l("Exports of other systems as CSV, Excel, JSON or JSON Lines."),
    "transcript": _l("A transcript with times (.vtt, .srt) or as text."),
    "calendar": _l("Meetings and visits (.ics)."),
    "notes": _l("What a colleague wrote down: text, Markdown or Word (.docx)."),
    "knowledge": _l("Statements with confidence and time, as CSV or Excel."),
}
_DIRECTIONS: Words = {
    "inbound": _l("from the customer"),
    "outbound": _l("to the customer"),
    "internal": _l("internal"),
    "unknown": _l("direction unknown"),
}
_PARTICIPANTS: Words = {
    "from": _l("From"),
    "to": _l("To"),
    "cc": _l("Cc"),
    "bcc": _l("Bcc"),
    "speaker": _l("Speaker"),
    "organizer": _l("Organiser"),
    "attendee": _l("Attendee"),
    "customer": _l("Customer"),
    "author": _l("Author"),
}
_GUESSES: Words = {
    "given": _l("as you said"),
    "header": _l("by its heading"),
    "part_of_header": _l("by a part of its heading"),
    "values": _l("by its values"),
}
_QUESTIONS: Words = {
    "day_first": _l(
        "The dates in this file can be read both ways. Please choose the order of day and month."
    ),
    "decimal": _l(
        "The numbers in this file can be read both ways: 1.234 may be a thousand or little more than one. "
        "Write them with two decimals, or import by a saved profile on the command line."
    ),
}
_RUN_STATES: Words = {
    "running": _l("running"),
    "stopped": _l("stopped"),
    "done": _l("done"),
    "reverted": _l("reverted"),
}
_STAGES: Words = {
    "landing": _l("Reading the file"),
    "projecting": _l("Bringing it into the knowledge base"),
    "done": _l("Finished"),
}
_REASONS: Words = {
    Reason.MISSING_FIELD: _l("%(field)s is missing."),
    Reason.BAD_DATE: _l("%(field)s: “%(value)s” is not a date that can be read."),
    Reason.BAD_NUMBER: _l("%(field)s: “%(value)s” is not a number."),
    Reason.BAD_ENCODING: _l("%(field)s: the characters cannot be read in any known encoding."),
    Reason.BAD_SYNTAX: _l("The record is damaged: %(field)s cannot be read (“%(value)s”)."),
    Reason.BAD_VALUE: _l("%(field)s: “%(value)s” is not an accepted value."),
    Reason.EMPTY: _l("The record is empty."),
    Reason.TOO_BIG: _l("%(field)s is too big."),
    Reason.UNSUPPORTED: _l("%(field)s: “%(value)s” is of a kind that cannot be read yet."),
    Reason.UNKNOWN_REFERENCE: _l("%(field)s: nothing is known under “%(value)s”."),
}
CANDIDATES: Words = {
    "commitment": _l("commitment"),
    "preference": _l("preference"),
    "role_change": _l("change of role"),
    "need": _l("need"),
    "complaint": _l("complaint"),
    "praise": _l("praise"),
    "incident": _l("incident"),
    "suggestion": _l("suggestion"),
    "request": _l("request"),
    "question": _l("question"),
    "outcome": _l("outcome"),
    "intention": _l("intention"),
    "comparison": _l("comparison"),
    "decision_maker": _l("decision maker"),
    "uses_competitor": _l("uses a competitor"),
}
DOUBTS: Words = {
    "unsure": _l("not sure enough"),
    "ambiguous_subject": _l("whose fact is it?"),
    "unknown_subject": _l("nobody known is meant"),
    "ambiguous_about": _l("which product?"),
    "unknown_person": _l("unknown person"),
    "ambiguous_person": _l("which person?"),
    "ambiguous_matter": _l("the same matter as an earlier one?"),
}
_SIDES: Words = {"customer": _l("the customer"), "us": _l("we")}
ASPECTS: Words = {
    "channel": _l("way of contact"),
    "time": _l("time of day or week"),
    "manner": _l("manner of contact"),
    "no_contact": _l("no contact"),
    "language": _l("language"),
    "payment": _l("payment"),
    "delivery": _l("delivery"),
    "product": _l("product"),
    "buy": _l("buy"),
    "renew": _l("renew"),
    "expand": _l("extend"),
    "try": _l("try"),
    "leave": _l("leave"),
    "switch": _l("switch"),
    "reduce": _l("reduce"),
    "postpone": _l("postpone"),
}
# Fields that files are read into, and properties of nodes that are no predicates of the ontology.
_FIELDS: Words = {
    "about": _l("Subject"),
    "account_manager": _l("Account manager"),
    "address": _l("Address"),
    "aliases": _l("Other names"),
    "aspect": _l("Aspect"),
    "amount": _l("Amount"),
    "at": _l("Time"),
    "attachments": _l("Attachments"),
    "attendee": _l("Attendee"),
    "author": _l("Author"),
    "branch": _l("Branch"),
    "ca_file": _l("Certificate of an own authority"),
    "category": _l("Category"),
    "channel": _l("Channel"),
    "city": _l("City"),
    "code": _l("Code"),
    "columns": _l("Columns"),
    "confidence": _l("Confidence"),
    "contact": _l("Contact"),
    "country": _l("Country"),
    "currency": _l("Currency"),
    "customer": _l("Customer"),
    "customer_kind": _l("Kind of customer"),
    "customer_name": _l("Customer name"),
    "customer_no": _l("Customer number"),
    "date": _l("Date"),
    "date_format": _l("Format of dates"),
    "decimal": _l("Decimal mark"),
    "day_first": _l("Order of day and month"),
    "description": _l("Description"),
    "due": _l("Due by"),
    "direction": _l("Direction"),
    "email": _l("E-mail address"),
    "end": _l("End"),
    "ends_at": _l("End"),
    "features": _l("Features"),
    "file": _l("File"),
    "folder": _l("Folder"),
    "folders": _l("Folders"),
    "from": _l("Sender"),
    "host": _l("IMAP server"),
    "holder": _l("Who owes it"),
    "id": _l("ID"),
    "industry": _l("Industry"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "line": _l("Line"),
    "matter": _l("Earlier matter"),
    "message": _l("Message"),
    "messages": _l("Messages"),
    "name": _l("Name"),
    "name_zh": _l("Name in Chinese"),
    "namespace": _l("Prefix of order numbers"),
    "next_step": _l("Next step"),
    "note": _l("How it is known"),
    "number": _l("Number"),
    "object": _l("Object"),
    "order": _l("Order number"),
    "outcome": _l("Outcome"),
    "organisation": _l("Organisation"),
    "organisation_zh": _l("Organisation in Chinese"),
    "owner": _l("Account manager"),
    "password": _l("Password"),
    "password_env": _l("Environment variable"),
    "password_file": _l("File on the server"),
    "phone": _l("Telephone"),
    "port": _l("Port"),
    "predicate": _l("What it is about"),
    "price": _l("Price"),
    "priority": _l("Priority"),
    "product": _l("Product"),
    "profile": _l("Import profile"),
    "quantity": _l("Quantity"),
    "rating": _l("Rating"),
    "record": _l("Record"),
    "released": _l("Released"),
    "role": _l("Role"),
    "row": _l("Row"),
    "said": _l("What was said"),
    "said_on": _l("Said on"),
    "sender": _l("Sender"),
    "since": _l("Since"),
    "sku": _l("Stock number"),
    "source": _l("Kind of file"),
    "start": _l("Start"),
    "statement": _l("Statement"),
    "status": _l("Status"),
    "subject": _l("Subject"),
    "team": _l("Team"),
    "text": _l("Text"),
    "thread": _l("Thread"),
    "time": _l("Time"),
    "timezone": _l("Time zone"),
    "title": _l("Title"),
    "tls": _l("Encryption"),
    "unit": _l("Unit"),
    "unit_price": _l("Unit price"),
    "until": _l("Until"),
    "user": _l("User"),
    "valid_from": _l("True from"),
    "valid_to": _l("No longer true from"),
    "value": _l("Value"),
    "verdict": _l("Decision"),
    "version": _l("Version"),
    "words": _l("The very words"),
}


def role(code: str) -> str:
    return str(_ROLES.get(code, code))


def source(code: str) -> str:
    """What an import reads, or how else something came to be known."""
    return str(SOURCES.get(code) or _OTHER_SOURCES.get(code, code))


def direction(code: str) -> str:
    return str(_DIRECTIONS.get(code, code))


def participant(code: str) -> str:
    return str(_PARTICIPANTS.get(code, code))


def run_state(code: str) -> str:
    return str(_RUN_STATES.get(code, code))


def guess(code: str) -> str:
    """Why a column was taken for something."""
    return str(_GUESSES.get(code, code))


def question(code: str | None) -> str:
    """What a file leaves open, as a question to whoever imports it."""
    return str(_QUESTIONS.get(code, code)) if code else ""


def stage(code: str) -> str:
    return str(_STAGES.get(code, code))


def candidate(code: str) -> str:
    """A kind of fact that conversations state."""
    return str(CANDIDATES.get(code, code))


def doubt(code: str) -> str:
    """Why a candidate waits for a person."""
    return str(DOUBTS.get(code, code))


def side(code: str) -> str:
    """Who owes it."""
    return str(_SIDES.get(code, code))


def aspect(code: str) -> str:
    return str(ASPECTS.get(code, code))


def field(name: str) -> str:
    """A field of a file or form, as people call it; its own name where it is the file's column."""
    return str(_FIELDS.get(name, name))


def is_field(name: str) -> bool:
    return name in _FIELDS


def reason(code: str, name: str, value: str = "") -> str:
    """One sentence on why a record was rejected."""
    template = _REASONS.get(code)
    if template is None:
        return code
    return str(template) % {"field": field(name) or _("The record"), "value": value}


def lines(count: int) -> str:
    return ngettext("%(num)s line", "%(num)s lines", count)
