"""A language model reads messages instead of the built-in models, where an endpoint for one is set.

Any OpenAI-compatible endpoint will do. What the model gets is the author's own words, as data, with personal
data masked; what it gives is quotes with labels from closed lists. Where the quotes stand, which days they
mean and how sure they are, we say (docs/language-model.md).
"""

from ingest.extract.language_model.budget import Budget
from ingest.extract.language_model.client import Client, Endpoint
from ingest.extract.language_model.extractor import LanguageModelExtractor

__all__ = ["Budget", "Client", "Endpoint", "LanguageModelExtractor"]
