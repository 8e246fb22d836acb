"""Names in two languages, as a reader wants to see them."""

from webapp.language import locale_code


def both_names(name: str, name_zh: str | None) -> tuple[str, str | None]:
    """The reader's name first; None where there is no other."""
    if not name_zh or name_zh == name:
        return name, None
    return (name_zh, name) if locale_code() == "zh" else (name, name_zh)
