"""What a day may cost: requests and tokens, counted over all processes that share a data folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.extract.language_model.kept import opened
from kb.errors import BudgetSpent

DAY = 86_400_000  # milliseconds
_BYTES_A_TOKEN = 3  # of English and Chinese alike, on the safe side
_GREATEST = 2**31  # tokens of one answer that are believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most so many tokens (sent and received) and requests a day of UTC."""

    tokens: int
    requests: int


class Spending:
    """Counts against a budget. `clock` gives epoch milliseconds."""

    def __init__(self, budget: Budget, folder: Path, clock: Callable[[], int]) -> None:
        self._budget = budget
        self._folder = folder
        self._clock = clock

    @property
    def day(self) -> int:
        """Today, counted from the epoch."""
        return self._clock() // DAY

    def take(self, tokens: int) -> None:
        """Take a request of about so many tokens out of the day's budget. Raises BudgetSpent."""
        day = self.day
        with opened(self._folder) as connection:
            connection.execute("INSERT OR IGNORE INTO spent (day) VALUES (?)", (day,))
            row = connection.execute("SELECT requests, tokens FROM spent WHERE day = ?", (day,)).fetchone()
            if row[0] + 1 > self._budget.requests:
                most = self._budget.requests
                raise BudgetSpent(
                    f"The {most} requests that the language model may be sent a day are spent. "
                    "Raise KBCRM_LLM_REQUESTS, or wait until tomorrow."
                )
            if row[1] + tokens > self._budget.tokens:
                most = self._budget.tokens
                raise BudgetSpent(
                    f"The {most} tokens that the language model may use a day are spent. "
                    "Raise KBCRM_LLM_BUDGET, or wait until tomorrow."
                )
            connection.execute(
                "UPDATE spent SET requests = requests + 1, tokens = tokens + ? WHERE day = ?", (tokens, day)
            )

    def settle(self, taken: int, used: int) -> None:
        """Put right what `take` had estimated, once the endpoint says what was used."""
        with opened(self._folder) as connection:
            connection.execute(
                "UPDATE spent SET tokens = max(0, tokens + ?) WHERE day = ?",
                (min(max(used, 0), _GREATEST) - taken, self.day),
            )

    def today(self) -> tuple[int, int]:
        """Requests and tokens spent today."""
        with opened(self._folder) as connection:
            row = connection.execute(
                "SELECT requests, tokens FROM spent WHERE day = ?", (self.day,)
            ).fetchone()
        return (row[0], row[1]) if row else (0, 0)


def estimated(*texts: str) -> int:
    """About how many tokens texts are."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) // _BYTES_A_TOKEN + 1
