"""Asks an OpenAI-compatible endpoint, within a budget, and again where that may help."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ingest.extract.language_model.answers import NotAnAnswer
from ingest.extract.language_model.asking import SCHEMA
from ingest.extract.language_model.budget import Spending, estimated
from ingest.extract.language_model.transport import Answered, Unreachable, exchange
from kb.errors import LanguageModelUnavailable, NoAnswer

T = TypeVar("T")

ATTEMPTS = 3
FIRST_WAIT = 1.0  # seconds before the second attempt; twice as long before each further one
LONGEST_WAIT = 30.0  # whatever the endpoint asks for
MOST_TOKENS = 4_000  # of an answer
AGAIN = {408, 409, 425, 429}  # besides all from 500: what may pass
COMPLETIONS = "/chat/completions"
_FORM = {"type": "json_schema", "json_schema": {"name": "facts", "strict": True, "schema": SCHEMA}}
# What an endpoint refuses to know (400, 422) is left out: first the form, which we check anyhow.
MANNERS: tuple[Mapping[str, Any], ...] = (
    {"temperature": 0, "max_tokens": MOST_TOKENS, "response_format": _FORM},
    {"temperature": 0, "max_tokens": MOST_TOKENS},
    {"max_completion_tokens": MOST_TOKENS, "response_format": _FORM},
    {},
)
UNKNOWN = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the model is. `url` is the base, such as http://localhost:11434/v1; the key may be empty."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 60.0  # seconds for one answer

    @property
    def completions(self) -> str:
        """Where it is asked."""
        base = self.url.rstrip("/")
        return base if base.endswith(COMPLETIONS) else base + COMPLETIONS

    @property
    def host(self) -> str:
        """Its host and port, as errors name it."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


@dataclass(slots=True)
class Usage:
    """What was used since it was made, for those who count what it costs."""

    requests: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0


class Client:
    """Asks one endpoint. Errors name neither the key nor words of the endpoint, which may repeat it."""

    def __init__(
        self, endpoint: Endpoint, spending: Spending, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self.endpoint = endpoint
        self.usage = Usage()
        self._spending = spending
        self._wait = wait
        self._counting = Lock()
        self._manner = 0  # of MANNERS: what the endpoint is known to understand

    def ask(self, system: str, user: str, read: Callable[[str], T]) -> T:
        """What `read` makes of the answer; where it raises NotAnAnswer, the model is asked again.

        Raises BudgetSpent, NoAnswer where ATTEMPTS did not help, and LanguageModelUnavailable where more
        would not help either: a wrong key, address or model.
        """
        silent = NoAnswer(f"{self._name} does not answer. Check KBCRM_LLM_URL and that it runs.")
        wait, error = FIRST_WAIT, silent
        for attempt in range(ATTEMPTS):
            if attempt:
                self._wait(wait)
                wait = min(2 * wait, LONGEST_WAIT)
            try:
                answered = self._sent(system, user)
                if answered.status not in AGAIN and answered.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    self._refused(answered.status)
                    return read(self._content(answered.body))
                error = NoAnswer(f"{self._name} answers {_status(answered.status)}. Try again later.")
                wait = min(max(wait, answered.retry_after), LONGEST_WAIT)
            except Unreachable:
                error = silent
            except NotAnAnswer:
                error = NoAnswer(f"{self._name} does not answer in the form that it is asked for.")
        raise error

    @property
    def _name(self) -> str:
        return f"{self.endpoint.model} at {self.endpoint.host}"

    def _sent(self, system: str, user: str) -> Answered:
        """The answer in the first manner that the endpoint understands. Raises Unreachable, BudgetSpent."""
        while True:
            manner = self._manner
            answered = self._exchanged(system, user, MANNERS[manner])
            if answered.status not in UNKNOWN or manner + 1 == len(MANNERS):
                return answered
            self._manner = max(self._manner, manner + 1)

    def _exchanged(self, system: str, user: str, manner: Mapping[str, Any]) -> Answered:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        body = json.dumps({"model": self.endpoint.model, "messages": messages, "stream": False, **manner})
        guess = estimated(system, user)
        self._spending.take(guess)
        with self._counting:
            self.usage.requests += 1
        answered = exchange(
            self.endpoint.completions,
            key=self.endpoint.key,
            timeout=self.endpoint.timeout,
            body=body.encode("ascii"),
        )
        if answered.status == HTTPStatus.OK:
            asked, given = _used(answered.body, guess)
            with self._counting:
                self.usage.prompt_tokens += asked
                self.usage.answer_tokens += given
            self._spending.settle(guess, asked + given)
        return answered

    def _refused(self, status: int) -> None:
        """Raises LanguageModelUnavailable unless it is well."""
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise LanguageModelUnavailable(f"{self._name} answers {_status(status)}. Check KBCRM_LLM_KEY.")
        if status != HTTPStatus.OK:
            raise LanguageModelUnavailable(
                f"{self._name} answers {_status(status)}. Check KBCRM_LLM_URL and KBCRM_LLM_MODEL."
            )

    @staticmethod
    def _content(body: bytes) -> str:
        """What the model said. Raises NotAnAnswer where it broke off or the body has another form."""
        try:
            choice = json.loads(body)["choices"][0]
            content = choice["message"]["content"]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise NotAnAnswer from None
        if not isinstance(content, str) or choice.get("finish_reason") == "length":
            raise NotAnAnswer
        return content


def _used(body: bytes, guess: int) -> tuple[int, int]:
    """Tokens sent and received, as the endpoint counts; where it does not, as we guess."""
    try:
        usage = json.loads(body)["usage"]
        asked, given = usage["prompt_tokens"], usage["completion_tokens"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return guess, len(body) // 4
    counted = all(isinstance(one, int) and one >= 0 for one in (asked, given))
    return (asked, given) if counted else (guess, len(body) // 4)


def _status(status: int) -> str:
    known = status in [*HTTPStatus]
    return f"{status} ({HTTPStatus(status).phrase})" if known else str(status)
