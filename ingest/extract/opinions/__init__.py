"""Who thinks what of what: target, aspect, opinion words and polarity, in a text or a conversation."""
