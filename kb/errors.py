"""The one tree of errors.

KbcrmError
├── Invalid                 a value that may not exist (422); names every bad field
│   ├── InvalidFact
│   ├── InvalidSetting      a wrong environment variable stops the start
│   └── InvalidFile         a whole file that cannot be read as what it was said to be
├── NotFound                not there, or not there for this viewer: the same answer (404)
├── Conflict                the request contradicts the present state (409)
│   └── GraphAhead          the graph has applied records that its ledger does not hold
├── Forbidden               the viewer's roles never allow this kind of act (403)
└── Unavailable             a store cannot be reached, is busy or is full (503); the work resumes
    ├── GraphUnavailable
    ├── LedgerUnavailable
    ├── Rebuilding          the graph is being folded anew; readers wait
    └── LanguageModelUnavailable  the endpoint of a language model refuses, or cannot be reached
        ├── NoAnswer        it gave no usable answer about one text
        └── BudgetSpent     the tokens or requests of the day are spent

Errors carry data, not prose in one language: `code` names the message of the
catalogue (`webapp/translations`), `data` its parameters. `str(error)` is the
English sentence, for logs and the command line.
"""

from typing import ClassVar


class KbcrmError(Exception):
    """Root of all errors that KBCRM raises on purpose."""

    status: ClassVar[int] = 500
    message: ClassVar[str] = "Something went wrong."

    def __init__(self, **data: object) -> None:
        super().__init__()
        self.data: dict[str, object] = data

    def __str__(self) -> str:
        return self.message.format_map(_Blank(self.data))


class _Blank(dict[str, object]):
    """Missing parameters show as their names instead of hiding the error behind a KeyError."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


class Invalid(KbcrmError):
    """A value that may not exist. `field` names where, `problem` what is wrong and what to do."""

    status = 422
    message = "{field}: {problem}"

    def __init__(self, field: str, problem: str, **data: object) -> None:
        super().__init__(field=field, problem=problem, **data)


class InvalidFact(Invalid):
    """A fact that may not exist: no evidence, confidence outside [0, 1], an empty interval."""

    @staticmethod
    def check_confidence(confidence: float) -> None:
        """Raises InvalidFact unless a probability."""
        if not 0 <= confidence <= 1:
            raise InvalidFact("confidence", "Confidence lies between 0 and 1.")


class InvalidSetting(Invalid):
    """An environment variable with a value that cannot be used."""


class InvalidFile(Invalid):
    """A whole file that cannot be read as what it was said to be."""


class NotFound(KbcrmError):
    """Not there, or not there for this viewer; the two are never told apart."""

    status = 404
    message = "There is no {what} {id}."

    def __init__(self, what: str, id: str) -> None:
        super().__init__(what=what, id=id)


class Conflict(KbcrmError):
    """The request contradicts the present state."""

    status = 409
    message = "{problem}"

    def __init__(self, problem: str, **data: object) -> None:
        super().__init__(problem=problem, **data)


class GraphAhead(Conflict):
    """The graph has applied records that its ledger does not hold."""


class Forbidden(KbcrmError):
    """The viewer's roles never allow this kind of act."""

    status = 403
    message = "Your role does not allow you to {act}."

    def __init__(self, act: str) -> None:
        super().__init__(act=act)


class Unavailable(KbcrmError):
    """A store cannot be reached, is busy or is full. Nothing is lost; the work resumes."""

    status = 503
    message = "{problem}"

    def __init__(self, problem: str, **data: object) -> None:
        super().__init__(problem=problem, **data)


class GraphUnavailable(Unavailable):
    """The graph server does not answer."""


class LedgerUnavailable(Unavailable):
    """The ledger's database does not answer, is locked or its disk is full."""


class Rebuilding(Unavailable):
    """The graph is being folded anew; readers wait until it is whole again."""


class LanguageModelUnavailable(Unavailable):
    """The endpoint of a language model refuses what it is asked, or cannot be reached."""


class NoAnswer(LanguageModelUnavailable):
    """It gave no usable answer about one text; the next text may fare better."""


class BudgetSpent(LanguageModelUnavailable):
    """The tokens or requests that a day may cost are spent; tomorrow it goes on."""
