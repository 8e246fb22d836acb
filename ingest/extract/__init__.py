"""From what was said to candidate facts: small steps, each by itself; pipeline.py joins them."""
