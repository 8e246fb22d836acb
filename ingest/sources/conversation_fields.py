"""What the columns and values of exported conversations mean: their channel, direction, rating and time."""

import re
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from typing import Any

from ingest.headers import squeezed
from ingest.interactions import instant
from ingest.profile import Profile

# By a word of the channel's column, or in the name of the file; the first that fits.
_CHANNELS: Mapping[str, re.Pattern[str]] = {
    code: re.compile(words, re.IGNORECASE)
    for code, words in {
        "review": r"review|rating|评价|评论|点评|beoordeling|bewertung",
        "survey": r"survey|\bnps\b|csat|questionnaire|poll|问卷|调查|满意度|enqu[eê]te|umfrage",
        "ticket": r"ticket|\bcases?\b|issue|helpdesk|support|incident|complaint|工单|报修|投诉|售后|melding",
        "chat": r"chat|whatsapp|wechat|messenger|telegram|\bim\b|\bsms\b|slack|微信|聊天|在线|企微|钉钉",
        "email": r"e-?mail|\bmails?\b|邮件|邮箱",
        "call": r"\bcalls?\b|phone|voice|tele|电话|通话|来电|呼叫",
        "visit": r"visit|拜访|来访|bezoek",
        "meeting": r"meeting|会议",
        "form": r"form|\bweb|website|表单|网站|官网|留言",
        "note": r"\bnotes?\b|备注|笔记",
    }.items()
}
_SURVEY_SCORES = re.compile(r"nps|csat|ces$|score|satisf|^cijfer|punkt|得分|分数|满意度|推荐")
_SUBJECTS = frozenset({"subject", "onderwerp", "betreff"})
_QUESTIONS = frozenset({"question", "vraag", "frage", "问题", "题目"})
_DIRECTIONS = {
    "inbound": """in inbound incoming received customer client user visitor requester inkomend eingehend
        接收 收到 收 来 呼入 客户""",
    "outbound": """out outbound outgoing sent agent admin support staff operator uitgaand ausgehend
        发送 发出 发 去 呼出 客服""",
    "internal": "internal private intern 内部",
}
_DIRECTION = {word: code for code, words in _DIRECTIONS.items() for word in words.split()}
_NOT_SENT = ("note", "internal", "private", "internal_note")
_FROM_CUSTOMERS = frozenset({"review", "survey", "form", "ticket"})
_LANGUAGES = {"zh": "chinese 中文 汉语 cn", "en": "english 英文 英语 engels englisch"}
_LANGUAGE = {word: code for code, words in _LANGUAGES.items() for word in words.split()}
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d{1,9})?")
_RATING = re.compile(
    r"([+-]?\d{1,4}(?:[.,]\d{1,4})?)\s*(?:/\s*\d{1,4}|分|星|stars?|out of \d{1,4}|points?)?", re.IGNORECASE
)


def channel_of_file(profile: Profile, name: str) -> str:
    """What kind of conversations a file holds, where no column says it: by its fields, else by its name."""
    rated, titled, worded = (
        squeezed(profile.columns.get(field, "")) for field in ("rating", "title", "text")
    )
    return _by_fields(profile.columns.keys(), rated, titled, worded) or _by_name(
        name, profile.columns.keys(), titled
    )


def _by_fields(fields: Set[str], rated: str, titled: str, worded: str) -> str:
    """The others are the headers of the rating, the title and the text."""
    if fields & {"status", "priority"}:
        return "ticket"
    if rated:
        reviewed = _CHANNELS["review"].search(f"{titled} {worded}")
        return "survey" if _SURVEY_SCORES.search(rated) and not reviewed else "review"
    if titled in _QUESTIONS:
        return "survey"
    if "messages" in fields:
        return "ticket" if titled else "chat"
    return "chat" if fields >= {"sender", "thread"} else ""


def _by_name(name: str, fields: Set[str], titled: str) -> str:
    """Where the name of the file says nothing either, a sender makes a chat, and a subject a ticket."""
    guess = "chat" if "sender" in fields else "ticket" if titled in _SUBJECTS else "form"
    return channel_named(name.replace("_", " ")) or guess


def channel_named(text: str) -> str:
    """The code of the channel that a value or a file's name speaks of; "" for none."""
    return next((code for code, words in _CHANNELS.items() if words.search(text[:200])), "")


def direction_named(text: str) -> str:
    """ "inbound", "outbound" or "internal"; "" for a word that says neither."""
    return _DIRECTION.get(text.casefold(), "")


def is_internal(message: Mapping[str, Any]) -> bool:
    """Whether a message among others is a note that the customer never saw."""
    hidden = any(message.get(name) is True for name in ("private", "internal", "is_private", "is_internal"))
    kinds = (message.get("type"), message.get("part_type"), message.get("visibility"))
    return hidden or message.get("public") is False or any(kind in _NOT_SENT for kind in kinds)


def is_from_customers(channel: str) -> bool:
    """Whether what comes by the channel is written by customers, unless it is said to be ours."""
    return channel in _FROM_CUSTOMERS


def language_named(text: str) -> str:
    """ "zh" or "en" where the text says so, as a word or as a tag; "" for any other."""
    word = text.casefold()
    tag = re.split(r"[-_]", word)[0]
    return _LANGUAGE.get(word) or (tag if tag in _LANGUAGES else "")


def rating_in(text: str) -> float | None:
    """The number of "4", "4,5", "4/5", "5星" or "★★★★☆"; None for words."""
    stars = text.count("★") + text.count("⭐")
    if stars and not any(map(str.isdecimal, text)):
        return float(stars)
    found = _RATING.fullmatch(text)
    return float(found[1].replace(",", ".")) if found else None


def millis(text: str, profile: Profile) -> int:
    """Epoch milliseconds of a time as systems write it: also as seconds or milliseconds since 1970.

    Raises ValueError for what is no time, or a year that no conversation was in.
    """
    if found := _EPOCH.fullmatch(text):
        return instant(datetime.fromtimestamp(int(found[1]), UTC)) + _thousandths(text)
    at = profile.calendar.millis(text)
    instant(datetime.fromtimestamp(at // 1000, UTC))
    return at


def _thousandths(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole[10:]) if len(whole) == 13 else int((part + "000")[:3])
