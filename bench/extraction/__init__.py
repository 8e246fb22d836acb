"""The parts of bench/extract.py: gold sets, public data sets, and how each is scored."""
