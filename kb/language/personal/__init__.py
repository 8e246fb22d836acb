"""Personal data in text, to be masked: addresses, phone numbers, numbers of persons, cards and accounts.

English and Chinese, full-width characters too. What proves itself (by a check digit, by a country's plan of
numbers) is taken wherever it stands; what could be any number, where the words beside it say so. What is
called an order, a part or a sum is none; and what is personal once is so in the whole text.
"""

from kb.language.personal.finding import blanked, masked, personal
from kb.language.personal.found import Kind, Personal

__all__ = ["Kind", "Personal", "blanked", "masked", "personal"]
