"""Conversational knowledge: interactions of the ledger read for facts, and what people decide about them."""
