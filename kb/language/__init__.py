"""Sentences as vectors, in English and Chinese, offline: what search, similarity and extraction share."""
