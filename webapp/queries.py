"""Small questions to the address of a request."""

from flask import request


def offset_asked() -> int:
    """Where a list is to begin; 0 for what is missing or senseless."""
    return max(0, request.args.get("offset", 0, type=int))
