"""When: expressions of time in English and Chinese, as the days they mean by docs/annotation.md."""

from ingest.extract.when.days import Sense, When
from ingest.extract.when.finding import dates, due

__all__ = ["Sense", "When", "dates", "due"]
