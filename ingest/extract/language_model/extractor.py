"""Candidates by a language model, with the same form and the same method as the built-in extractor's."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

from ingest.extract.candidates import Candidate
from ingest.extract.language_model.answers import NotAnAnswer, Stated, stated
from ingest.extract.language_model.asking import CONFIDENCE, PROMPT, prompt_version, told
from ingest.extract.language_model.client import Client
from ingest.extract.language_model.grounding import grounded
from ingest.extract.language_model.kept import Kept
from ingest.extract.language_model.sent import Sent, sent
from ingest.extract.pipeline import Extracts, Message
from ingest.extract.versions import digest, rules
from kb.errors import LanguageModelUnavailable, NoAnswer

PARALLEL = 4  # requests at a time
PIECES = 12  # of a message; a longer one is no message for a language model
PATIENCE = 3  # messages without an answer, one after the other, before it is given up

Tell: TypeAlias = Callable[[LanguageModelUnavailable], None]


class LanguageModelExtractor:
    """Finds the candidates of messages by asking a language model.

    `otherwise` reads what the model gives no answer about, and everything once the budget is spent or the
    endpoint refuses; `tell` is given the reason each time. Without it the reason is raised.
    """

    def __init__(
        self,
        client: Client,
        kept: Kept,
        today: Callable[[], int],
        otherwise: Extracts | None = None,
        tell: Tell = lambda _: None,
    ) -> None:
        self.client = client
        self._kept = kept
        self._today = today
        self._otherwise = otherwise
        self._tell = tell

    @property
    def version(self) -> str:
        """ "llm/", the model, and a digest of the prompt and of the rules that make candidates of answers."""
        ours = digest(prompt_version(), repr([*CONFIDENCE.items()]), rules(), rules("language_model/*.py"))
        return f"llm/{self.client.endpoint.model}/{ours}"

    def extract(self, messages: Sequence[Message], *, careful: bool = False) -> Iterator[list[Candidate]]:
        """The candidates of each message, by their place. `careful` matters only to whoever reads otherwise.

        Raises LanguageModelUnavailable where nobody reads otherwise.
        """
        version, failed = self.version, 0
        with ThreadPoolExecutor(PARALLEL) as pool:
            results = _in_order(pool, lambda message: self._candidates(message, version), messages)
            for n, result in enumerate(results):
                try:
                    found, failed = result.result(), 0
                except LanguageModelUnavailable as error:
                    otherwise, failed = self._instead(error), failed + 1
                    if failed == PATIENCE or not isinstance(error, NoAnswer):
                        results.close()
                        break
                    found = next(otherwise.extract([messages[n]], careful=careful))
                yield found
            else:
                return
        yield from otherwise.extract(messages[n:], careful=careful)

    def _instead(self, error: LanguageModelUnavailable) -> Extracts:
        """Who reads otherwise, having said why. Raises the error where nobody does."""
        if self._otherwise is None:
            raise error
        self._tell(error)
        return self._otherwise

    def _candidates(self, message: Message, version: str) -> list[Candidate]:
        pieces = [*sent(message.text).pieces()]
        if len(pieces) > PIECES:
            raise NoAnswer("A text is too long for the language model; the built-in extractor reads it.")
        found = [
            candidate
            for piece in pieces
            if piece.text.strip()
            for candidate in grounded(message, piece, self._stated(message, piece))
        ]
        found = [replace(candidate, version=version) for candidate in found]
        return sorted(found, key=lambda candidate: (candidate.start, candidate.end))

    def _stated(self, message: Message, piece: Sent) -> list[Stated]:
        """What the model says of a piece; it is asked once."""
        user = told(message, piece)
        asked = digest(self.client.endpoint.model, prompt_version(), user)
        before = self._kept.answer(asked)
        if before is not None:
            with suppress(NotAnAnswer):
                return stated(before)

        def read(content: str) -> list[Stated]:
            facts = stated(content)
            self._kept.keep(asked, content, self._today())
            return facts

        return self.client.ask(PROMPT, user, read)


def _in_order(
    pool: ThreadPoolExecutor, work: Callable[[Message], list[Candidate]], messages: Sequence[Message]
) -> Generator[Future[list[Candidate]]]:
    """What is done of each message, in their order; few are begun before their turn."""
    begun: deque[Future[list[Candidate]]] = deque()
    try:
        for message in messages:
            begun.append(pool.submit(work, message))
            if len(begun) == PARALLEL:
                yield begun.popleft()
        while begun:
            yield begun.popleft()
    finally:
        for future in begun:
            future.cancel()
