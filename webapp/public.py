"""The mark of views that need nobody signed in."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Everybody may ask for this view (webapp.sign_in.require_sign_in)."""
    view.is_public = True  # type: ignore[attr-defined]  # functions take attributes
    return view
