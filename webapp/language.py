"""In which language and time zone this reader reads: their own choice first, then what the browser asks."""

from zoneinfo import ZoneInfo

from flask import Flask, has_request_context, request, session
from flask_babel import Babel

from webapp.parts import settings
from webapp.sign_in import SignInNeeded, account

LANGUAGES = {"en": "English", "zh": "中文"}  # as their readers write them; never translated


def speak(app: Flask) -> None:
    Babel(app, locale_selector=locale_code, timezone_selector=lambda: zone().key)


def locale_code() -> str:
    """ "en" or "zh"."""
    if not has_request_context():
        return settings().locale
    own = session.get("locale") or _own("locale")
    return own or request.accept_languages.best_match(list(LANGUAGES)) or settings().locale


def zone() -> ZoneInfo:
    """Time zone in which this reader's dates are written and read."""
    own = _own("timezone") if has_request_context() else None
    return ZoneInfo(own) if own else settings().timezone


def _own(wish: str) -> str | None:
    try:
        found = account()
    except SignInNeeded:  # an error about the sign-in itself is worded in the browser's language
        return None
    value: str | None = getattr(found, wish) if found else None
    return value
