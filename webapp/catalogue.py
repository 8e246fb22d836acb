"""The catalogue of messages: what there is to translate, and the files that hold the translations.

`python -m webapp.catalogue` brings translations/zh/LC_MESSAGES/messages.po up to date: new messages appear
empty, those that are gone disappear. A test fails while one is empty.
"""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from webapp.translate import PROBLEM

ROOT = Path(__file__).parent.parent
WEBAPP = ROOT / "webapp"
BELOW = ("kb", "ingest")  # layers whose errors reach a page
HEADER = """\
# `python -m webapp.catalogue` brings this file up to date.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {locale}\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS = {"_": None, "_l": None, "ngettext": (1, 2)}
SENTENCE_AT = {"Invalid": 1, "InvalidFact": 1, "InvalidFile": 1}  # place of the sentence; 0 for other errors
ERRORS = (
    *SENTENCE_AT,
    "Conflict",
    "GraphAhead",
    "Unavailable",
    "GraphUnavailable",
    "LedgerUnavailable",
    "Rebuilding",
    "LanguageModelUnavailable",
    "NoAnswer",
    "BudgetSpent",
)


def po_file(locale: str) -> Path:
    return WEBAPP / "translations" / locale / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Every message of the pages and of the errors from below."""
    catalogue = Catalog(project="KBCRM", charset="utf-8")
    methods = [("cli/**", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2")]
    options = {"templates/**.html": {"trimmed": "true", "encoding": "utf-8"}}
    for name, _line, message, comments, context in extract_from_dir(
        WEBAPP, methods, options, keywords=KEYWORDS
    ):
        catalogue.add(message, locations=[(f"webapp/{name}", 0)], auto_comments=comments, context=context)
    for place, sentence in sorted(problems()):
        catalogue.add(sentence, locations=[(place, 0)], context=PROBLEM)
    return catalogue


def problems() -> set[tuple[str, str]]:
    """(file, sentence) of the errors that the layers below raise, with {1}, {2} … for values."""
    return {
        (path.relative_to(ROOT).as_posix(), sentence)
        for layer in BELOW
        for path in sorted((ROOT / layer).rglob("*.py"))
        for sentence in _sentences_of(ast.parse(path.read_text(encoding="utf-8")))
    }


def update(locale: str) -> None:
    """Bring the catalogue of a language up to date; nothing is guessed."""
    path = po_file(locale)
    catalogue = Catalog(locale=locale, charset="utf-8")
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    save(catalogue, locale)


def save(catalogue: Catalog, locale: str) -> None:
    """Write the catalogue without dates and names, so that only messages make a difference."""
    text = io.BytesIO()
    write_po(text, catalogue, width=110, sort_output=True, omit_header=True, include_lineno=False)
    path = po_file(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(locale=locale) + text.getvalue().decode(), encoding="utf-8")


def _sentences_of(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            place = SENTENCE_AT.get(node.func.id, 0)
            if len(node.args) > place:
                yield from _texts(node.args[place], module)


def _texts(node: ast.expr, module: ast.Module) -> Iterator[str]:
    """The sentences that an expression may be: literals, names of literals, what a function here returns."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            yield _pattern(node)
        case ast.IfExp():
            yield from _texts(node.body, module)
            yield from _texts(node.orelse, module)
        case ast.Name(id=name):
            for value in _assigned(name, module):
                yield from _texts(value, module)
        case ast.Call(func=ast.Name(id=name)):
            for value in _returned(name, module):
                yield from _texts(value, module)


def _pattern(node: ast.JoinedStr) -> str:
    pieces: list[str] = []
    values = 0
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            pieces.append(str(piece.value))
        else:
            values += 1
            pieces.append(f"{{{values}}}")
    return "".join(pieces)


def _assigned(name: str, module: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            yield node.value


def _returned(name: str, module: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield inner.value


if __name__ == "__main__":
    update("zh")
