"""Forms parsed at the edge: every bad field at once, in the reader's words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from types import TracebackType
from typing import Self

from kb.errors import Invalid
from webapp.instants import parse_instant


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, as a sentence in the reader's language."""

    field: str
    message: str


class FormError(Invalid):
    """A form with fields that cannot be used; names all of them."""

    def __init__(self, *problems: Problem) -> None:
        first = problems[0]
        super().__init__(first.field, first.message)
        self.problems = problems

    def of(self, field: str) -> str | None:
        """What is wrong with this field; None where nothing is."""
        return next((problem.message for problem in self.problems if problem.field == field), None)


class Fields:
    """Reads fields one by one and raises one FormError at the end of its `with` block.

    Each method returns a value that may be used only after the block.
    """

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self._problems: list[Problem] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._problems:
            raise FormError(*self._problems)

    def text(self, name: str, problem: str) -> str:
        """Text that must not be blank."""
        given = self.optional(name)
        if given is None:
            self.wrong(name, problem)
        return given or ""

    def optional(self, name: str) -> str | None:
        """Text, None where blank."""
        return self._form.get(name, "").strip() or None

    def choice(self, name: str, allowed: Collection[str], problem: str) -> str:
        given = self._form.get(name, "").strip()
        if given not in allowed:
            self.wrong(name, problem)
        return given

    def percent(self, name: str, problem: str) -> float:
        """A share in [0, 1] from a field that shows percent."""
        exact = self._decimal(name)
        if exact is None or not 0 <= exact <= 100:
            self.wrong(name, problem)
            return 0.0
        return float(exact / 100)

    def number(self, name: str, problem: str) -> Decimal:
        exact = self._decimal(name)
        if exact is None:
            self.wrong(name, problem)
        return exact or Decimal()

    def instant(self, name: str, local: tzinfo, problem: str) -> int | None:
        """Epoch milliseconds; None where blank. A moment without a zone is of `local`."""
        given = self.optional(name)
        try:
            return parse_instant(given, local) if given else None
        except ValueError:
            self.wrong(name, problem)
            return None

    def wrong(self, name: str, problem: str) -> None:
        self._problems.append(Problem(name, problem))

    def _decimal(self, name: str) -> Decimal | None:
        try:
            exact = Decimal(self._form.get(name, "").strip().replace(",", ""))
        except InvalidOperation:
            return None
        return exact if exact.is_finite() else None
