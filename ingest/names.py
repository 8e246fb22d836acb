"""Names, addresses and the stable ids made from them. The same person or thing always gets the same id."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from ingest.text import normal
from kb.model.spelling import normalised

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*\.?")
_EXTENSION = re.compile(r"(?:;.*|[,\s]*(?:ext|extension|toestel|x|分机|#)[.:\s]*\d{1,6})$", re.IGNORECASE)
_TRUNK = re.compile(r"\(0\)")
_FILLING = re.compile(r"[\s().\-/\u00b7\u2010-\u2015]+")
_DIGITS = re.compile(r"(\+|00)?(\d+)")
_SHORTEST_NUMBER, _LONGEST_NUMBER = 3, 17


def email(address: str) -> str | None:
    """The address in lower case without "mailto:" and angle brackets; None for what is no address."""
    bare = address.strip().strip("<>").strip()[:320]
    bare = normal(bare[7:] if bare[:7].lower() == "mailto:" else bare).lower()
    return bare.rstrip(".") if _EMAIL.fullmatch(bare) else None


def phone(number: str) -> str | None:
    """ "+" and digits (E.164) where the country code is written, else the bare digits; None for no number.

    "00" before a long number is the country code's prefix. "(0)" and an
    extension are left out. A number without a country code is not given one.
    """
    text = unicodedata.normalize("NFKC", number[:100]).strip()
    text = text[4:] if text[:4].lower() == "tel:" else text
    text = _FILLING.sub("", _TRUNK.sub("", _EXTENSION.sub("", text)))
    found = _DIGITS.fullmatch(text)
    if not found or not _SHORTEST_NUMBER <= len(found[2]) <= _LONGEST_NUMBER:
        return None
    prefix, digits = found[1] or "", "".join(str(int(digit)) for digit in found[2])
    international = prefix == "+" or (prefix == "00" and len(digits) > 7)
    return ("+" if international else prefix) + digits


def mailto(address: str) -> str | None:
    """An e-mail address as participants carry it: "mailto:x@y"."""
    bare = email(address)
    return f"mailto:{bare}" if bare else None


def tel(number: str) -> str | None:
    """A phone number as participants carry it: "tel:+31612345678"."""
    bare = phone(number)
    return f"tel:{bare}" if bare else None


def digest(*parts: str | bytes) -> str:
    """16 hexadecimal digits of the SHA-256 of the parts, each one set off from the next."""
    raw = (part if isinstance(part, bytes) else part.encode("utf-8", "replace") for part in parts)
    return hashlib.sha256(b"\x1f".join(raw)).hexdigest()[:16]


def customer_id(number: str | None, name: str = "") -> str:
    """By number where there is one, else by name."""
    number = (number or "").strip()
    return f"customer:{number}" if number else f"customer:name:{normalised(name)}"


def contact_id(*, address: str | None, number: str | None, customer: str = "", name: str = "") -> str:
    """By e-mail, else by phone, else by name within the customer (a customer's id, or "" for none known)."""
    if address and (bare := email(address)):
        return f"contact:{bare}"
    if number and (digits := phone(number)):
        return f"contact:{digits}"
    return f"contact:{customer.removeprefix('customer:')}/{normalised(name)}"


def product_id(sku: str) -> str:
    return f"product:{sku.strip().upper()}"


def feature_id(name: str) -> str:
    return f"feature:{normalised(name)}"


def order_id(number: str) -> str:
    return f"order:{number.strip()}"


def requirement_id(code: str) -> str:
    return f"requirement:{code.strip()}"


def expert_id(name: str) -> str:
    return f"expert:{normalised(name)}"


class Staff:
    """Our own people, told by their addresses, their domains, their phone numbers or their names.

    A domain ("example.com" or "@example.com") stands for all its addresses and subdomains.
    """

    def __init__(self, known: Iterable[str]) -> None:
        plain = [entry.strip() for entry in known if entry.strip()]
        self._addresses = {address for entry in plain if (address := email(entry))}
        self._numbers = {number for entry in plain if (number := phone(entry))}
        self._names = {normalised(entry) for entry in plain}
        self._domains = {entry.removeprefix("@").lower().rstrip(".") for entry in plain if "." in entry}
        self._domains -= self._addresses

    def __bool__(self) -> bool:
        return bool(self._names)

    def has(self, name: str | None, address: str | None) -> bool:
        """`address` as participants carry it. A name counts wherever it is exactly one of ours."""
        scheme, _, bare = (address or "").partition(":")
        if scheme == "mailto" and (bare in self._addresses or self._in_domain(bare.rpartition("@")[2])):
            return True
        if scheme == "tel" and bare in self._numbers:
            return True
        return bool(name) and normalised(name or "") in self._names

    def _in_domain(self, host: str) -> bool:
        labels = host.split(".")
        return any(".".join(labels[start:]) in self._domains for start in range(len(labels)))
