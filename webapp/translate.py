"""The catalogue's functions, typed. Imported as `_`, `_l` and `ngettext`: the names that extraction knows."""

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import flask_babel


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, with %(name)s replaced."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """The form of the message that goes with the count, which it may show as %(num)s."""
    return str(flask_babel.ngettext(singular, plural, count, **values))


def lazy_gettext(message: str) -> Any:
    """For constants of modules: translated each time it is made text of (`str`)."""
    return flask_babel.lazy_gettext(message)


PROBLEM = "problem"  # context of the sentences that come from the layers below (see webapp.catalogue)


def problem(sentence: str) -> str:
    """A sentence of an error from the layers below, in the reader's language; as it stands where unknown.

    The layers below write English sentences, some with values in them. The catalogue holds these as patterns
    with {1}, {2} … for the values.
    """
    translations = flask_babel.get_translations()
    known = translations.upgettext(PROBLEM, sentence) if hasattr(translations, "upgettext") else sentence
    if known != sentence:
        return str(known)
    return _by_pattern(sentence, _patterns(str(flask_babel.get_locale()), translations))


Pattern: TypeAlias = tuple[re.Pattern[str], str]
_known_patterns: dict[str, list[Pattern]] = {}  # of each language


def _patterns(locale: str, translations: Any) -> list[Pattern]:
    if locale not in _known_patterns:
        catalogue: dict[Any, str] = getattr(translations, "_catalog", {})
        _known_patterns[locale] = [
            (_regex(key.partition("\x04")[2]), text)
            for key, text in catalogue.items()
            if isinstance(key, str) and key.startswith(f"{PROBLEM}\x04") and "{1}" in key
        ]
    return _known_patterns[locale]


def _regex(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"\{\d\}", pattern)
    return re.compile("(.*)".join(re.escape(piece) for piece in pieces), re.DOTALL)


def _by_pattern(sentence: str, patterns: list[Pattern]) -> str:
    for pattern, text in patterns:
        if found := pattern.fullmatch(sentence):
            return _filled(text, found.groups())
    return sentence


def _filled(text: str, values: Sequence[str]) -> str:
    return re.sub(r"\{(\d)\}", lambda mark: values[int(mark[1]) - 1], text)
