"""Chinese expressions of time: all kinds of them, and the characters without which a text has none."""

import re
from collections.abc import Iterator

from ingest.extract.when.chinese_days import CALENDAR_KIND, NEAR_KIND
from ingest.extract.when.chinese_distances import DISTANCE_KIND
from ingest.extract.when.chinese_periods import PERIOD_KINDS
from ingest.extract.when.chinese_weekdays import WEEKDAY_KIND
from ingest.extract.when.rules import Candidate, candidates

_KINDS = (WEEKDAY_KIND, CALENDAR_KIND, NEAR_KIND, DISTANCE_KIND, *PERIOD_KINDS)
_ANY = re.compile(
    "[周月日号天年季旬晚早夜晨]|星期|礼拜|小时|钟头|分钟|[hq][1-4内后]|[今明昨]儿|下班|收工|打烊"
)


def found(text: str, bare: str) -> Iterator[Candidate]:
    """Every expression, `bare` being the text in plain form; they may overlap."""
    return candidates(text, bare, _KINDS) if _ANY.search(bare) else iter(())
