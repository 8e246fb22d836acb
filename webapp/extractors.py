"""Which extractor the settings choose to read messages."""

import logging
import time
from collections.abc import Callable

from ingest.conversational.retraining import InUse, Models
from ingest.extract.language_model import Budget, Client, Endpoint, LanguageModelExtractor
from ingest.extract.language_model.budget import DAY, Spending
from ingest.extract.language_model.extractor import Tell
from ingest.extract.language_model.kept import Kept
from ingest.extract.pipeline import Extracts
from kb.errors import InvalidSetting
from webapp.setting_values import READERS
from webapp.settings import Settings

_, LANGUAGE_MODEL = READERS
log = logging.getLogger(__name__)


def reader(settings: Settings) -> Extracts:
    """Who reads what comes in for facts; where a language model cannot, the built-in extractor does."""
    built_in = InUse(Models(settings.home))
    if settings.reader != LANGUAGE_MODEL:
        return built_in
    return language_model(settings, built_in, lambda error: log.warning("%s", error))


def endpoint(settings: Settings) -> Endpoint | None:
    """The language model that is set; None where none is."""
    if not settings.llm_url:
        return None
    return Endpoint(
        url=settings.llm_url, model=settings.llm_model, key=settings.llm_key, timeout=settings.llm_timeout
    )


def language_model(
    settings: Settings,
    otherwise: Extracts | None,
    tell: Tell = lambda _: None,
    clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
) -> LanguageModelExtractor:
    """Reads by the language model that is set; what it cannot read, `otherwise` does, and `tell` hears why.

    `clock` gives epoch milliseconds; days of the budget are counted by it. Raises InvalidSetting where no
    model is set.
    """
    asked = endpoint(settings)
    if asked is None:
        raise InvalidSetting("KBCRM_LLM_URL", "No language model is set; see docs/language-model.md.")
    budget = Budget(tokens=settings.llm_budget, requests=settings.llm_requests)
    client = Client(asked, Spending(budget, settings.home, clock))
    return LanguageModelExtractor(client, Kept(settings.home), lambda: clock() // DAY, otherwise, tell)
