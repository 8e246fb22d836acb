"""Spans of a text that mean something: names, and what is thought of what; a tagger of our own in numpy."""
