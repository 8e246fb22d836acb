"""What a preference is about, told by its words: "Weekends suit us best" is about time.

Some words tell more than others. In "calls after 4 pm only" the hour counts, not the call, and in "invoices
as PDF" the form, not the invoice; so the aspects are looked for in an order, and the first one found is it.
"""

import re
from collections.abc import Sequence

from ingest.extract.lexicon import LONGEST, any_of


def _pattern(*english: str, chinese: Sequence[str] = ()) -> re.Pattern[str]:
    """English pieces as whole words, Chinese ones wherever they stand, in a text of lower case."""
    return re.compile(rf"\b(?:{'|'.join(english)})\b|{'|'.join(chinese) or '(?!)'}")


def _words(name: str) -> str:
    return any_of("preferences", name)


_HOURS, _CHANNEL, _CONTACT = _words("hours"), _words("channel"), _words("contact")
_NOT = (
    r"(?:do not|don['’]?t|didn['’]?t|did not|stop|never|no more|no longer|without|refrain from|rather not"
    r"|nobody|no|tired of|take (?:me|us) off|remove (?:me|us) from)"
)
_NOT_CHINESE = r"(?:不要|别|勿|不想|不希望|拒绝|拒接|不用|不必|不接受|不需要|停止|谢绝|別)"

_LANGUAGE = _pattern(
    rf"(?:in|into|speaks?|speaking|writes?|uses?|prefers?) (?:\w+ )?{_words('tongue')}",
    chinese=(_words("tongue_chinese"),),
)
_NO_CONTACT = _pattern(
    rf"{_NOT}\b.{{0,25}}\b{_CONTACT}",
    "unsubscribed?",
    r"(?:off|from) (?:the|your|our) (?:mailing |call |newsletter )?list",
    r"without the newsletters?",
    "left alone|left in peace",
    chinese=(rf"{_NOT_CHINESE}.{{0,8}}{_words('contact_chinese')}", "免打扰|退订"),
)
# Who names an hour or another way to be reached wants to be spoken to.
_INSTEAD = _pattern(
    _HOURS,
    "instead|rather than|better than|but|only|except",
    chinese=(_words("hours_chinese"), "改|而是|就行|就好"),
)
_MANNER = _pattern(
    _words("form"),
    rf"(?:one|single|same|named|fixed|only|with|our own) (?:\w+ )?{_words('whom')}",
    rf"(?:rather|better|not) .{{0,20}}\b(?:than|me)\b.{{0,12}}\b(?:with|me|{_words('whom')})",
    r"(?:deal|dealing|coordinate|speak) (?:\w+ )?with",
    r"(?:send|go|ring|write) (?:it )?to (?:my|the|our|his|her) \w+",
    r"(?:one|an|a) (?:reminder|invoice|mail)s? (?:mail )?(?:a|per) (?:week|month|quarter)",
    chinese=(_words("form_chinese"), r"只?(?:对接|认)(?!时间)"),
)
_PAYMENT = _pattern(_words("payment"), chinese=(_words("payment_chinese"),))
_DELIVERY = _pattern(_words("delivery"), chinese=(_words("delivery_chinese"),))
_TIME = _pattern(_HOURS, chinese=(_words("hours_chinese"),))
_REACHED = _pattern(_CHANNEL, chinese=(_words("channel_chinese"),))
_PRODUCT = _pattern(_words("product"), chinese=(_words("product_chinese"),))
# A document that travels some way: "invoices by e-mail".
_SENT = _pattern(rf"(?:invoices?|statements?|quotes?|reports?) (?:as|by|via|through|on) {_CHANNEL}")
_ORDER = (
    ("language", _LANGUAGE),
    ("channel", _SENT),
    ("manner", _MANNER),
    ("payment", _PAYMENT),
    ("delivery", _DELIVERY),
    ("time", _TIME),
    ("channel", _REACHED),
    ("product", _PRODUCT),
)


def aspect(clause: str) -> str:
    """What it is about: one of the aspects of docs/annotation.md, "manner" where nothing tells.

    "No calls before 2 pm" is about time, "don't call us" is no_contact, "don't call, but write" is channel.
    """
    plain = clause[:LONGEST].lower()
    if _NO_CONTACT.search(plain) and not _INSTEAD.search(plain):
        return "no_contact"
    return next((name for name, pattern in _ORDER if pattern.search(plain)), "manner")
